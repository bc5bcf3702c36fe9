"""Pictures that are nearly one, and what else of a folder lets the test show what was learned."""

import os

import numpy as np
import pytest
from PIL import Image

from common.errors import UserError
from tests.cases.masks import Pairs, notes, spot
from vision.near_copies import near_copies, thumbnail


@pytest.fixture
def pairs(tmp_path):
    return Pairs(tmp_path / "given")


def drawn(count, block=8, seed=0):
    """Pictures with large shapes, as photographs have."""
    draw = np.random.default_rng(seed)
    coarse = draw.integers(0, 256, (count, 6, 8, 3), dtype=np.uint8)
    return [np.kron(one, np.ones((block, block, 1), np.uint8)) for one in coarse]


def fill(pairs, pictures, suffix=".png"):
    for number, picture in enumerate(pictures):
        name = f"p{number:02}"
        Image.fromarray(picture).save(pairs.images / f"{name}{suffix}")
        mask = Image.fromarray(spot(255)).resize(picture.shape[1::-1], Image.Resampling.NEAREST)
        mask.save(pairs.masks / f"{name}.png")


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one,
        lambda one: one.resize((128, 96), Image.Resampling.BOX),
        lambda one: one.resize((512, 384), Image.Resampling.BICUBIC),
    ],
)
def test_a_picture_that_was_saved_again_is_kept_with_the_first(pairs, change):
    pictures = drawn(6, block=32)
    fill(pairs, pictures)
    for number in range(3):
        again = change(Image.fromarray(pictures[number]))
        again.save(pairs.images / f"copy{number}.jpg", quality=85)
        mask = Image.new("L", again.size)
        mask.paste(255, (2, 2, 9, 9))
        mask.save(pairs.masks / f"copy{number}.png")
    found = pairs.load()
    assert "nearly the same among the 9 pictures: 3 (p00.png = copy0.jpg" in notes(found)
    groups = dict(zip(found.store.names, found.split_by["groups"].tolist(), strict=True))
    assert all(groups[f"copy{number}.jpg"] == groups[f"p0{number}.png"] for number in range(3))
    assert len(set(groups.values())) == 6


def test_different_pictures_and_plain_ones_are_nobodys_copies(pairs):
    fill(pairs, drawn(20))
    found = pairs.load()
    assert "same" not in notes(found)
    assert "groups" not in found.split_by
    plain = [thumbnail(Image.new("RGB", (40, 30), (level, level, level))) for level in (7, 8)]
    assert near_copies(plain).tolist() == [0, 1]


def test_frames_of_a_film_in_one_folder_are_said(pairs):
    wide = np.concatenate(drawn(3), axis=1)
    fill(pairs, [wide[:, 2 * k : 2 * k + 64] for k in range(24)])
    assert "names follow each other look alike, as frames of a film do" in notes(pairs.load())


def test_folders_that_are_parts_of_a_split_are_said(pairs):
    for number, picture in enumerate(drawn(6)):
        part = "train" if number % 2 else "Test"
        for folder in (pairs.images, pairs.masks):
            (folder / part).mkdir(exist_ok=True)
        Image.fromarray(picture).save(pairs.images / part / f"{number}.png")
        mask = np.kron(spot(255), np.ones((4, 4), np.uint8))
        Image.fromarray(mask).save(pairs.masks / part / f"{number}.png")
    assert "sub-folders called as parts of a split, Test, train: " in notes(pairs.load())


def test_masks_of_which_some_are_turned_round_are_said(pairs):
    for number in range(12):
        pairs.add(f"a{number}", spot(255) if number % 3 else 255 - spot(255))
    assert "in 4 of 12 masks most pixels are the object, in others few" in notes(pairs.load())


@pytest.mark.parametrize(
    ("content", "words", "russian"),
    [
        (b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git", "указатель Git LFS"),
        (b"{\\rtf1 text}", "an RTF document, not a picture", "это документ RTF, а не снимок"),
        (b"", "empty, not a picture", "файл пуст, это не снимок"),
        (b"nothing", "a text, not a picture", "текст, а не снимок"),
        (b"\0\1\2", "not a picture, whatever its name says", "не снимок, как бы ни назывался"),
    ],
)
def test_what_is_no_picture_is_named_in_both_languages(pairs, content, words, russian):
    pairs.add("a", spot(255))
    pairs.add("b", spot(255))
    pairs.add("c", spot(255))
    (pairs.images / "a.png").write_bytes(content)
    pairs.refused(words)
    (pairs.images / "b.png").write_bytes(content)
    with pytest.raises(UserError, match=f"2 files cannot be read: .*{words}") as caught:
        pairs.load()
    assert caught.value.ru.count(russian) == 2


def test_a_mask_that_lies_on_its_side_without_exif_is_said_so(pairs):
    pairs.add("a", spot(255), turned=True)
    pairs.refused(r"expected one size; the mask lies on its side$")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_line_break_in_a_name_breaks_no_note(pairs):
    for name in ("a\nb", "c", "d", "e"):
        pairs.add(name, spot(255))
    (pairs.images / "f.png").write_bytes((pairs.images / "a\nb.png").read_bytes())
    (pairs.masks / "f.png").write_bytes((pairs.masks / "a\nb.png").read_bytes())
    found = pairs.load()
    assert "f.png = a b.png" in notes(found)
    assert not any("\n" in note for note in found.notes)


@pytest.mark.parametrize("name", ["a.json", "a.txt", "a.xml"])
def test_outlines_in_place_of_masks_are_named(pairs, name):
    pairs.picture("a.png")
    (pairs.masks / name).write_text("{}", encoding="utf-8")
    pairs.refused("outlines and boxes are to be drawn as masks first")
