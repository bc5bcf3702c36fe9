"""The edition's checks: recorded cases in place of oracles, and the same verdicts."""

import ast

import numpy as np
import pytest

from common.discovery import ROOT
from common.errors import UserError
from common.grading.exercise import oracle as room
from common.grading.exercise.oracle import Sample, beside, oracle, packed, with_recorded_draws
from common.grading.exercise.release import edition
from common.grading.exercise.source import without_oracles
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.grading.runner import recording
from common.grading.runner.loop import judge, run_here
from common.grading.runner.recording import answers_of
from common.i18n import Mistake, Text
from tests.common.grading.exercise.test_solutions import GRADED, folder_of, put_in_place

TOLD = Mistake("told", "told", "сказано")


@pytest.fixture
def as_in_an_edition(monkeypatch, few_drawn):
    """Let what is recorded be forgotten afterwards, and nothing be there before."""
    monkeypatch.setattr(room, "_recorded", {})
    monkeypatch.setattr(room, "_replaced", {})
    monkeypatch.setattr(recording, "DRAWS", 1)
    yield monkeypatch
    room._draws.cache_clear()


@pytest.mark.parametrize("exercise", GRADED)
def test_verdicts_are_the_same_with_recorded_answers(exercise, tmp_path, as_in_an_edition):
    graded = GRADED[exercise]
    for name, content in answers_of([graded]).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    recorded = with_recorded_draws(graded, tmp_path)
    with room.remembering():  # what oracles are asked a second time, of the wrong solution
        for path in [None, min(folder_of(graded).glob("wrong_*.py"))]:
            with pytest.MonkeyPatch.context() as patch:
                if path:
                    put_in_place(patch, graded, path)
                for check in recorded.checks:
                    inputs = check.inputs(np.random.default_rng(0))
                    outcome = run_here(graded.place, check.probe, inputs)
                    found = judge(check, inputs, outcome)
                    said, room._recorded = room._recorded, {}
                    assert judge(check, inputs, outcome) == found
                    assert path or found.passed
                    room._recorded = said


@oracle
def doubled(x, *, times=2):
    """Return twice x."""
    assert _allowed
    return {"double": times * x, "wrong": [(TOLD, np.zeros(1000)), (TOLD, room.Later(lambda: x))]}


_allowed = True


def judge_doubled(inputs, output):
    said = doubled(inputs["x"])
    if not np.array_equal(output, said["double"]):
        same = beside(output, said["wrong"][0][1]) is not None
        raise Wrong(Text("no", "нет"), mistake=TOLD if same else None)


CHECK = Check(
    "one",
    Text("one", "одна"),
    lambda rng: {"x": rng.normal(size=3)},
    f"{__name__}:probe",
    judge_doubled,
)
TOY = ExerciseSpec("tests.toy", Text("toy", "игрушка"), "", (Text("", ""), Text("", "")), [CHECK])


def probe(inputs):
    return 2 * inputs["x"]


def test_an_oracle_is_not_asked_where_its_answers_are_recorded(tmp_path, as_in_an_edition):
    (content,) = answers_of([TOY]).values()
    path = tmp_path / room.FOLDER / "tests.toy.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    as_in_an_edition.setitem(globals(), "_allowed", False)
    with pytest.raises(AssertionError):
        doubled(np.zeros(3))
    (check,) = with_recorded_draws(TOY, tmp_path).checks
    inputs = check.inputs(np.random.default_rng(0))
    check.judge(inputs, 2 * inputs["x"])
    with pytest.raises(Wrong) as caught:
        check.judge(inputs, np.zeros(1000))
    assert caught.value.mistake == TOLD
    assert doubled(inputs["x"])["wrong"][1] == (TOLD, pytest.approx(inputs["x"]))
    with pytest.raises(KeyError):  # of what was not drawn nothing is known
        doubled(np.ones(3))


def test_the_same_course_gives_the_same_answers():
    assert answers_of([TOY]) == answers_of([TOY])


def test_no_edition_is_made_whose_solution_would_be_refused():
    def refuses(inputs, output):
        raise Wrong(Text("never right", "всегда неверно"))

    check = Check("one", CHECK.about, CHECK.inputs, CHECK.probe, refuses)
    spec = ExerciseSpec(TOY.exercise, TOY.title, "", TOY.hints, [check])
    with pytest.raises(UserError, match=r"tests\.toy, one: never right"):
        answers_of([spec])


def test_of_a_large_mistaken_answer_some_values_are_kept():
    large = np.arange(10_000.0).reshape(100, 100)
    kept = room._unpacked(packed([(TOLD, large)]))[0][1]
    assert isinstance(kept, Sample)
    assert all(np.array_equal(*pair) for pair in [beside(large, kept)])
    assert beside(large.ravel(), kept) is None
    assert not np.array_equal(*beside(large + 1, kept))
    right = room._unpacked(packed([large, np.float64(2), (1, None, "x"), {"a": [True]}]))
    assert np.array_equal(right[0], large)
    assert right[1:] == [2.0, (1, None, "x"), {"a": [True]}]


def test_no_line_of_an_oracle_is_in_the_edition():
    contents = edition(ROOT)
    checks = {n: t.decode() for n, t in contents.items() if n.startswith("tests/graded/")}
    everything = "\n".join(checks.values())
    found = 0
    for name, text in checks.items():
        emptied = ast.parse(text).body
        whole = {
            node.name: node
            for node in ast.parse((ROOT / name).read_text("utf-8")).body
            if isinstance(node, ast.FunctionDef)
        }
        for node in emptied:
            if any(getattr(d, "id", "") == "oracle" for d in getattr(node, "decorator_list", [])):
                found += 1
                assert ast.unparse(node.body[-1]) == "raise NotImplementedError"
                assert len(node.body) <= 2
                last = ast.unparse(whole[node.name].body[-1])
                assert len(last) < 24 or last not in everything
    assert found > 80
    assert without_oracles(everything, "all") == everything
