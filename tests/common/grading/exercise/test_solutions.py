"""Every exercise against its solutions: the wrong ones are caught, the right ones accepted.

The solutions in tests/solutions take the library function's place in this process. Each gets the
same checks as a student's, with inputs drawn once, from one of two seeds in turn. Of every fourth
wrong one what all checks say is looked at; of the others, what the first one says that catches it.
Of the cases that a check draws they get two, beside the fixed ones, which are to catch nearly all.
`benchmarks/verdicts.py` draws all of them, many times, and runs all checks.
"""

import ast
import importlib
import importlib.util
import sys
import tomllib
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from common.discovery import modules_with_exercises
from common.exercises import registered
from common.grading.exercise.course import exercises_of, warmups_of
from common.grading.runner.loop import check_here

pytestmark = pytest.mark.usefixtures("oracles_remember")
SOLUTIONS = Path(__file__).parents[3] / "solutions"
MODULES = modules_with_exercises()


def every(module):
    return [*warmups_of(module), *exercises_of(module)]


GRADED = {graded.exercise: graded for module in MODULES for graded in every(module)}


def solutions(kind):
    return [
        pytest.param(exercise, path, number, id=f"{graded.short}-{path.stem}")
        for exercise, graded in GRADED.items()
        for number, path in enumerate(sorted(folder_of(graded).glob(f"{kind}_*.py")))
    ]


def folder_of(graded):
    return SOLUTIONS / graded.exercise.partition(".")[0] / graded.short


def put_in_place(monkeypatch, graded, path):
    """Let the solution in a file be the library's function for the length of a test."""
    spec = importlib.util.spec_from_file_location("solution", path)
    solution = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(solution)
    owner, name = owner_of(graded)
    monkeypatch.setattr(owner, name, getattr(solution, name))


def owner_of(graded):
    """Return the module or the class that an exercise's function is in, and its name there."""
    *classes, name = graded.short.split(".")
    owner = importlib.import_module(graded.place)
    for part in classes:
        owner = getattr(owner, part)
    return owner, name


LINES = {"audio": 3, "vision": 3}
"""How many lines of 60 columns are enough to say what a check has given."""


def lines(text):
    return sum(max(1, -(-len(line) // 60)) for line in text.splitlines())


def results(graded, seed):
    return (check_here(graded, check, seed=seed) for check in graded.checks)


@pytest.mark.usefixtures("few_drawn")
@pytest.mark.parametrize(("exercise", "path", "number"), solutions("wrong"))
def test_a_wrong_solution_is_caught(exercise, path, number, monkeypatch):
    graded = GRADED[exercise]
    put_in_place(monkeypatch, graded, path)
    wrong = (result for result in results(graded, number % 2) if not result.passed)
    failed = list(islice(wrong, 1 if number % 4 else None))
    assert failed, "every check let it through"
    for result in failed:
        assert result.what.en
        assert result.what.ru
        assert result.given
        assert "another form" not in result.what.en
        assert lines(result.given) <= LINES.get(exercise.partition(".")[0], 12)


@pytest.mark.usefixtures("few_drawn")
@pytest.mark.parametrize(("exercise", "path", "number"), solutions("right"))
def test_a_right_solution_is_accepted(exercise, path, number, monkeypatch):
    graded = GRADED[exercise]
    put_in_place(monkeypatch, graded, path)
    assert [r for r in results(graded, number % 2) if not r.passed] == []


@pytest.mark.usefixtures("few_drawn")
@pytest.mark.parametrize("exercise", GRADED)
def test_the_librarys_own_solution_is_accepted(exercise):
    """With one seed; `tests/graded/test_exercises.py` draws all cases, without any."""
    assert [r for r in results(GRADED[exercise], 0) if not r.passed] == []


@pytest.mark.usefixtures("few_drawn")
@pytest.mark.parametrize("exercise", GRADED)
def test_no_check_is_passed_by_saying_nothing(exercise, monkeypatch):
    graded = GRADED[exercise]
    owner, name = owner_of(graded)
    monkeypatch.setattr(owner, name, lambda *_, **__: [])
    assert [r.check for r in results(graded, 0) if r.passed] == []


@pytest.mark.parametrize(
    ("exercise", "check", "seed"),
    [
        ("tabular.model.PeriodicEmbedding.forward", "lonely", [1305, 2]),  # a sum that cancels
        ("common.losses.relative_error", "wide", [182, 0]),  # a difference taken too close by
    ],
)
def test_unlucky_inputs_refuse_no_right_solution(exercise, check, seed, monkeypatch):
    """These were drawn in thousands of trials, and rounding alone was taken for a mistake."""
    graded = GRADED[exercise]
    (check,) = (one for one in graded.checks if one.name == check)
    for path in [None, *sorted(folder_of(graded).glob("right_*.py"))]:
        with monkeypatch.context() as patch:
            if path:
                put_in_place(patch, graded, path)
            assert check_here(graded, check, seed=seed).passed, path


@pytest.mark.parametrize(
    ("exercise", "check", "solution", "seeds"),
    [
        # OpenCV takes any number of channels where the sides are divided by whole numbers
        ("vision.geometry.resize", "many", "wrong_four_channels", range(20)),
        # a class id of 64 bits in 32: with these seeds none was drawn
        ("vision.geometry.resize", "same", "wrong_cut_off", [1, 6, 12]),
        ("vision.geometry.resize", "same", "wrong_rounded_up", [1, 6, 12]),
        # the pairs (0, 2) and (2, 0) are the same turned round
        ("vision.metrics.match_objects", "some", "wrong_turned_round", range(20)),
        # a batch that is dropped, where with some seeds there was none
        ("common.training_loop.train_network", "dropout", "wrong_drop_last", range(10)),
        # those that were found happened to come from the largest to the smallest
        ("vision.metrics.match_objects", "some", "wrong_by_area", [5, 8, 13]),
    ],
)
def test_lucky_inputs_let_no_wrong_solution_through(exercise, check, solution, seeds, monkeypatch):
    graded = GRADED[exercise]
    (check,) = (one for one in graded.checks if one.name == check)
    put_in_place(monkeypatch, graded, folder_of(graded) / f"{solution}.py")
    for seed in seeds:
        assert not check_here(graded, check, seed=seed).passed, seed


def test_the_class_that_is_meant_to_be_the_costliest_is_so():
    """With these seeds another was, and wrong solutions failed a check that they mostly passed."""
    from text.metrics import costliest_class

    (check,) = (c for c in GRADED["text.metrics.class_metrics"].checks if c.name == "calm")
    for seed in (31, 158):
        for case in check.inputs(np.random.default_rng(seed))["cases"]:
            assert costliest_class(case["costs"]) not in case["true"]


@pytest.mark.parametrize("exercise", GRADED)
def test_five_wrong_and_two_right_solutions_stand_for_each_exercise(exercise):
    folder = folder_of(GRADED[exercise])
    importlib.import_module(GRADED[exercise].place)  # an exercise is registered as it is imported
    wrong, right = (5, 2) if registered[exercise].points else (3, 1)  # a warm-up is short
    assert len(list(folder.glob("wrong_*.py"))) >= wrong
    assert len(list(folder.glob("right_*.py"))) >= right


@pytest.mark.usefixtures("few_drawn")
@pytest.mark.parametrize("exercise", GRADED)
def test_inputs_are_drawn_anew_and_can_be_drawn_again(exercise):
    from common.grading.runner.inside.wire import encode

    def drawn(seed):
        rng = np.random.default_rng(seed)
        return [encode(check.inputs(rng)) for check in GRADED[exercise].checks]

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_worth_a_hundred_points(module):
    for graded in every(module):
        importlib.import_module(graded.place)
    marked = {
        name: found.points
        for name, found in registered.items()
        if found.module == module and not name.startswith("common.exercises.")  # its own example
    }
    assert set(marked) == {graded.exercise for graded in every(module)}
    assert sum(marked.values()) == 100
    assert not any(registered[name].empty for name in marked)


@pytest.mark.parametrize("exercise", GRADED)
def test_everything_is_said_in_both_languages(exercise):
    graded = GRADED[exercise]
    texts = [graded.title, *graded.hints, *(check.about for check in graded.checks)]
    owner, name = owner_of(graded)
    examples = [line for line in getattr(owner, name).__doc__.splitlines() if ">>>" in line]
    assert not [line for line in examples if "  # " in line]  # the words would be English
    assert len(graded.hints) == 2
    for text in texts:
        assert text.en.isascii() or "“" in text.en or "·" in text.en
        assert any("а" <= letter <= "я" for letter in text.ru.casefold())
    assert len(graded.statement_ru) > 200


def test_probes_import_no_student_code_before_they_are_called():
    for module in MODULES:
        path = Path(sys.modules[f"tests.graded.{module}"].__file__).with_name(f"{module}_probes.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom):
                assert node.module.split(".")[0] not in MODULES or node.module.startswith(
                    "common.grading"
                )


@pytest.mark.parametrize("module", MODULES)
def test_what_is_named_as_equivalent_is_of_an_exercise_and_has_a_reason(module):
    path = SOLUTIONS / module / "equivalent.toml"
    named = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    assert named.keys() <= {graded.exercise for graded in every(module)}
    for groups in named.values():
        for group in groups:
            assert len(group["reason"]) > 10
            assert group["changes"]
            assert all("  ->  " in change for change in group["changes"])
