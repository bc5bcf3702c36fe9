"""The search as a whole: its order, its time, its end; by a clock that only networks move."""

import dataclasses
import json
import re
import shutil

import numpy as np
import pytest
import torch
from filelock import FileLock

from common.autopilot.portfolio import Portfolio, Times
from common.autopilot.run import autopilot
from common.cli import main
from common.domain import Domain
from common.errors import UserError
from common.pipeline import Pipeline
from common.runs import store
from common.runs.ensemble import MeanOfModels
from tests.common.autopilot.slow_toy import SETTINGS, SOURCE, Clock, SlowTask
from tests.common.toy import TASK, ToySettings, ToySource


@pytest.fixture(autouse=True)
def _without_optuna(monkeypatch):
    """What it draws is tested in test_sampler.py."""
    monkeypatch.setattr("common.autopilot.sampler.there", lambda: False)


class Killed(BaseException):
    """As if the process had been killed."""


def search(task, out=None, *, minutes=10.0, told=(), lines=None, **more):
    settings = more.pop("settings", SETTINGS).changed({"minutes": minutes})
    say = (lambda line: None) if lines is None else lines.append
    return autopilot(task, SOURCE, settings, out, told=set(told), say=say, clock=task.clock, **more)


def tried(result):
    return [trial["changes"] for trial in result.facts["autopilot"]["trials"]]


def stop():
    raise KeyboardInterrupt


def kill():
    raise Killed


def test_the_default_comes_first_and_then_the_portfolio_in_its_order():
    lines = []
    result = search(SlowTask(Clock()), lines=lines)
    expected = [{}, {"epochs": 8}, {"width": 8}, {"lr": 0.05}, {"epochs": 2}]
    assert tried(result)[:5] == expected
    trials = [line for line in lines if line.startswith("trial")]
    assert len(trials) == len(tried(result))
    assert trials[0].startswith("trial 1: default")
    assert "MAE" in trials[0]


def test_what_did_well_is_put_together_while_there_is_time():
    found = tried(search(SlowTask(Clock())))
    assert {"epochs": 8, "width": 8, "lr": 0.05} in found
    assert len({json.dumps(changes, sort_keys=True) for changes in found}) == len(found)


def test_what_a_person_chose_stays_as_it_is():
    task = SlowTask(Clock())
    result = search(task, told={"width", "epochs"})
    assert tried(result) == [{}, {"lr": 0.05}]
    assert {settings.width for settings in task.begun} == {SETTINGS.width}


@pytest.mark.parametrize("seconds", [4, 10, 20, 45, 90])
def test_the_deadline_is_kept(seconds, tmp_path):
    task = SlowTask(Clock())
    before = task.clock.now
    result = search(task, tmp_path / "run", minutes=seconds / 60)
    assert task.clock.now - before <= seconds
    assert store.load(tmp_path / "run", task)
    assert result.outcomes[0].metrics["mae"] > 0


class SlowPage(SlowTask):
    """Its page takes eight seconds, and so does each examination of more than a few points."""

    def plots(self, train, test, outcomes):
        self.clock.now += 8
        return super().plots(train, test, outcomes)


@pytest.mark.parametrize(
    ("seconds", "told"), [(30, 3.0), (30, 9.0), (100, 9.0), (120, 3.0), (200, 9.0), (400, 3.0)]
)
def test_the_deadline_is_kept_where_the_page_takes_long(seconds, told, tmp_path):
    """Where there is time the page is written once for trial; else the domain's guess must do."""
    task = SlowPage(Clock())
    task.portfolio = Portfolio(changes=SlowTask.portfolio.changes, ending=told)
    before = task.clock.now
    result = search(task, tmp_path / "run", minutes=seconds / 60)
    late = 5 if told < 8 and seconds < 12 * told else 0  # guessed, and wrong
    assert task.clock.now - before <= seconds + late
    assert result.outcomes[0].metrics["mae"] > 0


def test_a_default_without_end_leaves_time_for_a_long_page(tmp_path):
    task = SlowPage(Clock())
    before = task.clock.now
    search(task, tmp_path / "run", minutes=2, settings=SETTINGS.changed({"epochs": 1000}))
    assert task.clock.now - before <= 120


class SlowToSettle(SlowTask):
    """Settles answers for as long as it may, and asks for a quarter of the time."""

    def settling(self, source, settings):
        return 0.25 if settings.minutes else 0.9

    def deciding(self, pipeline, train, valid, *, seconds=None, progress=False):
        self.given = seconds
        self.clock.now += seconds
        return pipeline


@pytest.mark.parametrize("epochs", [4, 1000])
def test_time_is_kept_for_a_domain_that_has_much_to_settle(epochs):
    """Before, a default that took all the time left a third of what was held back for the page."""
    task = SlowToSettle(Clock())
    before = task.clock.now
    search(task, minutes=2, settings=SETTINGS.changed({"epochs": epochs}))
    assert task.given == pytest.approx(30, abs=1)
    assert task.clock.now - before <= 120


class Settling(SlowTask):
    """Settles answers so that nothing is wrong any more."""

    settled = None

    def deciding(self, pipeline, train, valid, *, seconds=None, progress=False):
        self.settled = dataclasses.replace(pipeline)
        return self.settled

    def evaluate(self, pipeline, examples):
        metrics, artifacts = super().evaluate(pipeline, examples)
        return ({"mae": 0.0} if pipeline is self.settled else metrics), artifacts


def test_the_figure_of_the_answer_is_that_of_what_is_answered_in_the_end(tmp_path):
    """Before, a search by the cost of mistakes told that of networks that mark all they suspect."""
    lines = []
    result = search(Settling(Clock()), tmp_path / "run", lines=lines)
    assert result.facts["autopilot"]["valid"] == 0.0
    assert min(trial["valid"] for trial in trials_of(result)) > 0
    assert "answers settled on the validation part: MAE 0.000" in lines
    assert "judged before the rest was settled" in (tmp_path / "run" / "report.html").read_text()


class SlowJudge(SlowTask):
    """Each point that is judged takes it a tenth of a second: the validation part takes two."""

    def evaluate(self, pipeline, examples):
        self.clock.now += len(examples) / 10
        return super().evaluate(pipeline, examples)


@pytest.mark.parametrize("seconds", [20, 90])
def test_the_first_training_leaves_time_to_be_judged(seconds, tmp_path):
    task = SlowJudge(Clock())
    task.portfolio = Portfolio(changes=SlowTask.portfolio.changes, ending=5.0)
    before = task.clock.now
    slow = SETTINGS.changed({"epochs": 1000, "width": 20})
    result = search(task, tmp_path / "run", minutes=seconds / 60, settings=slow)
    assert task.clock.now - before <= seconds
    assert result.outcomes[0].history.stopped == "deadline"


class Busy(SlowTask):
    """Its page takes four seconds, and five times that once the first trial is over."""

    portfolio = Portfolio(changes=({}, *({"lr": 0.01 * n} for n in range(1, 16))))
    slower = 1.0

    def append(self, line):
        if line.startswith("trial 1:"):
            self.slower = 5.0

    def times(self):
        return self.slower

    def plots(self, train, test, outcomes):
        self.clock.now += 4 * self.slower
        return super().plots(train, test, outcomes)


def test_a_computer_that_gets_busy_meanwhile_ends_in_time(tmp_path, monkeypatch):
    task = Busy(Clock())
    monkeypatch.setattr("common.autopilot.search.Load", lambda clock: task)
    before = task.clock.now
    slow = SETTINGS.changed({"width": 20})  # 14 seconds a training
    search(task, tmp_path / "run", minutes=2.5, lines=task, settings=slow)
    assert task.clock.now - before <= 150


def test_the_page_that_is_written_for_trial_leaves_nothing(tmp_path):
    lines = []
    result = search(SlowPage(Clock()), tmp_path / "run", minutes=3, lines=lines)
    assert next(trial["number"] for trial in trials_of(result)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


class Remembering(SlowTask):
    """It can remember the validation part, by which its error becomes `error`."""

    error = 0.0

    def joined(self, pipeline, examples):
        self.remembered = examples
        return pipeline, {"mae": self.error}


def test_the_validation_part_is_remembered_when_all_is_chosen(tmp_path):
    task, lines = Remembering(Clock()), []
    result = search(task, tmp_path / "run", lines=lines)
    assert set(task.remembered.x) == set(result.prepared.valid.x)
    assert result.facts["autopilot"]["valid_remembered"] == 0.0
    assert "with the validation part remembered: MAE 0.000" in lines
    assert "judged without itself" in (tmp_path / "run" / "report.html").read_text()


def test_it_is_not_where_that_is_no_better(tmp_path):
    task = Remembering(Clock())
    task.error = 1e6
    result = search(task, tmp_path / "run")
    assert result.facts["autopilot"]["valid_remembered"] is None


def test_a_setting_begins_only_if_it_fits():
    task, lines = SlowTask(Clock()), []
    result = search(task, minutes=12 / 60, lines=lines)
    assert {"epochs": 8} in result.facts["autopilot"]["not_tried"]
    assert any(line.startswith("not tried: epochs 8, it needs about 6 s") for line in lines)
    assert {"epochs": 2} in tried(result)  # a later and cheaper one did fit
    # all but the short looks ended by themselves
    assert all(t["epochs"] == t["changes"].get("epochs", 4) for t in trials_of(result))


class SlowStart(SlowTask):
    """The very first step takes five seconds more."""

    def model(self, preprocessing, settings):
        network = super().model(preprocessing, settings)
        begin = network.begin

        def slowly():
            self.clock.now += 0 if self.begun else 5
            begin()

        network.begin = slowly
        return network


def test_a_slow_first_step_says_nothing_of_an_epoch():
    lines = []
    search(SlowStart(Clock()), minutes=0.75, lines=lines)
    assert any(line.startswith("the default needs about 3 s") for line in lines), lines


def trials_of(result):
    return result.facts["autopilot"]["trials"]


def test_a_default_that_is_too_long_is_cut_short_and_still_answers():
    task, lines = SlowTask(Clock()), []
    long = SETTINGS.changed({"epochs": 1000})
    result = search(task, minutes=6 / 60, settings=long, lines=lines)
    assert result.outcomes[0].history.stopped == "deadline"
    assert tried(result) == [{}]
    assert any(re.fullmatch(r"the default needs more than the \d s there are.*", x) for x in lines)


def test_too_little_time_is_said_in_one_line():
    task = SlowTask(Clock())
    with pytest.raises(UserError, match=r"--minutes 0.01 are too little") as error:
        search(task, minutes=0.01)
    assert "\n" not in str(error.value)
    assert task.begun == []


class SlowReading(SlowTask):
    """Its data takes twenty seconds to be read, and that is known."""

    def reading_seconds(self, source):
        return 20.0

    def load(self, source):
        self.clock.now += 20
        return super().load(source)


class SlowReadingAndSettling(SlowReading, SlowToSettle):
    """Both."""


@pytest.mark.parametrize("kind", [SlowReading, SlowReadingAndSettling])
def test_too_little_time_is_said_before_it_is_spent_and_what_is_asked_for_is_enough(kind):
    task = kind(Clock())
    before = task.clock.now
    with pytest.raises(UserError, match="--minutes 0.3 are too little: .* about 24 s") as error:
        search(task, minutes=0.3)
    assert task.clock.now == before
    enough = float(re.search(r"give it (\S+) or more", str(error.value))[1])
    assert search(task, minutes=enough).outcomes[0].metrics["mae"] > 0
    assert task.clock.now - before <= 60 * enough


def test_what_reading_has_used_up_is_said_with_what_would_be_enough(monkeypatch):
    monkeypatch.setattr(SlowReading, "reading_seconds", lambda self, source: 0.0)
    task = SlowReading(Clock())
    with pytest.raises(UserError, match="took 20.0 s") as error:
        search(task, minutes=0.3)
    enough = float(re.search(r"give it (\S+) or more", str(error.value))[1])
    before = task.clock.now
    assert search(task, minutes=enough).outcomes[0].metrics["mae"] > 0
    assert task.clock.now - before <= 60 * enough


def test_time_spent_before_counts():
    task = SlowTask(Clock())
    with pytest.raises(UserError, match="too little"):
        search(task, minutes=0.5, spent=29.5)


def test_the_test_part_is_touched_once_and_by_the_answer():
    task = SlowTask(Clock())
    result = search(task)
    test = set(result.prepared.test.x)
    touching = [examples for examples in task.examined if test & set(examples.x)]
    assert [set(examples.x) for examples in touching] == [test]


def test_the_answer_is_the_mean_of_the_best_if_that_is_no_worse(tmp_path):
    task = SlowTask(Clock())
    result = search(task, tmp_path / "run")
    facts, pipeline = result.facts["autopilot"], result.pipelines["mse"]
    figures = {trial["number"]: trial["valid"] for trial in facts["trials"]}
    best = sorted(figures, key=figures.get)
    assert facts["answer"] == best[: len(facts["answer"])]
    assert facts["valid"] <= min(figures.values())
    members = pipeline.model.models if len(facts["answer"]) > 1 else [pipeline.model]
    valid = result.prepared.valid
    outputs = [
        Pipeline(pipeline.preprocessing, member, pipeline.settings, SOURCE)(valid).numpy()
        for member in members
    ]
    mean = np.mean(np.asarray(outputs, np.float64), axis=0)
    np.testing.assert_allclose(pipeline(valid).numpy(), mean, rtol=1e-6)
    assert facts["valid"] == pytest.approx(np.abs(mean - valid.y).mean())


class Opposed(SlowTask):
    """Its networks err by their width minus six: together they are right."""

    def __init__(self, *widths):
        super().__init__(Clock())
        self.portfolio = Portfolio(changes=tuple({"width": width} for width in widths))

    def model(self, preprocessing, settings):
        network = super().model(preprocessing, settings)
        forward = network.forward

        def shifted(x):
            y = 2 * x.squeeze(1) * float(preprocessing.scale[0]) + 1
            return y + settings.width - 6 + 1e-9 * forward(x)

        network.forward = shifted
        return network


@pytest.fixture(scope="module")
def together(tmp_path_factory):
    task, run = Opposed(4, 5, 7, 8, 30), tmp_path_factory.mktemp("together") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("common.autopilot.sampler.there", lambda: False)
        patch.setattr("common.runs.equal_budget.usable_cores", lambda: 1)
        return task, search(task, run, settings=SETTINGS.changed({"width": 7})), run


def test_networks_that_err_in_opposite_ways_answer_together(together):
    _, result, _ = together
    facts = result.facts["autopilot"]
    # By size: of the five 4, 5, 7, 8 and 30 the mean errs by 4.8; of 4, 5, 7 and 8 by nothing.
    assert sorted(facts["answer"]) == [1, 2, 3, 4]
    assert facts["valid"] == pytest.approx(0, abs=1e-5)
    assert isinstance(result.pipelines["mse"].model, MeanOfModels)


def test_an_ensemble_is_loaded_as_it_was(together):
    task, result, run = together
    loaded = store.load(run, task)
    points = result.prepared.test
    torch.testing.assert_close(loaded(points), result.pipelines["mse"](points), rtol=0, atol=0)
    assert len(loaded.model.models) == 4
    config = json.loads((run / "config.json").read_text())
    assert sorted(member["width"] for member in config["ensemble"]) == [4, 5, 7, 8]


@pytest.mark.parametrize(
    "ensemble", [5, [3], [{"width": 10**9}], [{"loss": "hope"}], [{"width": 4}] * 1000, {"a": 1}]
)
def test_a_damaged_ensemble_is_refused_in_one_line(together, tmp_path, ensemble):
    task, _, run = together
    damaged = shutil.copytree(run, tmp_path / "run")
    config = json.loads((run / "config.json").read_text()) | {"ensemble": ensemble}
    (damaged / "config.json").write_text(json.dumps(config))
    with pytest.raises(UserError, match="damaged") as error:
        store.load(damaged, task)
    assert "\n" not in str(error.value)


def test_the_mean_is_left_where_the_best_alone_is_better():
    result = search(Opposed(6, 9, 20, 30), settings=SETTINGS.changed({"width": 7}))
    facts = result.facts["autopilot"]
    assert facts["answer"] == [1]
    assert facts["valid"] == pytest.approx(0, abs=1e-5)


def test_a_domain_whose_outputs_cannot_be_averaged_answers_with_one():
    task = SlowTask(Clock())
    task.portfolio = Portfolio(changes=SlowTask.portfolio.changes, averages=False)
    result = search(task)
    assert len(result.facts["autopilot"]["answer"]) == 1
    assert not isinstance(result.pipelines["mse"].model, MeanOfModels)
    assert any("is not averaged" in section.caption for section in result.sections)


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


def test_no_more_than_five_networks_are_kept(tmp_path, monkeypatch):
    from common.autopilot.trials import Record

    kept, write = [], Record.write

    def counting(record, trials, seconds):
        write(record, trials, seconds)
        files = list(record.folder.glob("trial-*.safetensors"))
        kept.append((sum(trial.model is not None for trial in trials), len(files)))

    monkeypatch.setattr(Record, "write", counting)
    result = search(SlowTask(Clock()), tmp_path / "run")
    assert len(tried(result)) > 6
    assert max(kept) == (5, 5)
    assert kept[-1] == (5, 5)


def test_a_second_autopilot_on_the_same_run_is_refused(tmp_path):
    (tmp_path / "run.autopilot").mkdir()
    refused = pytest.raises(UserError, match="run: another autopilot is at work on this run")
    with FileLock(tmp_path / "run.autopilot" / "lock"), refused:
        search(SlowTask(Clock()), tmp_path / "run")
    assert search(SlowTask(Clock()), tmp_path / "run", minutes=0.5)


def test_a_folder_of_somebody_elses_is_not_touched(tmp_path):
    (tmp_path / "run.autopilot").mkdir()
    (tmp_path / "run.autopilot" / "thesis.txt").write_text("mine")
    with pytest.raises(UserError, match=r"holds 'thesis.txt'"):
        search(SlowTask(Clock()), tmp_path / "run")
    assert (tmp_path / "run.autopilot" / "thesis.txt").read_text() == "mine"


def test_a_loss_that_contradicts_the_metric_is_refused():
    task = SlowTask(Clock())
    task.portfolio = Portfolio(losses={"mae": ("l1",)})
    with pytest.raises(UserError, match="--loss mse does not serve the metric mae.*take l1"):
        search(task, told={"loss"})
    assert task.begun == []
    result = search(task)  # where nobody chose it, one that serves the metric is taken
    assert result.outcomes[0].name == "l1"


def test_unknown_metrics_and_losses_are_refused():
    with pytest.raises(UserError, match="unknown metric 'hope'.*mae"):
        search(SlowTask(Clock()), metric="hope")
    with pytest.raises(UserError, match="unknown loss 'hope'"):
        search(SlowTask(Clock()), settings=SETTINGS.changed({"loss": "hope"}))


DOMAIN = Domain("toy", "A line.", "tests.common.toy", ToySource, ToySettings, ("mse", "l1"))


def test_the_command_by_hand_gives_the_winner_again(tmp_path, capsys, monkeypatch):
    x = np.linspace(0, 1, 100)
    np.savetxt(tmp_path / "my points.txt", np.stack([x, 3 * x], axis=1))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        type(TASK), "portfolio", Portfolio(changes=({}, {"width": 8, "epochs": Times(5)}))
    )
    words = ["my points.txt", "--device", "cpu", "--lr", "0.05"]
    assert main(DOMAIN, ["autopilot", *words, "--minutes", "0.5", "--out", "a"]) == 0
    printed = capsys.readouterr().out
    assert "trial 1: default" in printed
    assert "page: a/report.html" in printed
    command = printed.strip().splitlines()[-1].removeprefix("to drive this by hand: ")
    expected = "python -m toy train 'my points.txt' --width 8 --lr 0.05 --epochs 15 --device cpu"
    assert command == expected
    assert command in (tmp_path / "a" / "report.html").read_text().replace("&#39;", "'")
    assert main(DOMAIN, ["train", *words, "--width", "8", "--epochs", "15", "--out", "b"]) == 0
    points = TASK.load(ToySource(file="my points.txt"))
    by_hand, found = (store.load(folder, TASK)(points) for folder in "ba")
    torch.testing.assert_close(found, by_hand, rtol=0, atol=0)


def test_its_run_is_a_run_like_any_other(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(DOMAIN, ["autopilot", "--device", "cpu", "--minutes", "0.2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["run"] == "runs/toy-autopilot"
    assert found["autopilot"]["metric"] == "mae"
    assert main(DOMAIN, ["evaluate", "runs/toy-autopilot", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["metrics"] == found["test"]
