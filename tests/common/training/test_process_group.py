"""Who says why a training on several ranks has ended, on one machine and on others."""

import socket
from datetime import timedelta

import pytest
from torch import distributed

from common.errors import UserError
from common.launch import SaidElsewhereError
from common.training import process_group as subject
from common.training.barrier import Barrier, RankEndedError

LOST = RuntimeError("[gloo/transport/tcp/pair.cc:547] Connection closed by peer [10.0.0.1]:37713")


@pytest.fixture
def end(monkeypatch):
    """What a rank raises at the end of a training in which it has met an error."""
    store = distributed.HashStore()
    monkeypatch.setattr(subject, "attempt_of", lambda *_: "attempt")
    monkeypatch.setattr(subject, "BEFORE_LEAVING", 0.0)
    monkeypatch.setattr(subject, "Launched", lambda board: board)
    monkeypatch.setattr(subject.torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(distributed, "init_process_group", lambda *_, **__: None)
    for name, value in (("TORCHELASTIC_RUN_ID", "x"), ("WORLD_SIZE", "4")):
        monkeypatch.setenv(name, value)

    def ended(rank, error):
        monkeypatch.setenv("GROUP_RANK", str(rank // 2))
        monkeypatch.setenv("LOCAL_RANK", str(rank % 2))
        monkeypatch.setattr(subject, "rendezvous", lambda *_, **__: iter([(store, rank, 4)]))
        monkeypatch.setattr(subject, "barrier", lambda: Barrier(store, rank, 4))
        with pytest.raises(BaseException) as told, subject.joined("tabular"):  # noqa: PT011
            raise error
        return told.value

    return ended


def test_a_store_that_cannot_be_reached_is_named(monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    monkeypatch.setattr(subject, "UNTIL_MET", timedelta(seconds=0.5))
    where = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "RANK": "1", "WORLD_SIZE": "2"}
    more = {"TORCHELASTIC_RUN_ID": "x", "TORCHELASTIC_USE_AGENT_STORE": "True"}
    for name, value in (where | more).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=f"rank 1 does not reach .* at 127.0.0.1:{port}") as told:
        subject.joined("tabular").__enter__()
    assert f"по адресу 127.0.0.1:{port}" in told.value.ru


def test_the_reason_is_said_once_on_each_machine_by_those_who_lose_the_rank_too(end):
    first = UserError("flats.csv: no such file", "flats.csv: нет такого файла")
    assert end(0, first) is first
    beside = end(1, LOST)
    assert isinstance(beside, SaidElsewhereError)
    assert beside.code == 2
    other = end(2, LOST)
    assert isinstance(other, RankEndedError)
    assert other.to("ru") == "процесс 0 завершился: flats.csv: нет такого файла"
    assert isinstance(end(3, LOST), SaidElsewhereError)


def test_what_all_find_wrong_is_said_by_one_of_each_machine(end):
    found = [end(rank, UserError("row 23 of the training data: not finite")) for rank in range(4)]
    assert [type(error) for error in found] == [UserError, SaidElsewhereError] * 2


def test_of_a_rank_that_was_killed_nothing_is_known(end):
    said = end(1, LOST)
    assert str(said).startswith("another rank has ended: what it said")


def test_a_mistake_of_ours_shows_its_traceback_once_and_others_are_told(end):
    ours = ZeroDivisionError("division by zero")
    assert end(1, ours) is ours
    assert end(0, ZeroDivisionError("division by zero")).code == 1
    assert str(end(2, LOST)) == "rank 1 has ended: division by zero"


def test_an_interruption_is_told_by_the_first_rank_alone(end):
    assert end(2, KeyboardInterrupt()).code == 130
    assert isinstance(end(0, KeyboardInterrupt()), KeyboardInterrupt)
