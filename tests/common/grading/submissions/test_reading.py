"""What is taken of a submission, and what is said of the rest."""

import io
import os
import socket
import stat
import struct
import sys
import tracemalloc
import unicodedata
import zipfile
import zlib
from hashlib import sha256

import pytest

from common.errors import UserError
from common.grading.submissions import reading as place
from common.grading.submissions.archives import MOST_BYTES
from common.grading.submissions.reading import submissions
from common.grading.submissions.selection import _moment
from tests.common.grading import classroom
from tests.common.grading.classroom import LOSS, METRICS, TABULAR, VISION, hand_in, pack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux")


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    return classroom.course(classroom.make_course(tmp_path_factory.mktemp("course"))).starter


@pytest.fixture
def take(tmp_path, starter):
    def take(module=None):
        return list(submissions(tmp_path, starter, module=module))

    return take


def words(one):
    return " | ".join([*(note.en for note in one.notes), one.refused.en if one.refused else ""])


def zipped(*entries):
    """An archive of (name or ZipInfo, content), in memory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_folder_and_a_zip_give_the_same_submission(take, tmp_path):
    hand_in(tmp_path, "Anna")
    pack(tmp_path / "Boris.zip", {"summary.json": b"{}", **TABULAR})
    anna, boris = take()
    assert (anna.student, boris.student) == ("Anna", "Boris")
    assert anna.files == boris.files == TABULAR
    assert anna.sha256 == boris.sha256
    assert anna.refused is boris.refused is None
    assert anna.notes == boris.notes == ()


def test_the_digest_tells_any_change(take, tmp_path):
    hand_in(tmp_path, "Anna")
    digests = {take()[0].sha256}
    hand_in(tmp_path, "Anna", {LOSS: b"x = 1"})
    digests.add(take()[0].sha256)
    os.rename(tmp_path / "Anna" / LOSS, tmp_path / "Anna" / METRICS)
    digests.add(take()[0].sha256)
    assert len(digests) == 3


def test_what_is_no_file_of_exercises_is_ignored_and_reported(take, tmp_path):
    brought = ("conftest.py", "torch.py", "tabular/model.py", "tests/graded/tabular.py", "x.pth")
    hand_in(tmp_path, "Anna", {**TABULAR, **dict.fromkeys(brought, b"raise SystemExit")})
    (one,) = take()
    assert one.files == TABULAR
    assert all(name in words(one) for name in brought)


def test_what_a_computer_leaves_behind_is_not_worth_a_word(take, tmp_path):
    left = ("__MACOSX/tabular/._loss.py", ".DS_Store", "tabular/__pycache__/loss.cpython-311.pyc")
    pack(tmp_path / "Anna.zip", {**TABULAR, **dict.fromkeys(left, b"")})
    (tmp_path / ".DS_Store").write_bytes(b"")
    (one,) = take()
    assert one.files == TABULAR
    assert one.notes == ()


@pytest.mark.parametrize("prefix", ["stickshift/", "a/b/c/", "работа «Анны»/"])
def test_folders_around_the_packages_do_not_matter(take, tmp_path, prefix):
    pack(tmp_path / "Anna.zip", {prefix + name: text for name, text in TABULAR.items()})
    hand_in(tmp_path / "Boris", prefix)
    assert [one.files for one in take()] == [TABULAR, TABULAR]


def test_names_as_windows_packs_them_are_read(take, tmp_path):
    cyrillic = zipped(*((f"###/{name}", text) for name, text in TABULAR.items()), ("####.txt", b""))
    cyrillic = cyrillic.replace(b"####.", "план.".encode("cp866"))
    (tmp_path / "Anna.zip").write_bytes(cyrillic.replace(b"###/", "Аня/".encode("cp866")))
    backslashes = zipped(*((name.replace("/", "\\"), text) for name, text in TABULAR.items()))
    (tmp_path / "Boris.zip").write_bytes(backslashes)
    anna, boris = take()
    assert anna.files == boris.files == TABULAR
    assert "план.txt" in words(anna)


def test_a_name_in_cyrillic_with_a_quote_is_a_name(take, tmp_path):
    hand_in(tmp_path, "Д'Артаньян «Шарль»_17_assignsubmission_file_")
    assert [one.student for one in take()] == ["Д'Артаньян «Шарль»_17"]


def test_a_name_cannot_steer_a_terminal(take, tmp_path):
    hand_in(tmp_path, "\x1b[2Jevil\u202e\nname" + os.fsdecode(b"\xff"))
    hand_in(tmp_path, "=cmd|' ! A0", TABULAR)
    spelled = "[U+001B][2Jevil[U+202E][U+000A]name\\xff"
    assert {one.student for one in take()} == {"=cmd|' ! A0", spelled}


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u00ad", "\u2060", "\ufe0f", "\u3164", "\u034f", "\U000e0041"]
)
def test_an_id_with_a_sign_that_is_not_seen_is_not_another_students(take, tmp_path, hidden):
    hand_in(tmp_path, f"An{hidden}na", {LOSS: b"x = 1"})
    (one,) = take()
    assert one.student == f"An[U+{ord(hidden):04X}]na"
    assert one.refused is None


def test_long_ids_that_begin_alike_are_two(take, tmp_path):
    for end in "ab":
        hand_in(tmp_path, "x" * 150 + end)
    assert [one.student[-1] for one in take()] == ["a", "b"]
    assert [one.refused for one in take()] == [None, None]


def test_a_name_that_cannot_be_read_tells_no_path_and_steers_no_terminal(
    take, tmp_path, monkeypatch
):
    def unreadable(path, stack):
        raise OSError(36, "File name too long", str(tmp_path / ("\x1b[2J" + "n" * 200)))

    monkeypatch.setattr(place, "entries", unreadable)
    hand_in(tmp_path, "Anna")
    (one,) = take()
    assert "File name too long" in words(one)
    assert str(tmp_path) not in one.refused.en + one.refused.ru
    assert "\x1b" not in one.refused.en + one.refused.ru


def test_moodles_folder_with_an_archive_within_is_opened(take, tmp_path):
    folder = tmp_path / "Anna_4_assignsubmission_file_"
    pack(folder / "submission-tabular.zip")
    pack(folder / "submission-vision.zip", VISION)
    assert {one.module: one.files for one in take()} == {"tabular": TABULAR, "vision": VISION}


def test_an_archive_within_whose_name_is_no_text_is_opened(take, tmp_path):
    pack(tmp_path / "Anna" / os.fsdecode(b"\xd0\xe0.zip"))
    assert take()[0].files == TABULAR


def test_a_folder_full_of_archives_is_refused(take, tmp_path):
    for number in range(20):
        pack(tmp_path / "Anna" / f"{number}.zip", {f"{number}.txt": b""})
    assert "far too many files" in words(take()[0])


def test_each_module_that_was_begun_is_taken_and_no_other(take, tmp_path, starter):
    hand_in(tmp_path, "Anna", {**TABULAR, **VISION})
    hand_in(tmp_path, "Boris", {**TABULAR, **starter["vision"]})
    windows = {name: text.replace(b"\n", b"\r\n") for name, text in starter["tabular"].items()}
    hand_in(tmp_path, "Vera", windows)
    assert [(one.student, one.module) for one in take()] == [
        ("Anna", "tabular"),
        ("Anna", "vision"),
        ("Boris", "tabular"),
        ("Vera", "tabular"),
    ]
    assert [one.student for one in take("vision") if not one.refused] == ["Anna", "Boris"]


def test_the_wrong_module_is_named(take, tmp_path):
    hand_in(tmp_path, "Anna")
    (one,) = take("vision")
    assert words(one) == "the wrong module: files of tabular, not of vision"
    assert (one.module, one.files) == ("vision", {})


def test_files_without_their_folder_count_when_the_module_is_named(take, tmp_path):
    hand_in(tmp_path, "Anna", {"loss.py": TABULAR[LOSS]})
    assert take()[0].refused
    (one,) = take("tabular")
    assert one.files == {LOSS: TABULAR[LOSS]}
    assert "taken as tabular/loss.py" in words(one)
    assert "not written: tabular/metrics.py" in words(one)


def test_one_name_twice_in_an_archive_is_the_last_as_anywhere(take, tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        content = zipped((LOSS, b"first"), (LOSS, b"last"), (METRICS, b"same"), (METRICS, b"same"))
    (tmp_path / "Anna.zip").write_bytes(content)
    (one,) = take()
    assert one.files == {LOSS: b"last", METRICS: b"same"}
    assert words(one).count("twice") == 1
    assert "tabular/loss.py is in the archive twice" in words(one)


def test_another_version_beside_the_file_is_left_out_and_named_first(take, tmp_path):
    others = {f"{number}.txt": b"" for number in range(20)}
    hand_in(tmp_path, "Anna", {**TABULAR, **others, "tabular/loss (1).py": b"x = 1"})
    (one,) = take()
    assert one.files == TABULAR
    assert "ignored: tabular/loss (1).py, " in words(one)


def test_of_two_versions_the_outermost_counts_and_two_alike_do_not(take, tmp_path):
    hand_in(tmp_path, "Anna", {**TABULAR, "old/tabular/loss.py": b"x = 1"})
    hand_in(tmp_path, "Boris", {"a/tabular/loss.py": b"x = 1", "b/tabular/loss.py": b"x = 2"})
    hand_in(tmp_path, "Vera", {"a/tabular/loss.py": b"x = 1", "b/tabular/loss.py": b"x = 1"})
    anna, boris, vera = take()
    assert anna.files == TABULAR
    assert "outermost was taken: tabular/loss.py; old/tabular/loss.py" in words(anna)
    assert "two versions of tabular/loss.py: a/tabular/loss.py, b/tabular/loss.py" in words(boris)
    assert boris.refused
    assert boris.files == {}
    assert vera.files == {LOSS: b"x = 1"}


@pytest.mark.parametrize("other", ["anna", "ANNA", "Anna.zip"])
def test_two_students_with_one_id_are_not_graded_but_told(take, tmp_path, other):
    hand_in(tmp_path, "Anna")
    hand_in(tmp_path, "Boris")
    if other.endswith(".zip"):
        pack(tmp_path / other, {LOSS: b"x = 1"})
    else:
        hand_in(tmp_path, other, {LOSS: b"x = 1"})
    first, boris = take()
    assert boris.files == TABULAR
    assert first.files == {}
    assert first.module == "tabular"
    assert "several submissions with one id" in words(first)
    assert other in words(first)


def test_ids_that_differ_only_in_how_unicode_spells_them_are_one(take, tmp_path):
    hand_in(tmp_path, "Андрей")
    hand_in(tmp_path, unicodedata.normalize("NFD", "Андрей"), {LOSS: b"x = 1"})
    (one,) = take()
    assert "several submissions with one id" in words(one)


def test_the_same_work_in_a_folder_and_a_zip_is_graded_once(take, tmp_path):
    hand_in(tmp_path, "Anna")
    pack(tmp_path / "Anna.zip")
    (one,) = take()
    assert one.files == TABULAR
    assert "always the same: Anna/, Anna.zip" in words(one)


@pytest.mark.parametrize("name", ["../tabular/loss.py", "/tabular/loss.py", "C:/tabular/loss.py"])
def test_names_that_lead_out_are_left_out(take, tmp_path, name):
    (tmp_path / "Anna.zip").write_bytes(zipped((name, b"raise"), (METRICS, b"x = 1")))
    (one,) = take()
    assert one.files == {METRICS: b"x = 1"}
    assert "leads out of the archive" in words(one)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_in_an_archive_are_left_out(take, tmp_path, kind):
    info = zipfile.ZipInfo(LOSS)
    info.external_attr = (kind | 0o777) << 16
    (tmp_path / "Anna.zip").write_bytes(zipped((info, b"/etc/passwd"), (METRICS, b"x = 1")))
    (one,) = take()
    assert one.files == {METRICS: b"x = 1"}
    assert "a link" in words(one) or "not an ordinary file" in words(one)


def test_links_and_devices_in_a_folder_are_left_out(take, tmp_path, tmp_path_factory, monkeypatch):
    secret = tmp_path_factory.mktemp("secret")
    hand_in(secret, "tabular", {"loss.py": b"the secret", "metrics.py": b"the secret"})
    for name in ("Anna", "Boris", "Vera"):
        hand_in(tmp_path, name, {"tabular/notes.txt": b""})
    (tmp_path / "Anna" / LOSS).symlink_to(secret / LOSS)
    (tmp_path / "Anna" / "up").symlink_to(secret)
    os.mkfifo(tmp_path / "Boris" / LOSS)
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path / "Vera" / "tabular")
        server.bind("loss.py")
    (tmp_path / "Whole").symlink_to(secret)
    os.mkfifo(tmp_path / "Xenia.zip")
    said = {one.student: words(one) for one in take()}
    assert not any(one.files for one in take())
    assert said == {
        "Anna": "tabular/loss.py: a link",
        "Boris": "tabular/loss.py: not an ordinary file",
        "Vera": "tabular/loss.py: not an ordinary file",
        "Whole": "a link, not a folder or a zip",
        "Xenia": "not an ordinary file",
    }


def bomb():
    """An archive of 10 MB with 10 GB of zeros, which states that they are 10 MB."""
    packer = zlib.compressobj(wbits=-15)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(LOSS, block * (10 * 2**10))
    content = bytearray(buffer.getvalue())
    content[8] = content[content.rindex(b"PK\x01\x02") + 10] = zipfile.ZIP_DEFLATED
    return content


def test_gigabytes_of_zeros_are_not_taken_in(take, tmp_path):
    (tmp_path / "Anna.zip").write_bytes(bomb())
    hand_in(tmp_path, "Boris")
    os.truncate(tmp_path / "Boris" / LOSS, 10 * 2**30)
    tracemalloc.start()
    found = take()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [words(one) for one in found] == [f"{LOSS}: more than 1 MB", "loss.py: more than 1 MB"]
    assert not any(one.files for one in found)
    assert peak < 8 * MOST_BYTES


def test_an_archive_that_promises_a_huge_directory_is_refused(take, tmp_path):
    with zipfile.ZipFile(tmp_path / "Anna.zip", "w") as archive:
        for number in range(70_000):
            archive.writestr(f"{number:0100}", b"")
    os.truncate(tmp_path / "Boris.zip", 65 * 2**20) if (tmp_path / "Boris.zip").write_bytes(
        b"PK\x03\x04"
    ) else None
    said = {one.student: words(one) for one in take()}
    assert "far too many files" in said["Anna"]
    assert "an archive of 65 MB" in said["Boris"]


def test_many_versions_are_not_all_read(take, tmp_path):
    versions = [(f"{number}/{LOSS}", os.urandom(8)) for number in range(1000)]
    (tmp_path / "Anna.zip").write_bytes(zipped(*versions))
    assert "1000 versions of tabular/loss.py" in words(take()[0])


def encrypted():
    content = bytearray(zipped((LOSS, b"x = 1")))
    directory = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[directory + 8] |= 1
    return bytes(content)


def damaged():
    content = bytearray(zipped((LOSS, os.urandom(1000))))
    content[300] ^= 0xFF
    return bytes(content)


def rare():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(LOSS, b"x = 1")
    return buffer.getvalue()


def far_away():
    """An archive whose directory says that a file begins at the byte 2⁶⁴ - 1."""
    content = bytearray(zipped((LOSS, b"x = 1")))
    directory = content.index(b"PK\x01\x02")
    length = int.from_bytes(content[directory + 28 : directory + 30], "little")
    end = directory + 46 + length
    content[directory + 42 : directory + 46] = b"\xff" * 4
    extra = b"\x01\x00\x08\x00" + b"\xff" * 8
    content[directory + 30 : directory + 32] = len(extra).to_bytes(2, "little")
    content[end:end] = extra
    tail = content.index(b"PK\x05\x06")
    content[tail + 12 : tail + 16] = (tail - directory).to_bytes(4, "little")
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "an empty file"),
        (b"%PDF-1.7 \xff", "a PDF, not a zip"),
        (b"Rar!\x1a\x07", "a RAR, not a zip"),
        (b"def double(x): return 2 * x", "not a zip"),
        (zipped(), "there is nothing in it"),
        (zipped(("lab.zip", zipped((LOSS, b"")))), "an archive in an archive: lab.zip"),
        (zipped(("report.pdf", b"%PDF")), "none of the files that hold exercises"),
        (zipped((LOSS, b"x" * 500))[:-30], "a damaged zip"),
        (damaged(), "tabular/loss.py: damaged in the archive"),
        (encrypted(), "encrypted"),
        (rare(), "packed in a rare way"),
        (far_away(), "tabular/loss.py: damaged in the archive"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_graded_is_refused_in_words_and_the_next_is_taken(
    take, tmp_path, content, says
):
    (tmp_path / "Anna.zip").write_bytes(content)
    hand_in(tmp_path, "Boris")
    anna, boris = take()
    assert says in words(anna)
    assert anna.refused
    assert anna.refused.ru
    assert anna.files == {}
    assert boris.files == TABULAR


def test_an_empty_folder_and_a_folder_with_a_pdf_are_refused(take, tmp_path):
    (tmp_path / "Anna").mkdir()
    hand_in(tmp_path, "Boris", {"lab.pdf": b"%PDF", "broken.zip": b"PK\x03\x04"})
    anna, boris = take()
    assert words(anna) == "there is nothing in it"
    assert words(boris) == "broken.zip: a damaged zip"


def test_folders_without_end_are_refused(take, tmp_path):
    path = tmp_path / "Anna" / "/".join("d" * 30)
    path.mkdir(parents=True)
    assert words(take()[0]) == "folders too deep in folders"


def test_a_source_in_another_encoding_is_said_and_still_taken(take, tmp_path):
    files = {
        LOSS: "UNIT = 'руб'".encode("cp1251"),
        METRICS: "# coding: cp1251\nU = 'р'".encode("cp1251"),
    }
    hand_in(tmp_path, "Anna", files)
    (one,) = take()
    assert one.files == files
    assert "tabular/loss.py: not UTF-8" in words(one)
    assert "metrics.py: not UTF-8" not in words(one)


@pytest.mark.parametrize("coding", ["rot13", "undefined", "punycode", "hex", "idna", "no such"])
def test_a_source_that_names_a_strange_coding_keeps_no_other_from_its_grade(take, tmp_path, coding):
    files = {LOSS: f"# coding: {coding}\nU = 'руб'".encode()}
    hand_in(tmp_path, "Anna", files)
    hand_in(tmp_path, "Boris")
    anna, boris = take()
    assert anna.files == files
    assert boris.refused is None


@pytest.mark.parametrize("coding", ["utf-7", "unicode_escape", "raw_unicode_escape", "utf-16"])
def test_a_coding_that_lets_other_code_run_than_is_seen_is_said(take, tmp_path, coding):
    hand_in(tmp_path, "Anna", {LOSS: f"# coding: {coding}\n# +AAo-import os\n".encode()})
    (one,) = take()
    assert f"tabular/loss.py: says that it is written in {coding}" in words(one)


@pytest.mark.parametrize("coding", ["utf-8", "latin-1", "ascii", "cp1251", "windows-1251"])
def test_a_coding_in_which_texts_are_written_is_not_worth_a_word(take, tmp_path, coding):
    hand_in(tmp_path, "Anna", {LOSS: f"# coding: {coding}\nx = 1\n".encode()} | {METRICS: b""})
    (one,) = take()
    assert words(one) == ""


@pytest.mark.parametrize("seconds", [1e14, -1e14])
def test_a_date_that_no_calendar_has_is_none(seconds):
    assert _moment(seconds) is None


def test_what_a_reader_did_not_think_of_refuses_one_submission(take, tmp_path, monkeypatch):
    def broken(student, *_):
        if student == "Anna":
            raise ZeroDivisionError
        return real(student, *_)

    real = place.take
    monkeypatch.setattr(place, "take", broken)
    hand_in(tmp_path, "Anna")
    hand_in(tmp_path, "Boris")
    anna, boris = take()
    assert "ZeroDivisionError" in anna.refused.en
    assert boris.refused is None


def test_the_summary_that_submit_adds_is_expected_in_any_folder(take, tmp_path):
    hand_in(tmp_path, "Anna", {f"work/{name}": text for name, text in TABULAR.items()})
    (tmp_path / "Anna" / "work" / "summary.json").write_text("{}")
    assert words(take()[0]) == ""


def test_an_archive_that_is_no_zip_is_called_so(take, tmp_path):
    (tmp_path / "Anna").mkdir()
    (tmp_path / "Anna" / "work.7z").write_bytes(b"7z")
    assert "no zip: work.7z" in take()[0].refused.en


def test_files_that_are_in_no_folder_lead_to_the_option_that_takes_them(take, tmp_path):
    (tmp_path / "Anna").mkdir()
    (tmp_path / "Anna" / "metrics.py").write_bytes(TABULAR[METRICS])
    (tmp_path / "Anna" / "metrics_final.py").write_bytes(TABULAR[METRICS])
    refused = take()[0].refused.en
    assert "(metrics.py); with --module tabular they are taken" in refused  # the other is not


def test_whatever_bytes_an_archive_is_made_of_it_is_read_or_refused(take, tmp_path):
    good = zipped((LOSS, TABULAR[LOSS]), ("readme", b"x"))
    for number in range(300):
        content = bytearray(good)
        digest = sha256(str(number).encode()).digest()
        for i in range(0, 6, 2):
            content[int.from_bytes(digest[i : i + 2]) % len(content)] = digest[i + 8]
        (tmp_path / "Anna.zip").write_bytes(content)
        (one,) = take()
        assert one.refused or one.files == {LOSS: TABULAR[LOSS]}


@pytest.mark.parametrize("offset", [2**40, 2**63, 2**64 - 1])
def test_an_offset_that_no_file_has_costs_one_submission(take, tmp_path, offset):
    """Of 64 bits, as an archive of more than four gigabytes has them."""
    good = zipped((LOSS, TABULAR[LOSS]))
    at, end = good.index(b"PK\x01\x02"), good.index(b"PK\x05\x06")
    extra = struct.pack("<HHQ", 1, 8, offset)
    entry = bytearray(good[at:end] + extra)
    entry[30:32], entry[42:46] = struct.pack("<H", len(extra)), b"\xff" * 4
    tail = bytearray(good[end:])
    tail[12:16] = struct.pack("<I", len(entry))
    (tmp_path / "Anna.zip").write_bytes(good[:at] + entry + tail)
    pack(tmp_path / "Boris.zip", {LOSS: TABULAR[LOSS]})
    anna, boris = take()
    assert "damaged" in anna.refused.en
    assert boris.files == {LOSS: TABULAR[LOSS]}


def test_a_folder_without_submissions_is_the_users_mistake(take, tmp_path, starter):
    with pytest.raises(UserError, match="is empty"):
        take()
    with pytest.raises(UserError, match="no such folder"):
        list(submissions(tmp_path / "nowhere", starter))
