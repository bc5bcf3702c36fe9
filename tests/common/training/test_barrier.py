"""Ranks wait as long as another works, no longer than it lives, and are told why it has ended."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from torch import distributed

from common.errors import UserError
from common.training import barrier as subject
from common.training.barrier import Barrier, RankEndedError
from common.training.process_group import Launched, attempt_of


@pytest.fixture
def store(monkeypatch):
    monkeypatch.setattr(subject, "LOOK", 0.001)
    monkeypatch.setattr("common.training.process_group.LOOK", 0.001)
    found = distributed.HashStore()
    found.set_timeout(timedelta(seconds=20))
    return found


class Clock:
    """Seconds that pass when somebody pauses; `told` says what happens meanwhile."""

    def __init__(self, told=lambda now: None):
        self.now, self.told = 0.0, told

    def __call__(self):
        return self.now

    def pause(self, _):
        self.now += 60.0
        self.told(self.now)


def waiting(store, told=lambda now: None):
    clock = Clock(told)
    return Barrier(store, 1, 2, clock=clock, pause=clock.pause), clock


def test_who_works_for_hours_is_waited_for(store):
    first = Barrier(store, 0, 2)

    def told(now):
        if now < 7200:
            store.add("alive/0", 1)
        else:
            first.after(lambda: None) if now == 7200 else None

    other, clock = waiting(store, told)
    store.set("done/1/1", "")
    assert other.after(lambda: "made") == "made"
    assert clock.now == 7200


def test_who_shows_no_sign_of_life_is_given_up(store):
    store.add("alive/0", 3)
    other, clock = waiting(store)
    with pytest.raises(UserError, match="rank 0 has shown no sign of life for 10 minutes") as told:
        other.after(lambda: None)
    assert "процесс 0 не подаёт признаков жизни 10 минут" in told.value.to("ru")
    assert 600 <= clock.now <= 780


def test_who_waits_is_told_why_another_has_ended(store):
    first = Barrier(store, 0, 2)
    other, _ = waiting(
        store, lambda now: first.tell_end("flats.csv: no such file", "flats.csv: нет файла")
    )
    with pytest.raises(RankEndedError) as told:
        other.after(lambda: None)
    assert str(told.value) == "rank 0 has ended: flats.csv: no such file"
    assert told.value.to("ru") == "процесс 0 завершился: flats.csv: нет файла"
    other.tell_end("lost the others", "потерял остальных")
    assert other.end().said == "flats.csv: no such file"  # the first reason is the one that counts


def test_what_is_wrong_is_said_once_on_each_machine(store, monkeypatch):
    said = []
    for machine, rank in (("0", 0), ("0", 1), ("1", 2), ("1", 3)):
        monkeypatch.setenv("GROUP_RANK", machine)
        said.append(Barrier(store, rank, 4).says_first("flats.csv: no such file"))
    assert said == [True, False, True, False]


def test_works_follow_one_another(store):
    found = {}

    def rank(number):
        own = Barrier(store, number, 2)
        found[number] = [own.after(lambda k=k: (number, k)) for k in range(3)]

    together(rank, 2)
    assert found == {number: [(number, k) for k in range(3)] for number in range(2)}


def together(work, count):
    threads = [threading.Thread(target=work, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def test_an_attempt_has_a_name_that_no_earlier_one_had(store):
    """Whichever of the new ranks comes first, and whatever those have written that have died."""
    names = []
    for late in (None, 0, 1, 2):
        found, here = {}, threading.Event()

        def join(rank, late=late, found=found, here=here):
            if rank == late:
                here.wait(0.05)
            found[rank] = attempt_of(store, rank, 3)

        together(join, 3)
        assert len(set(found.values())) == 1
        names.append(found[0])
    assert len(set(names)) == 4


class First(Launched):
    """The first rank of an attempt, without a process group."""

    def __init__(self, board):
        self.board, self.first = board, True

    def gathered(self, facts):
        return [facts]


def test_a_launch_goes_on_from_a_checkpoint_of_its_own_alone(store, tmp_path):
    checkpoint = Path(tmp_path / "checkpoint")
    checkpoint.touch()
    attempts = [First(store).goes_on_from(checkpoint) for _ in range(2)]
    assert attempts == [False, False]  # somebody's of yesterday: the training is refused each time
    checkpoint.unlink()
    assert not First(store).goes_on_from(checkpoint)
    checkpoint.touch()
    assert First(store).goes_on_from(checkpoint)
