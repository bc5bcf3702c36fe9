"""What a student sees of a check that fails, and how a debugger gets at their code."""

import dataclasses
import io
import pdb
import signal
import sys
import types

import numpy as np
import pytest

from common.errors import UserError
from common.grading.commands import console
from common.grading.exercise import course as course_module
from common.grading.exercise.specification import CheckResult, Wrong
from common.grading.runner.debugger import interruptible
from common.grading.runner.local import LocalRunner
from common.i18n import Text
from tests.common.grading.commands.test_student import run, write
from tests.common.grading.exercise.test_specification import ODD, TOY

VARIABLES = LocalRunner.variables


def cases_of(course, monkeypatch, body):
    """The toy exercise with checks of several cases, of which the third is the first below 0."""
    probes = course / "tests" / "graded" / "toy_probes.py"
    probes.write_text(
        "def double(inputs):\n"
        "    from toy import numbers\n\n"
        "    return [numbers.double(case['x']) for case in inputs['cases']]\n",
        encoding="utf-8",
    )

    def judge(inputs, output):
        for number, (case, answer) in enumerate(zip(inputs["cases"], output, strict=True)):
            if answer != 2 * case["x"]:
                raise Wrong(Text("no", "нет"), actual=answer, mistake=ODD, case=number)

    def inputs(rng):
        long = {f"long{i}": np.arange(100.0) for i in range(9)}
        return {"cases": [{"x": x, **long} for x in (1, 2, -3, 4)]}

    checks = [
        dataclasses.replace(TOY.checks[0], name=name, about=Text(name, name + "-ru"),
                            inputs=inputs, judge=judge)
        for name in ("one", "two")
    ]  # fmt: skip
    spec = dataclasses.replace(TOY, checks=checks)
    monkeypatch.setattr(course_module, "exercises_of", lambda module: [spec])
    write(course, body)


def test_one_mistake_is_told_once(course, monkeypatch, capsys):
    cases_of(course, monkeypatch, "return abs(2 * x)")
    assert run(course, "check") == 1
    shown = capsys.readouterr().out
    assert shown.count("looks like: this is odd") == 1
    assert shown.count("given: x = -3") == 1
    assert "the same as in “one”" in shown
    run(course, "check", "--lang", "ru")
    assert "то же, что в «one-ru»" in capsys.readouterr().out


def test_what_was_given_in_several_lines_is_told_apart(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "90")
    words = Text("words", "слова")
    result = CheckResult("one", words, "wrong", words, "levels 1 and 2\nsnr_db -8.0")
    console._print_failure(result, "en")
    assert "given: levels 1 and 2; snr_db -8.0" in capsys.readouterr().out


def test_an_error_is_shown_with_the_students_lines_and_the_case(course, monkeypatch, capsys):
    body = "return helper(x)\n\n\ndef helper(x):\n    return len(str(x)) and int('a' * x)"
    cases_of(course, monkeypatch, body)
    (course / "toy" / "numbers.py").write_text(
        (course / "toy" / "numbers.py").read_text("utf-8").replace("int('a' * x)", "1 // (x + 3)"),
        encoding="utf-8",
    )
    monkeypatch.setenv("COLUMNS", "60")
    assert run(course, "check") == 1
    shown = capsys.readouterr().out
    lines = [line.strip() for line in shown.splitlines()]
    place = next(i for i, line in enumerate(lines) if line.endswith("in double"))
    assert lines[place].startswith("toy/numbers.py, line ")
    assert lines[place + 1] == "return helper(x)"
    assert lines[place + 2].endswith("in helper")
    assert lines[place + 3] == "return len(str(x)) and 1 // (x + 3)"
    assert "probes" not in shown
    assert "ZeroDivisionError" in shown
    given = shown[shown.index("given: ") :].split("\n  x ")[0].splitlines()
    assert given[0].startswith("given: x = -3")
    assert len(given) <= 3
    assert all(len(line) <= 60 for line in shown.splitlines()[:-1])


@pytest.fixture
def debugged(course, monkeypatch):
    """Let the toy exercise be imported here, as it is where a person works in their edition."""
    monkeypatch.syspath_prepend(str(course))
    tests = types.ModuleType("tests.graded.toy_probes")
    before = {name: sys.modules.pop(name, None) for name in ("toy", "toy.numbers")}
    monkeypatch.setitem(sys.modules, "tests.graded.toy_probes", tests)

    def put(body):
        cases_of(course, monkeypatch, body)
        source = (course / "tests" / "graded" / "toy_probes.py").read_text("utf-8")
        exec(source, vars(tests))

    yield put
    for name in ("toy", "toy.numbers"):
        sys.modules.pop(name, None)
        if before[name] is not None:
            sys.modules[name] = before[name]


def typed(monkeypatch, *lines):
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join([*lines, ""])))
    # pytest's own debugger takes the place of pdb's and of breakpoint().
    monkeypatch.setattr(sys, "breakpointhook", lambda: pdb.Pdb().set_trace(sys._getframe(1)))


def test_a_breakpoint_stops_in_the_students_frame(course, debugged, monkeypatch, capsys):
    debugged("breakpoint()\n    return 2 * x")
    typed(monkeypatch, "p 'x is', x", *["c"] * 9)
    assert run(course, "check") == 0
    assert "'x is', 1" in capsys.readouterr().out


def test_leaving_the_debugger_ends_the_check(course, debugged, monkeypatch, capsys):
    debugged("breakpoint()\n    return 2 * x")
    typed(monkeypatch, "q")
    with pytest.raises(KeyboardInterrupt):
        run(course, "check")


def test_pdb_stops_where_the_students_code_raises(course, debugged, monkeypatch, capsys):
    debugged("return 2 * x // min(x + 3, 1) * min(x + 3, 1)")
    typed(monkeypatch, "p 'x is', x", "w", "q", "q")
    assert run(course, "check", "--pdb") == 1
    shown = capsys.readouterr().out
    assert "ZeroDivisionError" in shown
    assert "'x is', -3" in shown
    assert "toy_probes" not in shown


def test_pdb_steps_through_the_case_that_is_wrong(course, debugged, monkeypatch, capsys):
    debugged("return abs(2 * x)")
    typed(monkeypatch, "p 'x is', x", "c", "c")
    assert run(course, "check", "--pdb") == 1
    shown = capsys.readouterr().out
    assert "'x is', -3" in shown
    assert "-> return abs(2 * x)" in shown


def test_pdb_does_not_watch(course):
    with pytest.raises(UserError, match="do not go together"):
        run(course, "check", "--pdb", "--watch")


def test_a_breakpoint_without_a_terminal_says_what_to_do(course, monkeypatch, capsys):
    monkeypatch.setenv("PYTHONBREAKPOINT", VARIABLES(LocalRunner(""))["PYTHONBREAKPOINT"])
    write(course, "stop = breakpoint\n    stop()\n    return 2 * x")
    assert run(course, "check") == 1
    assert "breakpoint() stops in `check NAME --pdb`" in " ".join(capsys.readouterr().out.split())


def test_ctrl_c_means_afterwards_what_it_meant_before():
    before = signal.getsignal(signal.SIGINT)
    with interruptible():
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # as pdb takes it over at `continue`
    assert signal.getsignal(signal.SIGINT) is before
