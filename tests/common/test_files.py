import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from common.errors import UserError
from common.files import (
    atomic_folder,
    atomic_path,
    beside,
    cache_folder,
    is_temporary,
    write_bytes,
    write_text,
)

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("error", [ValueError("damaged"), KeyboardInterrupt()])
@pytest.mark.parametrize("durable", [False, True])
def test_a_crash_in_the_middle_leaves_the_old_file_and_no_litter(tmp_path, error, durable):
    write_text(tmp_path / "a.txt", "старое")
    with pytest.raises(type(error)), atomic_path(tmp_path / "a.txt", durable=durable) as draft:
        draft.write_bytes(b"half")
        assert (tmp_path / "a.txt").read_text("utf-8") == "старое"
        raise error
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text("utf-8") == "старое"


def test_a_process_that_is_killed_leaves_the_old_file_and_a_name_known_as_litter(tmp_path):
    write_text(tmp_path / "a.txt", "old")
    code = (
        "import os, sys; from common.files import atomic_path\n"
        "with atomic_path(sys.argv[1]) as draft:\n    draft.write_text('half'); os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.txt")], check=False)
    assert done.returncode == 9
    assert (tmp_path / "a.txt").read_text() == "old"
    assert [is_temporary(name) for name in names(tmp_path)] == [True, False]


def test_what_is_written_is_what_is_read_and_replaces_the_old(tmp_path):
    for text in ("первое\r\n", "второе\n", ""):
        write_text(tmp_path / "a.txt", text, durable=True)
        assert (tmp_path / "a.txt").read_bytes() == text.encode()
    assert names(tmp_path) == ["a.txt"]


@POSIX
def test_a_disk_that_takes_no_more_is_said_and_the_old_file_stays(tmp_path):
    import resource

    write_bytes(tmp_path / "a.bin", b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
        with pytest.raises(UserError, match=r"a\.bin: cannot be written \(File too large\)"):
            write_bytes(tmp_path / "a.bin", bytes(2 << 20))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert names(tmp_path) == ["a.bin"]
    assert (tmp_path / "a.bin").read_bytes() == b"old"


def test_a_disk_that_fills_up_at_the_last_moment_is_said_too(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    write_bytes(tmp_path / "a.bin", b"old")
    monkeypatch.setattr("common.files.os.fsync", full)
    with pytest.raises(UserError, match="No space left on device"):
        write_bytes(tmp_path / "a.bin", b"new", durable=True)
    assert (tmp_path / "a.bin").read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


@POSIX
@pytest.mark.skipif(getattr(os, "geteuid", int)() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_said(tmp_path):
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(UserError, match="cannot be written"):
            write_bytes(tmp_path / "a.bin", b"new")
        with pytest.raises(UserError, match="cannot be written"), atomic_folder(tmp_path / "new"):
            pass
    finally:
        tmp_path.chmod(0o755)


def test_a_name_that_is_too_long_is_said(tmp_path):
    place = tmp_path / ("a" * 300)
    for path in (place, place / "b"):
        with pytest.raises(UserError, match="cannot be written"):
            write_bytes(path, b"new")
    with pytest.raises(UserError, match="cannot be written"), atomic_folder(place):
        pass


@pytest.mark.parametrize("call", ["open", "replace"])
def test_a_refusal_of_the_system_is_one_line(tmp_path, monkeypatch, call):
    def refuse(*arguments):
        raise PermissionError(errno.EACCES, "Permission denied", *map(str, arguments[:1]))

    monkeypatch.setattr(f"common.files.os.{call}", refuse)
    with pytest.raises(
        UserError, match=r"\(Permission denied\); is it open in another program, or"
    ):
        write_bytes(tmp_path / "a.bin", b"new")
    assert names(tmp_path) == []


def test_an_error_of_another_file_keeps_its_own_name(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, atomic_path(tmp_path / "a.txt"):
        (tmp_path / "input").read_bytes()
    assert caught.value.filename == str(tmp_path / "input")
    assert names(tmp_path) == []


def test_the_error_is_an_oserror_for_those_who_can_do_without_the_file(tmp_path):
    with pytest.raises(OSError, match="there is no folder"):
        write_bytes(tmp_path / "absent" / "a.bin", b"new")
    with pytest.raises(OSError, match="a folder, expected the name of a file"):
        write_bytes(tmp_path, b"new")


def test_of_many_writers_at_once_one_stays_whole(tmp_path):
    contents = [bytes([number]) * (1 << 16) for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: write_bytes(tmp_path / "a.bin", content), contents * 8))
    assert (tmp_path / "a.bin").read_bytes() in contents
    assert names(tmp_path) == ["a.bin"]


@POSIX
def test_permissions_are_those_of_the_old_file_or_of_any_new_one(tmp_path):
    (tmp_path / "plain").write_text("")
    usual = (tmp_path / "plain").stat().st_mode
    write_text(tmp_path / "new", "")
    assert (tmp_path / "new").stat().st_mode == usual
    write_bytes(tmp_path / "secret", b"s", mode=0o600)
    for _ in range(2):
        assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
        write_bytes(tmp_path / "secret", b"t")
    with atomic_path(tmp_path / "new") as draft:
        draft.unlink()
        os.close(os.open(draft, os.O_CREAT | os.O_WRONLY, 0o600))  # as a library of its own mind
    assert (tmp_path / "new").stat().st_mode == usual


def test_names_of_any_length_and_kind(tmp_path):
    for name in ("я" * 127, "a" * 255, "имя с пробелом.csv", ".hidden"):
        write_text(tmp_path / name, name)
        assert (tmp_path / name).read_text("utf-8") == name
        (tmp_path / name).unlink()
    assert names(tmp_path) == []


def test_a_relative_path_stays_right_when_the_folder_changes(tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    write_text("a.txt", "whole")
    assert (tmp_path / "a.txt").read_text() == "whole"


def test_a_folder_appears_whole_or_not_at_all(tmp_path):
    with pytest.raises(ValueError, match="no"), atomic_folder(tmp_path / "out") as draft:
        (draft / "a").write_text("")
        raise ValueError("no")
    assert names(tmp_path) == []
    for made in (False, True):
        place = tmp_path / f"out{made}" / "inner"
        if made:
            place.mkdir(parents=True)  # an empty one may be there
        with atomic_folder(place) as draft:
            (draft / "a").write_text("")
        assert names(place) == ["a"]
        assert names(place.parent) == ["inner"]
    with pytest.raises(UserError, match="is there already"), atomic_folder(place):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="is there already"), atomic_folder(tmp_path / "file"):
        pass
    with pytest.raises(UserError, match="cannot be written"), atomic_folder(tmp_path / "file/a"):
        pass
    assert names(place) == ["a"]


def test_the_cache_folder_is_named_by_a_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("STICKSHIFT_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.setenv("STICKSHIFT_CACHE", "~nobody-of-that-name/x")
    with pytest.raises(UserError, match="there is no such home"):
        cache_folder()


def test_answers_never_take_the_place_of_a_file(tmp_path, monkeypatch):
    (tmp_path / "photos.2024").mkdir()
    monkeypatch.chdir(tmp_path / "photos.2024")
    assert beside(Path(), "") == tmp_path / "photos.2024-predicted"
    assert beside(tmp_path / "a.csv", ".csv") == tmp_path / "a-predicted.csv"
    for name in ("a-predicted.csv", "a-predicted2.csv"):
        (tmp_path / name).touch()
    assert beside(tmp_path / "a.csv", ".csv") == tmp_path / "a-predicted3.csv"
