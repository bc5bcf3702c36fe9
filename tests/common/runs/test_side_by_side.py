"""Trainings side by side: the same figures as one after the other, and one clear end."""

import _thread
import json
import multiprocessing
import os
import threading

import numpy as np
import pytest

from common import memory_mapped
from common.errors import UserError
from common.runs.side_by_side import pays, side_by_side
from tests.common.forked import begin_copies
from tests.common.runs.work import doubled, endless, failing, failing_later, lying_in_files, told
from tests.common.test_cli import run as command


def quiet(line: str) -> None:
    pass


def test_results_come_in_order_from_processes_of_their_own(capsys):
    found = side_by_side(doubled, 100, [1, 2, 3], processes=2, say=print, progress=True)
    assert [value for value, _ in found] == [102, 104, 106]
    assert 1 <= len({process for _, process in found} - {os.getpid()}) <= 2
    captured = capsys.readouterr()
    assert captured.out == "training with 1, 2, 3: 2 at a time\n"
    assert "3 of 3 trained: 100%" in captured.err


def test_large_arrays_are_mapped_by_the_processes_and_take_no_memory_in_each(monkeypatch):
    begin_copies(monkeypatch)
    array = np.zeros(100_000)
    found = side_by_side(lying_in_files, array, [1, 2], processes=2, say=quiet, progress=False)
    assert found == [([memory_mapped.CAN], 1.0), ([memory_mapped.CAN], 2.0)]
    assert array[0] == 0


def test_where_the_disk_is_full_the_cases_are_worked_on_here(monkeypatch):
    def full(value, path):
        path.write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("common.runs.worker_processes.write", full)
    found = side_by_side(doubled, 0, [1, 2], processes=2, say=quiet, progress=False)
    assert found == [(2, os.getpid()), (4, os.getpid())]


@pytest.mark.parametrize(("cases", "processes"), [([1], 8), ([1, 2], 1)])
def test_for_one_case_or_one_process_none_is_begun(cases, processes):
    found = side_by_side(doubled, 0, cases, processes=processes, say=quiet, progress=False)
    assert found == [(2 * case, os.getpid()) for case in cases]


def test_a_process_works_on_one_case_after_another():
    found = side_by_side(doubled, 0, [*range(20)], processes=2, say=quiet, progress=False)
    assert [value for value, _ in found] == [*range(0, 40, 2)]
    assert 1 <= len({process for _, process in found} - {os.getpid()}) <= 2


class Clock:
    """Each look at it takes so many seconds."""

    def __init__(self, seconds):
        self.now, self.seconds = 0.0, seconds

    def __call__(self):
        self.now += self.seconds
        return self.now


def looked(seconds, cases, *, processes=2, work=told):
    """Work on cases that take so many seconds; return what was said and who worked on them."""
    lines = []
    found = side_by_side(
        work,
        STEPS,
        cases,
        processes=processes,
        if_it_pays=True,
        say=lines.append,
        progress=False,
        clock=Clock(seconds / STEPS),
    )
    assert [case for case, _ in found] == cases
    return lines, {process for _, process in found}


STEPS = 10


def test_short_trainings_are_not_worth_a_process():
    """Beside a start of six seconds, two for each of two trainings are nothing."""
    lines, processes = looked(2.0, ["a", "b"])
    assert lines == ["training with a", "training with b"]
    assert processes == {os.getpid()}


@pytest.mark.parametrize("cases", [["a", "b"], [*"abcdef"]])
def test_of_long_trainings_the_first_goes_on_here_and_others_beside_it(cases):
    lines, processes = looked(200.0, cases)
    together = f"training with {', '.join(cases)}: 2 at a time"
    assert lines == ["training with a", together]
    assert len(processes) == 2 or len(cases) > 2  # the process may come too late for any
    assert os.getpid() in processes


def test_what_fails_beside_the_first_is_raised_here():
    with pytest.raises(UserError, match="^row 7 is not finite$"):
        looked(200.0, ["a", "b"], work=failing_later)
    assert not multiprocessing.active_children()


def test_the_same_training_pays_where_there_are_more_of_them():
    assert not pays(10.0, cases=2, processes=2)
    assert pays(10.0, cases=8, processes=4)
    assert not pays(1e9, cases=2, processes=1)


def test_long_trainings_that_cannot_be_handed_over_go_on_here():
    def here(shared, case, progress):
        return told(shared, case, progress)

    lines, processes = looked(200.0, ["a", "b"], work=here)
    assert lines == ["training with a", "training with b"]
    assert processes == {os.getpid()}


def test_what_ends_before_it_was_seen_is_not_begun_again():
    found = side_by_side(
        doubled, 0, [1, 2], processes=2, if_it_pays=True, say=quiet, clock=Clock(1e6)
    )
    assert found == [(2, os.getpid()), (4, os.getpid())]


def test_what_cannot_be_handed_over_is_worked_on_here():
    found = side_by_side(
        lambda shared, case, progress: (case, os.getpid()), None, [1, 2], processes=2, say=quiet
    )
    assert found == [(1, os.getpid()), (2, os.getpid())]


@pytest.mark.parametrize(
    ("shared", "kind", "words"),
    [
        ("user", UserError, r"^row 7 is not finite$"),
        ("ours", KeyError, "a mistake of ours"),
        ("ended", UserError, "trained with [23] was ended from outside .exit code 9"),
    ],
)
def test_what_fails_in_a_process_is_raised_here(shared, kind, words):
    with pytest.raises(kind, match=words) as caught:
        side_by_side(failing, shared, [1, 2, 3], processes=2, say=quiet, progress=False)
    if kind is KeyError:
        assert "in failing" in caught.value.__notes__[0]
    assert not multiprocessing.active_children()


def test_an_empty_exercise_is_met_here_with_the_frames_that_name_it():
    with pytest.raises(NotImplementedError) as caught:
        side_by_side(failing, "empty", [1, 2], processes=2, say=quiet, progress=False)
    assert caught.traceback[-1].name == "empty_exercise"


def test_ctrl_c_ends_every_process(tmp_path):
    def press():
        while len(list(tmp_path.iterdir())) < 2 and threading.main_thread().is_alive():
            threading.Event().wait(0.01)
        _thread.interrupt_main()

    threading.Thread(target=press, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        side_by_side(endless, str(tmp_path), [1, 2, 3], processes=2, say=quiet, progress=False)
    assert {file.name for file in tmp_path.iterdir()} == {"1", "2"}
    assert not multiprocessing.active_children()


def test_a_demo_has_the_same_figures_whether_side_by_side_or_not(tmp_path, capsys, monkeypatch):
    begin_copies(monkeypatch)
    runs = []
    for processes in (1, 2):
        out = tmp_path / str(processes)
        assert command("demo", "--processes", processes, "--threads", 1, "--out", out) == 0
        metrics = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
        figures = {loss: row["test"] for loss, row in metrics["losses"].items()}
        runs.append((figures, (out / "model.safetensors").read_bytes()))
    assert runs[0] == runs[1]
    assert len(runs[0][0]) == 2
    assert ": 2 at a time\n" in capsys.readouterr().out


@pytest.mark.parametrize("wish", ["0", "-1", "two"])
def test_a_number_of_processes_that_is_none_is_refused(wish, capsys):
    with pytest.raises(SystemExit) as caught:
        command("demo", "--processes", wish)
    assert caught.value.code == 2
    assert "expected a whole number from 1" in capsys.readouterr().err
