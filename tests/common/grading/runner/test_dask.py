"""Grading on a Dask cluster: a real scheduler and workers, certificates, and what can go wrong."""

import random
import shutil
import signal
import sys
from functools import partial

import numpy as np
import pytest

from common.cluster.certificates import write_certificates
from common.cluster.connection import connected
from common.errors import UserError
from common.grading.commands.grade import grade
from common.grading.exercise.specification import Check, CheckResult, ExerciseSpec
from common.grading.gradebook.store import Gradebook
from common.grading.runner import dask_worker
from common.grading.runner.dask_client import DaskWorkers
from common.grading.runner.dask_work import Replay
from common.grading.runner.inside.wire import decode, encode
from common.grading.runner.judging import Judge
from common.grading.runner.limits import Budget
from common.grading.runner.loop import judge, run_checks
from common.grading.runner.probe_result import Failure, ProbeResult
from common.i18n import Text
from tests.common import forked
from tests.common.grading import classroom
from tests.common.grading.classroom import LIMITS, LOSS, METRICS, TABULAR, VISION, dump, hand_in
from tests.common.grading.cluster import Cluster, begin_with

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")
WORDS = Text("words", "слова")
CLASS = {
    "Anna": TABULAR,
    "Boris": {LOSS: b"def double(x): return x", METRICS: TABULAR[METRICS]},
    "Clara": {LOSS: b"def double(x): raise NotImplementedError", METRICS: TABULAR[METRICS]},
    "Daria": {LOSS: b"import time\ndef double(x): time.sleep(60)", METRICS: TABULAR[METRICS]},
    "Egor": {LOSS: b"def double(x):\n    print('\\x1b[1mhm')\n    return 1 / 0"},
    "Fedor": {LOSS: b"import os\nos.abort()", METRICS: b"def total(x): return {1, 2}"},
    "Galina": VISION,
}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with Cluster(tmp_path_factory.mktemp("cluster")) as opened:
        for name in ("w1", "w2", "w3"):
            opened.start_worker(name, **({"PATH": str(opened.root)} if name == "w3" else {}))
        yield opened


class Room:
    """A class, its course, and the grades that it gets on this machine alone."""

    def __init__(self, root):
        self.root, self.folder, self.here = root, root / "submissions", root / "here"
        self.course = classroom.make_course(root / "course")
        for student, files in CLASS.items():
            hand_in(self.folder, student, files)
        self.grade(self.here, classroom.options(jobs=2))

    def grade(self, out, options):
        return grade(self.folder, out, options, course=classroom.course(self.course))

    def begun(self, name):
        """Return a folder of grades with the secret of those that were reached here."""
        out = self.root / name
        out.mkdir()
        shutil.copy(self.here / "secret", out)
        return out

    def is_as_here(self, out):
        pages = [path.relative_to(self.here) for path in self.here.rglob("*") if path.is_file()]
        # These two hold the time at which they were written.
        pages = [path for path in pages if path.suffix not in (".sqlite", ".xlsx")]
        assert len(pages) > 2 * len(CLASS)
        assert all((out / path).read_bytes() == (self.here / path).read_bytes() for path in pages)
        return dump(out) == dump(self.here)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return Room(tmp_path_factory.mktemp("room"))


def test_grades_are_the_same_with_workers_and_who_has_no_sandbox_is_named(room, cluster, capsys):
    out = room.begun("with workers")
    room.grade(out, classroom.options(**cluster.where()))
    assert room.is_as_here(out)
    shown = capsys.readouterr().out
    assert shown.count("this worker is left out") == 1
    assert "left out: grading needs bubblewrap (bwrap), which is not installed here" in shown


def test_a_grader_that_was_killed_goes_on(room, cluster):
    out = room.begun("killed")
    words = [str(room.course), str(room.folder), str(out), "25"]
    words += [f"--workers={cluster.address}", f"--certificates={cluster.certificates / 'client'}"]
    ended = forked.python("-m", "tests.common.grading.classroom", *words)
    assert ended.returncode == -signal.SIGKILL
    begun = len(dump(out)["judged"])
    assert 0 < begun < len(dump(room.here)["judged"])
    room.grade(out, classroom.options(**cluster.where()))
    assert room.is_as_here(out)


def test_a_worker_that_is_killed_costs_nobody_a_grade(room, cluster, monkeypatch, capsys):
    out, killed = room.begun("worker killed"), []
    conclude = Gradebook.conclude

    def concluding(*arguments):
        if not killed:
            killed.append(cluster.processes["w1"].kill())
        conclude(*arguments)

    monkeypatch.setattr(Gradebook, "conclude", concluding)
    begin_with(2, DaskWorkers, monkeypatch)
    room.grade(out, classroom.options(**cluster.where()))
    assert killed
    assert room.is_as_here(out)
    assert "this worker is gone; others go on" in capsys.readouterr().out


def test_a_client_of_another_authority_is_refused(cluster, tmp_path):
    write_certificates(tmp_path / "other")
    says = "certificate and ours do not fit together"
    with (
        pytest.raises(UserError, match=says),
        connected(cluster.address, tmp_path / "other" / "client"),
    ):
        pass


def test_where_nobody_answers_that_is_said(cluster, monkeypatch):
    monkeypatch.setattr("common.cluster.connection._SECONDS", 0.2)
    with (
        pytest.raises(UserError, match="no scheduler answers there"),
        connected("tls://127.0.0.1:9", cluster.certificates / "client"),
    ):
        pass


class Told:
    """A sandbox whose checks come to what was thought up before."""

    def __init__(self, outcomes):
        self.limits, self.outcomes, self.ran = LIMITS, outcomes, []

    def run(self, files, place, probe, inputs):
        self.ran.append(inputs["number"])
        return self.outcomes[inputs["number"]]


def exercises(count):
    def wrong(inputs, output):
        assert output == inputs["number"]

    return [
        ExerciseSpec(
            f"shop.loss.f{first}",
            WORDS,
            "…",
            (WORDS, WORDS),
            [
                Check(f"c{n}", WORDS, lambda rng, n=n: {"number": n}, "probe", wrong)
                for n in range(first, first + 4)
            ],
        )
        for first in range(0, 4 * count, 4)
    ]


@pytest.mark.parametrize("seed", range(20))
def test_checks_that_ran_elsewhere_end_where_they_end_here(seed):
    """With results that are known already, checks that take too long, and a budget that ends."""
    chance = random.Random(seed)
    specs = exercises(5)
    kinds = [None, None, None, "time", "raised"]
    outcomes = []
    for number in range(20):
        kind, seconds = chance.choice(kinds), chance.choice([0.1, 0.7, 1.3])
        details = chance.choice(["NotImplementedError", "ValueError: x"])
        failure = Failure(kind, details, "line 1", 2) if kind else None
        output = None if kind else chance.choice([number, 0])
        outcomes.append(ProbeResult(output, failure, "out", "err", seconds=seconds))
    known = {}
    for spec in specs:
        for check in chance.sample(list(spec.checks), chance.choice([0, 0, 2])):
            failure = chance.choice(["", "wrong", "time", "empty"])
            known[spec.exercise, check.name] = CheckResult(check.name, WORDS, failure)

    def results(run, draw):
        budget, found = Budget.of(LIMITS), []
        for spec in specs:
            own = {check: one for (owner, check), one in known.items() if owner == spec.exercise}
            found += run_checks(spec, partial(draw, spec), run, own, budget=budget)
        return found

    here = Told(outcomes)
    expected = results(partial(here.run, {}), lambda spec, check: check.inputs(None))
    there, asked, inputs = Told(outcomes), [], {}
    for spec in specs:
        checks = []
        for check in spec.checks:
            key = spec.exercise, check.name
            told = {"name": check.name, "probe": check.probe}
            if key in known:
                told["known"] = known[key].failure
            else:
                inputs[key] = check.inputs(None)
                told["inputs"] = np.frombuffer(encode(inputs[key]), np.uint8)
            checks.append(told)
        asked.append({"name": spec.exercise, "checks": checks})
    ran = decode(encode(dask_worker._run_all(there, {"files": {}, "exercises": asked})))
    assert there.ran == here.ran
    came = {(one["exercise"], one["check"]): dask_worker.from_plain(one) for one in ran}
    replay = Replay(inputs, came)
    assert results(replay.run, replay.draw) == expected


def test_an_answer_too_long_to_be_sent_on_is_judged_as_here():
    """A frame may say 1e9 where one of our own says 1000000000.0, and is longer than may be."""
    output = [1e9] * 150_000 + ["x" * (4 * 2**20 - 10 * 150_000)]
    check = Check("one", WORDS, lambda rng: {}, "probe", lambda inputs, output: None)
    spec = ExerciseSpec("shop.loss.f", WORDS, "…", (WORDS, WORDS), [check])
    plain = decode(encode(dask_worker.to_plain(ProbeResult(output, stdout="said"))))
    assert "output" not in plain
    judged = [
        Judge(None).judge(spec, check, {}, outcome)
        for outcome in (ProbeResult(output, stdout="said"), dask_worker.from_plain(plain))
    ]
    assert judged[0] == judged[1]
    assert judged[0].failure == "wrong"
    outcome = ProbeResult({"a": [np.arange(3.0), None, -0.0]}, stderr="…", seconds=0.1 + 0.2)
    again = dask_worker.from_plain(decode(encode(dask_worker.to_plain(outcome))))
    assert repr(again) == repr(outcome)


def test_the_loop_judges_a_check_that_ran_elsewhere_by_all_the_time_it_took():
    (spec,) = exercises(1)
    budget = Budget(processor=10.0, wall=1.0)
    slow = ProbeResult(0, wall=1.5)
    results = run_checks(
        spec, lambda c: c.inputs(None), lambda *_: slow, judging=judge, budget=budget
    )
    assert [one.failure for one in results] == ["", "not_tried", "not_tried", "not_tried"]
