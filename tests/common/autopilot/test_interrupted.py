"""Searches that are interrupted, and trials that fail."""

import re

import numpy as np
import pytest
import torch
from filelock import FileLock

from common.autopilot.portfolio import Portfolio
from common.errors import UserError
from common.runs import store
from tests.common.autopilot.slow_toy import SETTINGS, Clock, SlowTask, search, trials_of, tried

pytestmark = pytest.mark.usefixtures("without_optuna")


class Killed(BaseException):
    """As if the process had been killed."""


def stop():
    raise KeyboardInterrupt


def kill():
    raise Killed


def test_a_killed_search_goes_on_and_comes_to_the_same(tmp_path):
    whole = search(SlowTask(Clock()), tmp_path / "whole")
    task = SlowTask(Clock(), {8: kill})
    with pytest.raises(Killed):
        search(task, tmp_path / "run")
    assert not (tmp_path / "run").exists()
    task, lines = SlowTask(Clock()), []
    result = search(task, tmp_path / "run", lines=lines)
    assert "going on with a search that was interrupted, 2 trials are done" in lines
    assert tried(result) == tried(whole)
    figures = [trial["valid"] for trial in trials_of(whole)]
    assert [trial["valid"] for trial in trials_of(result)] == figures
    assert {s.epochs for s in task.begun if s.width == 4 and s.lr == 0.02} <= {2}
    points = whole.prepared.test
    torch.testing.assert_close(
        result.pipelines["mse"](points), whole.pipelines["mse"](points), rtol=0, atol=0
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "whole"]


def test_the_seconds_before_the_interruption_count(tmp_path):
    task = SlowTask(Clock(), {8: kill})
    with pytest.raises(Killed):
        search(task, tmp_path / "run")
    result = search(SlowTask(Clock()), tmp_path / "run", minutes=12 / 60)
    assert tried(result) == [{}, {"epochs": 8}]


def test_another_search_is_not_gone_on_with(tmp_path):
    with pytest.raises(Killed):
        search(SlowTask(Clock(), {8: kill}), tmp_path / "run")
    with pytest.raises(UserError, match="another search was interrupted here"):
        search(SlowTask(Clock()), tmp_path / "run", settings=SETTINGS.changed({"lr": 0.5}))


@pytest.mark.parametrize("spoil", ["search.json", "trial-1.safetensors"])
def test_a_damaged_record_is_refused_in_one_line(tmp_path, spoil):
    with pytest.raises(Killed):
        search(SlowTask(Clock(), {8: kill}), tmp_path / "run")
    path = tmp_path / "run.autopilot" / spoil
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"trials": [', b'"trials": [3, ') if spoil[0] == "s" else b"")
    with pytest.raises(UserError, match="damaged") as error:
        search(SlowTask(Clock()), tmp_path / "run")
    assert "\n" not in str(error.value)


def test_control_c_writes_the_best_so_far(tmp_path):
    lines = []
    task = SlowTask(Clock(), {8: stop})
    result = search(task, tmp_path / "run", lines=lines)
    assert tried(result) == [{}, {"epochs": 8}]
    assert "interrupted: the best so far is the answer" in lines
    assert store.load(tmp_path / "run", task)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_control_c_in_the_first_training_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        search(SlowTask(Clock(), {4: stop}), tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def out_of_memory():
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")


def no_memory():
    raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")


@pytest.mark.parametrize("failing", [out_of_memory, no_memory])
def test_a_trial_without_memory_ends_that_trial_only(failing):
    result = search(SlowTask(Clock(), {8: failing}))
    failed = [trial for trial in trials_of(result) if trial["error"]]
    assert failed
    assert all(trial["changes"]["width"] == 8 for trial in failed)
    assert {"lr": 0.05} in tried(result)


def test_the_page_speaks_russian_down_to_the_cells_of_its_tables(tmp_path):
    task = SlowTask(Clock(), {8: out_of_memory})
    search(task, tmp_path / "run", language="ru", settings=SETTINGS.changed({"patience": 1}))
    page = (tmp_path / "run" / "report.html").read_text()
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)
    assert any("по умолчанию" in cell for cell in cells)
    assert any("не удалась: " in cell for cell in cells)
    assert any("отвечает" in cell for cell in cells)
    english = ("default", "left out", "answers", "failed", "not tried", "no progress", "time was")
    assert not [cell for cell in cells for word in english if word in cell]


def test_a_trial_that_turns_to_nan_ends_that_trial_only(tmp_path):
    task = SlowTask(Clock())
    task.losses = {**task.losses, "broken": lambda *_: lambda p, y: (p - y).abs().mean() * np.nan}
    changes = ({}, {"loss": "broken"}, {"epochs": 2}, {"width": 6})
    task.portfolio = Portfolio(changes=changes)
    lines = []
    result = search(task, tmp_path / "run", lines=lines)
    (failed,) = [trial for trial in trials_of(result) if trial["changes"] == {"loss": "broken"}]
    assert failed["valid"] is None
    assert "finite" in failed["error"]
    assert {"width": 6} in tried(result)
    page = (tmp_path / "run" / "report.html").read_text()
    assert "failed: " in page
    assert any("· failed: " in line for line in lines)


def test_where_all_fail_the_last_reason_is_said(tmp_path):
    task = SlowTask(Clock())
    task.losses = {"mse": lambda *_: lambda p, y: (p - y).abs().mean() * np.inf}
    with pytest.raises(UserError, match="no training came to an end: .*finite"):
        search(task, tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_of_ours_is_not_taken_for_a_bad_setting():
    def mistake():
        raise RuntimeError("a mistake of ours")

    with pytest.raises(RuntimeError, match="a mistake of ours"):
        search(SlowTask(Clock(), {8: mistake}))


def test_a_second_autopilot_on_the_same_run_is_refused(tmp_path):
    (tmp_path / "run.autopilot").mkdir()
    refused = pytest.raises(UserError, match="run: another autopilot is at work on this run")
    with FileLock(tmp_path / "run.autopilot" / "lock"), refused:
        search(SlowTask(Clock()), tmp_path / "run")
    assert search(SlowTask(Clock()), tmp_path / "run", minutes=0.5)


def test_a_second_autopilot_says_that_it_will_replace_the_first_ones_run(tmp_path):
    lines = []
    for count in (0, 1):
        lines.clear()
        search(SlowTask(Clock()), tmp_path / "run", minutes=0.5, lines=lines)
        assert sum("run: the run that is there will be replaced" in line for line in lines) == count


def test_a_folder_of_somebody_elses_is_not_touched(tmp_path):
    (tmp_path / "run.autopilot").mkdir()
    (tmp_path / "run.autopilot" / "thesis.txt").write_text("mine")
    with pytest.raises(UserError, match=r"holds 'thesis.txt'"):
        search(SlowTask(Clock()), tmp_path / "run")
    assert (tmp_path / "run.autopilot" / "thesis.txt").read_text() == "mine"
