"""What a student's code prints during a check, in short, in terminal and notebook alike."""

import os
from dataclasses import replace

import pytest

from common.discovery import ROOT
from common.grading.commands.console import print_results
from common.grading.exercise.source import marked
from common.grading.exercise.specification import CheckResult
from common.grading.runner import printed
from common.grading.runner.local import LocalRunner
from common.grading.runner.loop import run_checks
from common.grading.runner.printed import Printed, told
from common.i18n import Text
from common.notebooks.check_results import results_as_html
from tests.common.grading.exercise.test_specification import CHECK, TOY, drawn, write
from tests.common.grading.folder import SOURCE, toy_course

MARK = b"no-student-prints-this"
ROWS = [f"row {number}" for number in range(300)]


@pytest.fixture
def pipe(monkeypatch):
    ours, theirs = os.pipe()
    monkeypatch.setattr(printed, "_SOON", 60.0)
    yield Printed(os.fdopen(ours, "rb"), MARK), theirs
    os.close(theirs)


def during(descriptor, *pieces):
    told(MARK, descriptor, end=False)
    for piece in pieces:
        os.write(descriptor, piece)
    told(MARK, descriptor, end=True)


def test_each_check_has_what_was_printed_in_it_alone(pipe):
    said, descriptor = pipe
    os.write(descriptor, b"a library is imported\n")
    during(descriptor, b"one\n", b"tw", b"o\nthree")
    os.write(descriptor, b"something late\n")
    during(descriptor)
    during(descriptor, "привет\n".encode())
    assert [said.of_check() for _ in range(3)] == [("one\ntwo\nthree", 0), ("", 0), ("привет", 0)]


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_lines_are_counted_however_they_come(pipe, size):
    said, descriptor = pipe
    text = "\n".join(ROWS).encode()
    during(descriptor, *(text[at : at + size] for at in range(0, len(text), size)))
    assert said.of_check() == ("\n".join(ROWS[:5]), len(ROWS) - 5)


def test_a_line_too_many_is_shown_and_long_ones_are_cut(pipe):
    said, descriptor = pipe
    during(descriptor, b"\n".join(b"%d" % number for number in range(6)))
    during(descriptor, b"x" * 10**6 + b"\nend\n")
    assert said.of_check() == ("0\n1\n2\n3\n4\n5", 0)
    assert said.of_check()[0].splitlines()[0] == "x" * printed.WIDE + "…"


def at_home(course, body, monkeypatch):
    path = os.pathsep.join([str(course), str(ROOT)])
    monkeypatch.setattr(LocalRunner, "variables", lambda _: {"PYTHONPATH": path})
    write(course, body)
    with LocalRunner("tests.graded.toy_probes", root=course) as runner:
        return [*run_checks(TOY, drawn, runner.run)]


@pytest.mark.parametrize(
    "body",
    ["[print('row', n) for n in range(300)]; return 2 * x", "print(*{}, sep='\\n'); return x"],
)
def test_what_a_check_prints_comes_back_with_its_result(tmp_path, body, monkeypatch, capfd):
    found = at_home(toy_course(tmp_path), body.format(ROWS), monkeypatch)
    assert [(one.printed.splitlines(), one.more_lines) for one in found] == [(ROWS[:5], 295)] * 4
    assert capfd.readouterr() == ("", "")


def test_a_thread_that_a_library_keeps_is_no_printed_line(tmp_path, monkeypatch):
    """From Python 3.12 on a warning says so where such a process is copied."""
    course = toy_course(tmp_path)
    with (course / "tests" / "graded" / "toy_probes.py").open("a") as file:
        file.write("import threading, time\n")
        file.write("threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n")
    assert {one.printed for one in at_home(course, "return 2 * x", monkeypatch)} == {""}


def test_what_was_printed_before_a_crash_is_there(tmp_path, monkeypatch):
    body = "print('here')\n    import os; os.abort()"
    found = at_home(toy_course(tmp_path), body, monkeypatch)
    assert {(one.failure, one.printed) for one in found} == {("died", "here")}


@pytest.mark.parametrize(
    ("language", "name", "more"),
    [("en", "printed", "… 295 more lines"), ("ru", "напечатано", "… ещё строк: 295")],
)
def test_terminal_and_notebook_show_the_same_lines(capsys, language, name, more):
    (mark,) = marked(SOURCE, "toy/numbers.py")
    result = CheckResult(CHECK.name, Text("about", "о чём"), printed="<b>\n2", more_lines=295)
    results = [result, replace(result, more_lines=7)]  # the same again, of which there was less
    print_results("toy", TOY, mark, results, language, hint=0)
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    at = lines.index(f"{name}:")
    assert lines[at + 1 : at + 4] == ["<b>", "2", more]
    page = results_as_html("title", 4, results, {}, language)
    assert (page.count(f"{name}:"), lines.count(f"{name}:")) == (1, 1)
    assert f"&lt;b&gt;\n2\n{more}</pre>" in page
