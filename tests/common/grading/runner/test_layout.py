"""What a sandbox shows of the course is always the files of the submission at hand."""

import marshal
import os
import py_compile
import stat
import sys
from pathlib import Path

import pytest

from common.errors import UserError
from common.grading.exercise.course import Course
from common.grading.runner import layout
from common.grading.runner.layout import Layout
from tests.common.grading import shop

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")


@pytest.fixture
def course(tmp_path):
    return shop.make_course(tmp_path)


@pytest.fixture
def filled(course):
    with Layout(course) as made:
        made.fill({"shop"})
        yield made


def source_of(filled):
    return (filled.course / shop.EXERCISE).read_bytes()


def bytecode_of(filled):
    (path,) = filled.cache.glob("course/shop/loss.*.pyc")
    return path.read_bytes()


def test_the_packages_and_the_probes_are_shown_and_nothing_else(filled):
    shown = {p.relative_to(filled.course).as_posix() for p in filled.course.rglob("*.*")}
    assert shown == {
        "shop/__init__.py",
        "shop/loss.py",
        "shop/tools.py",
        "tests/__init__.py",
        "tests/graded/__init__.py",
        "tests/graded/shop_more_probes.py",
        "tests/graded/shop_probes.py",
    }


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_whoever_the_sandbox_runs_as_can_read_it_whatever_the_umask(course):
    before = os.umask(0o077)
    try:
        with Layout(course) as made:
            made.fill({"shop"})
            for path in [made.course, made.cache, *made.course.rglob("*"), *made.cache.rglob("*")]:
                assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644)
    finally:
        os.umask(before)


def test_the_next_student_finds_nothing_of_the_last_one(course, filled):
    given, compiled = source_of(filled), bytecode_of(filled)
    filled.put({shop.EXERCISE: shop.GOOD, "shop/tools.py": b"RATE = 3\n"})
    filled.put_bytecode({shop.EXERCISE: b"bytecode"})
    assert (source_of(filled), bytecode_of(filled)) == (shop.GOOD, b"bytecode")
    filled.put({"shop/tools.py": b"RATE = 4\n"})
    assert (source_of(filled), bytecode_of(filled)) == (given, compiled)
    assert (filled.course / "shop/tools.py").read_bytes() == b"RATE = 4\n"
    filled.put({})
    assert (filled.course / "shop/tools.py").read_bytes() == b"RATE = 2\n"
    assert (course / shop.EXERCISE).read_bytes() == given


def test_bytecode_of_another_version_never_stays(filled):
    filled.put({shop.EXERCISE: shop.GOOD})
    filled.put_bytecode({shop.EXERCISE: b"bytecode"})
    filled.put({shop.EXERCISE: b"def double(x): return x\n"})
    assert bytecode_of(filled) == b""


def test_it_is_gone_in_the_end(course):
    with Layout(course) as made:
        made.fill({"shop"})
        folder = made.course.parent
    assert not folder.exists()


def test_a_disk_that_is_full_is_named(filled, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(layout, "open", full, raising=False)
    with pytest.raises(UserError, match=r"loss.*No space left on device; .*TMPDIR"):
        filled.put({shop.EXERCISE: shop.GOOD})


def test_a_disk_that_is_full_when_the_edition_is_written_is_named(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    edition = Course()
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match=r"stickshift.*No space left on device; .*TMPDIR"):
        edition.write_edition(tmp_path / "stickshift")


def test_a_temporary_folder_that_is_not_there_is_named(course, monkeypatch):
    monkeypatch.setattr(layout.tempfile, "tempdir", str(course / "is not there"))
    with pytest.raises(UserError, match="is not there.*No such file.*TMPDIR"):
        Layout(course).__enter__()


def test_it_can_be_used_again(course):
    made = Layout(course)
    for _ in range(2):
        with made:
            made.fill({"shop"})
            assert made.holds({})
            made.put({shop.EXERCISE: shop.GOOD})


@linux
def test_given_code_that_does_not_compile_is_the_check_s_affair(course):
    (course / "shop/tools.py").write_text("def (\n")
    source = "def double(x):\n    from shop import tools\n"
    with shop.open_sandbox(course) as sandbox:
        outcome, _ = shop.submit(sandbox, source)
        assert "SyntaxError" in str(outcome.failure) or "invalid syntax" in str(outcome.failure)


@linux
def test_each_submission_is_run_as_it_was_handed_in(course):
    def of(factor):
        return f"def double(x):\n    return {factor} * x\n"

    with shop.open_sandbox(course) as sandbox:
        outcomes = [shop.run(sandbox, of(f)).output[1] for f in (2, 3, 3, 2)]
        assert outcomes == [2, 3, 3, 2]
        assert shop.run(sandbox, "def double(:").failure.kind == "raised"
        assert shop.submit(sandbox, shop.GOOD)[1]
        given = sandbox.run({}, "shop.loss", "tests.graded.shop_probes:double", {"x": 1})
        assert given.failure.details.startswith("NotImplementedError")


def test_bytecode_is_what_python_itself_would_write(course, filled, tmp_path):
    py_compile.compile(
        str(course / shop.EXERCISE),
        str(tmp_path / "theirs"),
        dfile="/course/shop/loss.py",
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    ours, theirs = bytecode_of(filled), (tmp_path / "theirs").read_bytes()
    assert ours[:8] == theirs[:8]
    assert marshal.loads(ours[16:]) == marshal.loads(theirs[16:])
    assert marshal.loads(ours[16:]).co_filename == "/course/shop/loss.py"


def test_only_what_is_checked_is_compiled(course):
    (course / "other").mkdir()
    (course / "other/__init__.py").write_text("x = 1\n")
    with Layout(course) as made:
        made.fill({"shop"})
        kinds = {path.parts[-2] for path in made.cache.rglob("*.pyc")}
        assert "shop" in kinds
        assert "other" not in kinds
        assert (made.course / "other/__init__.py").read_text() == "x = 1\n"
