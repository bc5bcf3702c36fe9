"""Code that libraries compile at import outlives the sandbox, and nothing else does."""

import os
import sys
from importlib.metadata import version

import pytest

from common.errors import UserError
from common.grading.runner import jit_cache
from common.grading.runner.inside import jit_cache as inside
from tests.common.grading import shop

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")


def handed_out(content: bytes) -> int:
    descriptor = os.memfd_create("handed")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


@linux
def test_what_was_collected_is_unpacked_again(tmp_path, monkeypatch):
    scratch, following, file = tmp_path / "a", tmp_path / "b", tmp_path / "cache" / "x.compiled"
    (scratch / "room").mkdir(parents=True)
    (scratch / "room" / "fast.nbi").write_bytes(b"index")
    (scratch / "room" / "fast.1.nbc").write_bytes(bytes(range(256)))
    (scratch / "notes.txt").write_bytes(b"a font cache, for example")
    found = inside.collect(str(scratch))
    assert found == {"room/fast.nbi": b"index", "room/fast.1.nbc": bytes(range(256))}
    jit_cache.keep(file, handed_out(inside.pack(found)))
    assert [one.name for one in file.parent.iterdir()] == ["x.compiled"]
    monkeypatch.setattr(inside, "FILE", str(file))
    assert inside.unpack(str(following)) == found
    assert inside.collect(str(following)) == found


@linux
def test_code_that_others_could_have_written_is_not_run(tmp_path):
    file = tmp_path / "grading" / "x.compiled"
    jit_cache.keep(file, handed_out(b"content"))
    assert jit_cache.trusted(file)
    linked = tmp_path / "linked.compiled"
    linked.symlink_to(file)
    assert not jit_cache.trusted(linked)
    file.chmod(0o666)
    assert not jit_cache.trusted(file)
    file.chmod(0o644)
    file.parent.chmod(0o777)
    assert not jit_cache.trusted(file)
    file.unlink()
    jit_cache.keep(file, handed_out(b"content"))  # nor is anything kept there
    assert not file.exists()


@linux
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="gives files away")
def test_code_of_another_user_is_not_run(tmp_path):
    file = tmp_path / "grading" / "x.compiled"
    jit_cache.keep(file, handed_out(b"content"))
    os.chown(file, 1234, 1234)
    assert not jit_cache.trusted(file)
    os.chown(file, 0, 0)
    os.chown(file.parent, 1234, 1234)
    assert not jit_cache.trusted(file)


@linux
@pytest.mark.parametrize("cache", ["a file", "~nobody-of-this-name/x"])
def test_grading_goes_on_without_a_cache(tmp_path, monkeypatch, cache):
    place = tmp_path / "file"
    place.write_text("where a folder should be")
    monkeypatch.setenv("STICKSHIFT_CACHE", str(place) if cache == "a file" else cache)
    course = shop.make_course(tmp_path / "course")
    if cache == "a file":
        with shop.open_sandbox(course) as sandbox:
            assert shop.submit(sandbox, shop.GOOD)[1]
    else:
        with pytest.raises(UserError, match="STICKSHIFT_CACHE is ~nobody"):
            shop.open_sandbox(course).__enter__()


@linux
@pytest.mark.parametrize("content", [None, b"", b"torn off in the middle"])
def test_a_damaged_file_is_an_empty_one(tmp_path, monkeypatch, content):
    file = tmp_path / "x.compiled"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr(inside, "FILE", str(file))
    assert inside.unpack(str(tmp_path / "scratch")) == {}


@linux
def test_a_cache_that_cannot_be_written_is_none(tmp_path):
    (tmp_path / "file").write_text("where a folder should be")
    jit_cache.keep(tmp_path / "file" / "grading" / "x.compiled", handed_out(b"content"))
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@linux
@pytest.mark.skipif(version("librosa") >= "1", reason="librosa 1.0 compiles nothing at import")
def test_the_second_sandbox_has_nothing_to_compile(tmp_path, monkeypatch):
    monkeypatch.setenv("STICKSHIFT_CACHE", str(tmp_path / "cache"))
    course = shop.make_course(tmp_path / "course")
    states = []
    for _ in range(2):
        with shop.open_sandbox(course, preload=["numpy", "librosa.core.audio"]) as sandbox:
            assert shop.submit(sandbox, shop.GOOD)[1]
        (kept,) = (tmp_path / "cache" / "grading").iterdir()
        states.append((kept.name, kept.stat().st_mtime_ns, kept.stat().st_ino))
    assert kept.stat().st_size > 10_000
    assert states[0] == states[1]
