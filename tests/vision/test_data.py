"""A person's folders of pictures and masks, and whatever is wrong with them."""

import unicodedata

import numpy as np
import psutil
import pytest
from PIL import Image

from common.errors import UserError
from common.splits import split
from common.translation import translator
from vision import data, files
from vision.data import fingerprint, from_folders, load, pictures_in
from vision.files import AT_ONCE, shortened
from vision.masks import open_mask
from vision.settings import PictureSource

RNG = np.random.default_rng(0)


def spot(value=255):
    mask = np.zeros((12, 16), np.uint8)
    mask[3:7, 4:9] = value
    return mask


class Folders:
    """Two folders to fill."""

    def __init__(self, place):
        self.images, self.masks = place / "снимки с неба", place / "masks"
        self.images.mkdir()
        self.masks.mkdir()

    def add(self, name, mask=None, *, suffix=".png", size=(12, 16)):
        """Add a picture, and its mask if one is given."""
        self.save(self.images / (name + suffix), RNG.integers(0, 256, (*size, 3), dtype=np.uint8))
        if mask is not None:
            self.save(self.masks / (name + ".png"), mask)

    @staticmethod
    def save(path, array):
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(array).save(path)

    def load(self, broken="refuse"):
        source = PictureSource(images=str(self.images), masks=str(self.masks), broken=broken)
        return load(source, progress=False)


@pytest.fixture
def folders(tmp_path):
    return Folders(tmp_path)


def refused(folders, words, **options):
    with pytest.raises(UserError, match=words) as caught:
        folders.load(**options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def in_russian(message):
    return translator("ru", "vision")(message)


def test_pictures_are_paired_by_name_whatever_their_suffix(folders):
    for name in ("b", "a", "поле и пруд"):
        folders.add(name, spot(), suffix=".jpg")
    found = folders.load()
    assert [found.name(i) for i in range(3)] == ["a.jpg", "b.jpg", "поле и пруд.jpg"]
    assert found.image(2).shape == (12, 16, 3)
    assert (found.mask(2) == (spot() > 0)).all()
    assert found.classes == ("background", "object")
    assert found.split_by == {}
    assert "3 pictures with masks, 16x12 pixels" in found.notes[0]


def test_a_name_is_one_however_its_system_spells_it(folders):
    folders.add(unicodedata.normalize("NFD", "ёжик"))
    folders.save(folders.masks / (unicodedata.normalize("NFC", "ёжик") + ".png"), spot())
    assert len(folders.load()) == 1


def test_some_of_the_pictures_are_taken_in_the_given_order(folders):
    for name in "abcd":
        folders.add(name, spot())
    some = folders.load()[np.array([3, 1])]
    assert [some.name(0), some.name(1), len(some)] == ["d.png", "b.png", 2]
    again = some[np.array([1])]
    assert (again.name(0), len(again)) == ("b.png", 1)


@pytest.mark.parametrize(
    ("masks", "classes", "expected"),
    [
        ([spot(1), spot(0)], ("background", "object"), {0, 1}),
        ([spot(255), spot(0)], ("background", "object"), {0, 1}),
        ([spot(2), spot(1)], ("background", "class 1", "class 2"), {0, 2}),
        ([spot(3), spot(0)], ("background", "class 1", "class 2", "class 3"), {0, 3}),
    ],
)
def test_masks_are_0_and_255_or_class_ids(folders, masks, classes, expected):
    for number, mask in enumerate(masks):
        folders.add(str(number), mask)
    found = folders.load()
    assert found.classes == classes
    assert set(np.unique(found.mask(0))) == expected
    assert found.mask(0).dtype == np.uint8


def test_255_beside_class_ids_is_what_nobody_knows(folders):
    mask = spot(1)
    mask[0] = 255
    folders.add("a", mask)
    folders.add("b", spot(1))
    found = folders.load()
    assert found.classes == ("background", "object")
    assert set(np.unique(found.mask(0))) == {0, 1, 255}


def test_two_customs_of_masks_are_not_mixed(folders):
    folders.add("a", spot(1))
    folders.add("b", spot(255))
    message = refused(folders, "expected one custom for all masks")
    assert "a.png holds class ids, b.png 0 and 255" in message


def test_unexpected_values_of_a_mask_are_listed(folders):
    mask = spot()
    mask[0, :3] = (127, 128, 200)
    folders.add("a", spot())
    folders.add("b", mask)
    message = refused(folders, "b.png: holds 127, 128, 200, expected class ids 0 to 63, or 0 and")
    assert "other mask" not in message
    folders.add("c", mask)
    assert "; то же у ещё одной маски;" in in_russian(
        refused(folders, "0 and 255; so does 1 other mask; ")
    )
    folders.add("d", mask)
    assert "; то же у других масок: 2;" in in_russian(
        refused(folders, "0 and 255; so do 2 other masks; ")
    )


def test_a_picture_without_a_mask_and_the_reverse_are_named(folders):
    for name in ("a", "b", "c", "d", "e"):
        folders.add(name)
    folders.add("f", spot())
    folders.save(folders.masks / "stray one.png", spot())
    message = refused(folders, "are paired by file name")
    assert "5 pictures without masks (a.png, b.png, c.png and 2 more)" in message
    assert "1 mask without a picture (stray one.png)" in message


def test_two_files_of_one_name_are_refused(folders):
    folders.add("a", spot())
    folders.add("a", suffix=".jpg")
    refused(folders, "a.jpg and a.png have one name")


def test_sizes_that_differ_are_named(folders):
    folders.add("a", spot())
    folders.add("b", spot(), size=(24, 16))
    refused(folders, "b.png is 16x24 pixels, its mask b.png 16x12: expected one size$")
    folders.add("c", spot().T.copy())
    folders.add("b", spot())
    refused(folders, r"expected one size; the mask lies on its side$")


def test_how_many_pairs_differ_in_size_is_said(folders):
    folders.add("a", spot(), size=(24, 16))
    folders.add("b", spot(), size=(24, 16))
    said = in_russian(refused(folders, "expected one size; 1 other pair differs, too$"))
    assert said.endswith("; размеры различаются и ещё у одной пары")
    folders.add("c", spot(), size=(24, 16))
    said = in_russian(refused(folders, "expected one size; 2 other pairs differ, too$"))
    assert said.endswith("; размеры различаются и у других пар: 2")


def test_masks_that_are_all_empty_teach_nothing(folders):
    folders.add("a", spot(0))
    folders.add("b", spot(0))
    refused(folders, "all 2 masks are empty")


def test_one_picture_cannot_be_split(folders):
    folders.add("a", spot())
    found = folders.load()
    with pytest.raises(UserError, match="1 example gives too few"):
        split(found, "70/20/10", **found.split_by)


def test_folders_without_pictures_say_what_they_hold(folders, tmp_path):
    refused(folders, r"снимки с неба: no pictures in this folder, it is empty$")
    (folders.images / "notes.txt").write_text("hello", encoding="utf-8")
    (folders.images / "a.heic").write_bytes(b"x")
    (folders.images / "b.heic").write_bytes(b"x")
    refused(folders, r"no pictures in this folder, .*; there are 2 .heic, 1 .txt; outlines")
    folders.images = tmp_path / "nowhere"
    refused(folders, "nowhere: no such folder")
    folders.images = tmp_path / "file.png"
    folders.images.write_bytes(b"x")
    refused(folders, "file.png: a file, expected folder")


@pytest.mark.parametrize("place", ["images", "masks"])
def test_a_folder_alone_is_not_enough(tmp_path, place):
    with pytest.raises(UserError, match="name the other folder, --"):
        load(PictureSource(**{place: str(tmp_path)}))


def broken(folders):
    """Eight pairs: the fourth picture is cut, the sixth is text, a mask of the seventh is cut."""
    for number in range(8):
        folders.add(f"{number} снимок", spot(), suffix=".jpg")
    place = folders.images / "3 снимок.jpg"
    place.write_bytes(place.read_bytes()[:-150])
    (folders.images / "5 снимок.jpg").write_text("not a picture", encoding="utf-8")
    place = folders.masks / "6 снимок.png"
    place.write_bytes(place.read_bytes()[:50])


def test_a_truncated_picture_in_the_middle_is_refused_by_name(folders):
    broken(folders)
    message = refused(folders, "3 files cannot be read: ")
    for words in (
        "3 снимок.jpg: damaged, cannot be read (",
        "5 снимок.jpg: a text, not a picture",
        "6 снимок.png: damaged",
        "--broken skip leaves such files out",
    ):
        assert words in message


def test_truncated_pictures_are_skipped_as_asked_and_it_is_said(folders):
    broken(folders)
    found = folders.load(broken="skip")
    assert [found.name(i)[0] for i in range(len(found))] == ["0", "1", "2", "4", "7"]
    assert all(found.image(i).shape == (12, 16, 3) for i in range(5))
    note = next(note for note in found.notes if "left out" in note)
    assert "left out, for they cannot be read: 3" in note
    assert "3 снимок.jpg" in note
    for path in folders.images.iterdir():
        path.write_text("nothing left", encoding="utf-8")
    refused(folders, "none of the files can be read", broken="skip")


def test_sub_folders_are_searched_and_kept_on_one_side(folders):
    for flight in ("вылет 1", "вылет 2", "вылет 3"):
        for number in range(4):
            folders.add(f"{flight}/{number}", spot())
    found = folders.load()
    assert found.name(0) == "вылет 1/0.png"
    assert found.split_by["groups"].tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert any("3 sub-folders" in note for note in found.notes)
    assert found[np.array([4, 11])].split_by["groups"].tolist() == [1, 2]
    parts = split(found, "34/33/33", **found.split_by)
    assert {len(parts.train), len(parts.valid), len(parts.test)} == {4}


def test_two_sub_folders_are_too_few_to_keep_apart(folders):
    for name in ("left/a", "right/b", "right/c"):
        folders.add(name, spot())
    assert folders.load().split_by == {}


def test_masks_may_lie_inside_the_folder_of_pictures(folders):
    folders.masks = folders.images / "masks"
    folders.add("a", spot())
    folders.add("b", spot())
    assert len(folders.load()) == 2


def test_what_a_system_hides_in_a_folder_is_passed_over(folders):
    folders.add("a", spot())
    (folders.images / "._a.png").write_bytes(b"\0\5\x16\7")
    (folders.images / ".thumbnails").mkdir()
    (folders.images / ".thumbnails" / "a.png").write_bytes(b"x")
    (folders.images / "Thumbs.db").write_bytes(b"x")
    assert len(folders.load()) == 1


def test_the_fingerprint_knows_pictures_masks_names_and_order(folders):
    for name in "abc":
        folders.add(name, spot())
    first = fingerprint(folders.load())
    assert first == fingerprint(folders.load())
    assert first != fingerprint(folders.load()[np.array([0, 2, 1])])
    mask = spot()
    mask[0, 0] = 255
    folders.save(folders.masks / "b.png", mask)
    second = fingerprint(folders.load())
    assert second != first
    folders.add("b")
    assert fingerprint(folders.load()) not in (first, second)


def test_a_large_folder_takes_no_memory(folders, monkeypatch):
    """Decoded, 384 pictures of 0.75 MB would be 288 MB; a few are there at a time."""
    folders.save(folders.images / "0.png", np.zeros((500, 500, 3), np.uint8))
    folders.save(folders.masks / "0.png", np.eye(500, dtype=np.uint8))
    content = [(place / "0.png").read_bytes() for place in (folders.images, folders.masks)]
    monkeypatch.setattr(files, "read_content", lambda path: content["masks" in path.parts])
    monkeypatch.setattr(data, "list_pictures", lambda place, without: files.Folder(place, NAMES))
    before = psutil.Process().memory_info().rss
    found = from_folders(folders.images, folders.masks, progress=False)
    assert len(found) == len(NAMES)
    assert psutil.Process().memory_info().rss - before < 100e6


NAMES = [f"{number:05}.png" for number in range(3 * AT_ONCE // 2)]


def test_progress_is_shown_for_a_large_folder(folders, monkeypatch, capsys):
    for name in "abc":
        folders.add(name, spot())
    monkeypatch.setattr(files, "PATIENCE", 0.0)
    from_folders(folders.images, folders.masks, progress=True)
    said = capsys.readouterr().err
    assert "reading masks" in said
    assert "/3" in said
    from_folders(folders.images, folders.masks, progress=False)
    assert capsys.readouterr().err == ""


def test_pictures_without_masks_are_found_in_a_file_or_a_folder(folders):
    broken(folders)
    one = pictures_in(folders.images / "1 снимок.jpg")
    assert (len(one), one.name(0), one.image(0).shape) == (1, "1 снимок.jpg", (12, 16, 3))
    with pytest.raises(UserError, match="2 files cannot be read"):
        pictures_in(folders.images, progress=False)
    found = pictures_in(folders.images, broken="skip", progress=False)
    assert len(found) == 6
    assert "left out" in found.notes[0]
    with pytest.raises(ValueError, match="no masks"):
        found.mask(0)
    for name, words in (("5 снимок.jpg", "not a picture"), ("none.png", "no such file")):
        with pytest.raises(UserError, match=words):
            pictures_in(folders.images / name)


def test_the_flights_are_examples_like_any_other(monkeypatch):
    monkeypatch.setattr(data, "FLIGHTS", 10)
    monkeypatch.setattr(data, "FRAMES", 2)
    monkeypatch.setattr(data, "SIZE", 48)
    flown = load(PictureSource())
    assert (len(flown), flown.classes) == (20, ("background", "pad"))
    assert (flown.image(5).shape, flown.mask(5).shape) == ((48, 48, 3), (48, 48))
    assert flown.name(5) == "flight-02-01"
    parts = split(flown, "70/20/10", **flown.split_by)
    flights = [set(flown.split_by["groups"][rows]) for rows in (parts.train, parts.valid)]
    assert not flights[0] & flights[1]
    some = flown[parts.valid]
    assert (some.image(0) == flown.image(parts.valid[0])).all()
    assert fingerprint(flown) == fingerprint(load(PictureSource())) != fingerprint(some)


def test_a_long_list_is_shortened():
    assert shortened(["a", "b"]) == "a, b"
    assert shortened(list("abcdef"), 2, separator="; ") == "a; b and 4 more"


def test_masks_of_ones_own_making_are_read_as_they_were_written(tmp_path, folders):
    from vision.masks import write_mask

    write_mask(folders.masks / "a.png", spot(2))
    folders.add("a")
    assert (folders.load().mask(0) == spot(2)).all()
    assert (open_mask(folders.masks / "a.png") == spot(2)).all()
