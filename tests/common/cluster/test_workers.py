"""Who of a cluster's workers may take work, and when: with proofs that end when a test says so."""

import contextlib
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
        self.proofs, self.resting, self.scheduler = {name: Future() for name in names}, [], self

    def identity(self, n_workers):
        return {"workers": {name: {"nthreads": 1} for name in self.proofs}}

    def sync(self, function, *, callback_timeout, **words):
        return function(**words)

    def submit(self, function, *arguments, workers, **options):
        if function is Trusting.prove:
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


def test_one_that_is_still_proving_itself_at_the_end_is_named_and_rests(kept):
    cluster, said = Scheduler("first", "slow"), []
    cluster.proofs["first"].set_result("")
    with working(cluster, said):
        pass
    assert cluster.resting == [("slow", cluster.proofs["slow"]), ("first",)]
    assert kept == ["rest of slow"]
    (named,) = said[1:]
    assert named.startswith("slow: this worker is left out: until all was done it had not shown")


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
