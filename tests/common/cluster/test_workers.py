"""Who of a cluster's workers may take work, and when: with proofs that end when a test says so."""

import contextlib
import threading
import time
from concurrent.futures import Future

import pytest

from common.cluster import workers
from common.cluster.workers import Workers
from common.errors import UserError
from common.i18n import Text


class Scheduler:
    """A client and its scheduler. proofs: by worker, what its proof will come to."""

    def __init__(self, *names):
        self.proofs, self.scheduler = {name: Future() for name in names}, self
        self.proving, self.resting = [], []

    def identity(self, n_workers):
        return {"workers": {name: {"nthreads": 1} for name in self.proofs}}

    def sync(self, function, *, callback_timeout, **words):
        return function(**words)

    def submit(self, function, *arguments, workers, **options):
        if function is Trusting.prove:
            self.proving += workers
            return self.proofs[workers[0]]
        assert function is Trusting.rest
        self.resting.append((workers[0], *arguments))
        return f"rest of {workers[0]}"


class Trusting(Workers):
    """Workers of which each says by its proof what is wrong with it."""

    able, nobody = Text("able: {count}", "могут: {count}"), Text("nobody can", "никто не может")
    prove, rest = staticmethod(bytes), staticmethod(str)

    def _why_not(self, answer):
        return (Text(answer, answer) if answer else None), ""


@pytest.fixture
def kept(monkeypatch):
    """Look often, and give what Dask was asked to do though nobody waits for it."""
    monkeypatch.setattr(workers, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr("distributed.wait", lambda *_, **__: None)
    asked = []
    monkeypatch.setattr("distributed.fire_and_forget", asked.append)
    return asked


@contextlib.contextmanager
def working(cluster, said):
    with Trusting(cluster, b"", say=lambda text: said.append(text.en)) as opened:
        yield opened


def able():
    """Return a proof that a worker can do it."""
    proof = Future()
    proof.set_result("")
    return proof


class Stuck(Future):
    """A proof that has ended, on a worker that is too stuck to send its answer."""

    def done(self):
        return True

    def result(self, timeout=None):
        assert timeout is not None  # one that nobody ends
        raise TimeoutError


def until(holds):
    deadline = time.monotonic() + 100
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_work_begins_with_the_first_that_has_proved_itself_and_others_join(kept):
    cluster, said = Scheduler("first", "second", "third"), []
    cluster.proofs["first"].set_result("")
    with working(cluster, said) as opened:
        assert opened.count == 1
        cluster.proofs["second"].set_result("no sandbox stands there")
        cluster.proofs["third"].set_result("")
        until(lambda: opened.count == 2 and len(said) == 3)
    assert said == [
        "able: 1",
        "second: this worker is left out: no sandbox stands there",
        "able: 2",
    ]
    assert cluster.resting == [("first",), ("third",)]
    assert not kept


def test_one_that_proves_itself_too_late_rests_when_it_has(kept, monkeypatch):
    monkeypatch.setattr(workers, "_PROVING_SECONDS", 0.05)
    cluster, said = Scheduler("first", "slow"), []
    cluster.proofs["first"].set_result("")
    with working(cluster, said):
        until(lambda: cluster.resting)
        assert cluster.resting == [("slow", cluster.proofs["slow"])]
    assert said == ["able: 1", "slow: this worker is left out: it does not answer"]
    assert kept == ["rest of slow"]


def test_one_that_joins_when_all_were_gone_is_told_and_so_are_those_after_it(kept):
    cluster, said = Scheduler("first"), []
    cluster.proofs["first"].set_result("")
    with working(cluster, said) as opened:
        del cluster.proofs["first"]
        until(lambda: not opened.count)
        for count, name in enumerate(("second", "third"), 1):
            cluster.proofs[name] = able()
            until(lambda count=count: len(said) == count + 2)
    assert said == ["able: 1", workers.GONE.en.format(worker="first"), "able: 1", "able: 2"]


def test_those_still_proving_themselves_at_the_end_are_counted_and_rest(kept):
    cluster, said = Scheduler("first", "slow", "slower"), []
    cluster.proofs["first"].set_result("")
    with working(cluster, said):
        pass
    proving = [(name, cluster.proofs[name]) for name in ("slow", "slower")]
    assert cluster.resting == [*proving, ("first",)]
    assert kept == ["rest of slow", "rest of slower"]
    told = "workers not needed: 2; all was done before they had shown that they can do it"
    assert said == ["able: 1", told]


def test_one_that_has_been_proving_itself_for_long_is_named_at_the_end(kept, monkeypatch):
    monkeypatch.setattr(workers, "_LONG_SECONDS", -1.0)
    cluster, said = Scheduler("first", "slow"), []
    cluster.proofs["first"].set_result("")
    with working(cluster, said):
        pass
    (named,) = said[1:]
    assert named.startswith("slow: this worker is left out: until all was done it had not shown")


def test_a_look_that_comes_back_after_the_end_changes_nothing(kept, monkeypatch):
    monkeypatch.setattr(workers, "_LAST_SECONDS", 0.01)
    cluster, said, late, end = Scheduler("first", "slow"), [], threading.Event(), threading.Event()
    cluster.proofs["first"].set_result("")
    identity = cluster.identity

    def held_up(n_workers):
        if cluster.proofs.keys() == {"first", "slow", "new"}:
            late.set()
            assert end.wait(100)
        return identity(n_workers)

    cluster.identity = held_up
    with working(cluster, said) as opened:
        cluster.proofs["new"] = Future()
        assert late.wait(100)
    told = [*said]
    cluster.proofs["slow"].set_result("")
    end.set()
    opened._watcher.join(100)
    assert not opened._watcher.is_alive()
    assert cluster.proving == ["first", "slow"]
    assert opened.count == 1
    assert said == told


def test_one_whose_answer_does_not_arrive_is_left_out(kept):
    cluster, said = Scheduler("first"), []
    cluster.proofs["first"].set_result("")
    with working(cluster, said):
        cluster.proofs["stuck"] = Stuck()
        until(lambda: len(said) == 2)
    assert said == ["able: 1", "stuck: this worker is left out: it does not answer"]


def test_where_nobody_could_begin_those_still_proving_themselves_rest_too(kept, monkeypatch):
    cluster, said = Scheduler("slow"), []
    monkeypatch.setattr(workers, "_LOOKS", 1)
    look = Workers._look

    def once(opened):
        if opened._proving:
            raise OSError("gone")
        look(opened)

    monkeypatch.setattr(Workers, "_look", once)
    with pytest.raises(UserError, match=r"the scheduler is lost \(gone\)"), working(cluster, said):
        raise AssertionError
    assert cluster.resting == [("slow", cluster.proofs["slow"])]
    assert not said
