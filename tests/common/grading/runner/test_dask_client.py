"""The grader's side of a cluster, which answers as it is told to; and what a worker does."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from common.cluster import workers
from common.errors import UserError
from common.grading.commands import grade as grading
from common.grading.exercise.specification import CheckResult
from common.grading.runner import dask_worker
from common.grading.runner.dask_client import DaskWorkers, UngradedError
from common.grading.runner.dask_work import Work
from common.grading.runner.inside.wire import decode, encode
from common.grading.runner.probe_result import ProbeResult
from common.i18n import Text
from tests.common.grading import classroom
from tests.common.grading.classroom import LIMITS, TABULAR, hand_in

WORDS = Text("words", "слова")


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
    def __init__(self, answer):
        self.answer = answer

    def result(self, timeout=None):
        return self.answer()

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
        "Workers that can grade: 1.",
        "tls://one: this worker is left out: its sandbox broke down 3 times: no memory",
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


def test_other_versions_are_told_before_what_broke_of_them(asking):
    class OldAndBroken(Client):
        def proof(self, request):
            versions = {**dask_worker.versions(["numpy"]), "numpy": "1.0"}
            return encode({"problem": "no library", "host": "lab", "versions": versions})

    with pytest.raises(UserError, match=r"other versions than this computer: numpy 1\.0"):
        asking(OldAndBroken())
    assert not any("no library" in said.en for said in asking.said)


def test_what_a_worker_lacks_is_told_in_russian_too(asking):
    class Bare(Client):
        def proof(self, request):
            lacks = "grading needs bubblewrap (bwrap), which is not installed here: apt"
            answer = {"problem": lacks, "host": "lab", "versions": dask_worker.versions(["numpy"])}
            return encode(answer)

    broken = {"broken": "this worker has not got the course", "worker": "tls://one"}
    with pytest.raises(UserError):
        asking(Bare())
    with pytest.raises(UngradedError):
        asking(Client(broken, broken, broken))
    without, _, broke = (said.ru for said in asking.said)
    assert "для проверки нужен bubblewrap (bwrap), здесь его нет: apt" in without
    assert broke.endswith("её песочница ломалась 3 раза: у этой машины нет курса")


@pytest.mark.parametrize("changed", ["runner/loop.py", "exercise/specification.py"])
def test_a_worker_of_another_version_of_the_course_is_told_apart(changed, tmp_path, monkeypatch):
    grading = Path(dask_worker.__file__).parents[1]
    for folder in ("runner", "exercise"):
        shutil.copytree(grading / folder, tmp_path / folder, ignore=lambda *_: ["__pycache__"])
    monkeypatch.setattr(dask_worker, "__file__", str(tmp_path / "runner" / "dask_worker.py"))
    before = dask_worker.versions([])
    with (tmp_path / changed).open("a") as file:
        file.write("# newer\n")
    assert dask_worker.versions([])["the course"] != before["the course"]


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


class Seen:
    """A sandbox that only notes that it was opened, and what ran in it."""

    opened: list["Seen"]

    def __init__(self, root, limits, *, replaceable, preload):
        self.limits, self.ran = limits, 0

    def __enter__(self):
        self.opened.append(self)

    def run(self, files, place, probe, inputs):
        self.ran += 1
        return ProbeResult(0.0)

    def close(self):
        pass


class AtWork(Client):
    """A cluster of one worker, which is a thread here."""

    def __init__(self, threads):
        super().__init__()
        self.threads = threads

    def submit(self, function, *arguments, **options):
        return self.threads.submit(function, *arguments)


def test_the_first_submissions_run_in_the_sandbox_that_was_the_proof(tmp_path, monkeypatch):
    """For which `grade` must open it as the submissions of the first module need it."""
    monkeypatch.setattr("distributed.wait", lambda *_, **__: None)
    monkeypatch.setattr(Seen, "opened", [], raising=False)
    monkeypatch.setattr(dask_worker, "Sandbox", Seen)
    monkeypatch.setattr(dask_worker, "_editions", {})
    monkeypatch.setattr(dask_worker, "_seats", {})
    monkeypatch.setattr(dask_worker, "_hide_key", lambda: None)
    monkeypatch.setattr(dask_worker.bubblewrap, "check_system", lambda: None)
    course = classroom.course(classroom.make_course(tmp_path / "course"))
    for student in ("Anna", "Boris"):
        hand_in(tmp_path / "submissions", student, TABULAR)
    with ThreadPoolExecutor(1) as threads, ExitStack() as folders:
        monkeypatch.setattr(dask_worker, "_folders", folders)
        client = AtWork(threads)
        monkeypatch.setattr(grading, "connected", lambda *_: nullcontext(client))
        options = classroom.options(workers="tls://one:1")
        grading.grade(tmp_path / "submissions", tmp_path / "out", options, course=course)
    (sandbox,) = Seen.opened
    assert sandbox.ran == 2 * 4
