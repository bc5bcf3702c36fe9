"""Grading on a Dask cluster: a real scheduler and workers, certificates, and what can go wrong."""

import random
import shutil
import signal
import subprocess
import sys
import threading
from functools import partial

import numpy as np
import pytest

from common.cluster import workers
from common.cluster.certificates import write_certificates
from common.cluster.connection import connected
from common.discovery import ROOT
from common.errors import UserError
from common.grading.commands.grade import grade
from common.grading.exercise.specification import Check, CheckResult, ExerciseSpec
from common.grading.gradebook.store import Gradebook
from common.grading.runner import dask_worker
from common.grading.runner.dask_client import DaskWorkers, UngradedError
from common.grading.runner.dask_work import Replay, Work
from common.grading.runner.inside.wire import decode, encode
from common.grading.runner.judging import Judge
from common.grading.runner.limits import Budget
from common.grading.runner.loop import judge, run_checks
from common.grading.runner.probe_result import Failure, ProbeResult
from common.i18n import Text
from tests.common.grading import classroom
from tests.common.grading.classroom import LIMITS, LOSS, METRICS, TABULAR, VISION, dump, hand_in
from tests.common.grading.cluster import Cluster

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
    ended = subprocess.run(
        [sys.executable, "-m", "tests.common.grading.classroom", *words], cwd=ROOT, check=False
    )
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


class Client:
    """A cluster of one worker, whose answers were thought up before."""

    def __init__(self, *answers):
        self.answers, self.requests, self.scheduler = list(answers), [], self

    def identity(self, n_workers):
        return {"workers": {"tls://one": {"nthreads": 1}}}

    def sync(self, function, *, callback_timeout, **words):
        return function(**words)

    def submit(self, function, *arguments, **options):
        if function is dask_worker.prove:
            return Done(lambda: self.proof(*arguments))
        if function is dask_worker.rest:
            return Done(lambda: b"")
        self.requests.append(decode(arguments[0]))
        answer = self.answers.pop(0)
        return Done(lambda: encode(answer))

    def proof(self, request):
        versions = dask_worker.versions(["numpy"])
        return encode({"problem": "", "host": "lab", "versions": versions})


class Done:
    def __init__(self, result):
        self.result = result

    def add_done_callback(self, function):
        function(self)

    def done(self):
        return True


@pytest.fixture
def asking(tmp_path, monkeypatch):
    """Ask a cluster that answers as it is told to run a submission's checks."""
    monkeypatch.setattr(workers, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(workers, "_REFUSED_SECONDS", 0.1)
    monkeypatch.setattr("distributed.wait", lambda *_, **__: None)
    course = classroom.course(classroom.make_course(tmp_path))
    said: list[str] = []

    def ask(client, judged=()):
        more = {"libraries": ["numpy"], "limits": LIMITS, "replaceable": [], "preload": ["numpy"]}
        drawn = partial(lambda spec, check: check.inputs(np.random.default_rng(0)))
        with DaskWorkers(client, tmp_path, "digest", say=said.append, **more) as dask:
            stop = threading.Event()
            work = Work(course.modules["tabular"], TABULAR, drawn, dict(judged), ["numpy"])
            return dask.begin(work, stop=stop)

    ask.said = said
    return ask


def test_a_worker_gets_inputs_and_files_and_nothing_of_what_is_right(asking):
    client = Client({"ran": []})
    before = CheckResult("one", WORDS, "wrong", WORDS, "given", "actual", "the right answer")
    asking(client, {("tabular.loss.double", "one"): before})
    (request,) = client.requests
    assert {name: body.tobytes() for name, body in request["files"].items()} == TABULAR
    double, total = request["exercises"]
    assert double["checks"][0] == {
        "name": "one",
        "probe": "tests.graded.tabular_probes:double",
        "known": "wrong",
    }
    assert [sorted(check) for check in total["checks"]] == [["inputs", "name", "probe"]] * 2
    assert b"the right answer" not in encode(request)


def test_whom_no_worker_comes_back_with_is_not_graded_and_the_worker_left_out(asking):
    broken = {"broken": "no memory", "worker": "tls://one"}
    with pytest.raises(UngradedError, match="no memory"):
        asking(Client(broken, broken, broken))
    assert [said.en for said in asking.said] == [
        "tls://one: this worker is left out: its sandbox broke down 3 times: no memory"
    ]
    assert asking(Client(broken, broken, {"ran": []})) is not None


def test_a_worker_of_other_versions_is_left_out_and_named(asking):
    class Old(Client):
        def proof(self, request):
            answer = decode(super().proof(request))
            answer["versions"]["numpy"] = "1.0"
            return encode(answer)

    with pytest.raises(UserError, match=r"no worker of the cluster can grade .*lab.*numpy 1\.0"):
        asking(Old())


def test_the_loop_judges_a_check_that_ran_elsewhere_by_all_the_time_it_took():
    (spec,) = exercises(1)
    budget = Budget(processor=10.0, wall=1.0)
    slow = ProbeResult(0, wall=1.5)
    results = run_checks(
        spec, lambda c: c.inputs(None), lambda *_: slow, judging=judge, budget=budget
    )
    assert [one.failure for one in results] == ["", "not_tried", "not_tried", "not_tried"]


def test_a_scheduler_that_is_lost_ends_grading_in_one_line(asking):
    class Lost(Client):
        def identity(self, n_workers):
            raise OSError("connection closed")

    with pytest.raises(UserError, match=r"scheduler is lost \(connection closed\).*start again"):
        asking(Lost())


def test_a_worker_of_other_versions_starts_no_sandbox(monkeypatch):
    opened = []
    monkeypatch.setattr(dask_worker.bubblewrap, "check_system", lambda: None)
    monkeypatch.setattr(dask_worker, "_hide_key", lambda: None)
    monkeypatch.setattr(dask_worker, "_placed", lambda *_: None)
    monkeypatch.setattr(dask_worker, "_seat", opened.append)
    here = dask_worker.versions(["numpy"])
    asked = {
        "digest": "",
        "edition": np.zeros(1, np.uint8),
        "libraries": ["numpy"],
        "preload": [],
    }
    for numpy, seats in (("1.0", 0), (here["numpy"], 1)):
        dask_worker.prove(encode({**asked, "versions": {**here, "numpy": numpy}}))
        assert len(opened) == seats
