"""A search ends in time, whatever takes long; by a clock that only networks move."""

import dataclasses
import json
import re

import pytest

from common.autopilot.portfolio import Portfolio
from common.errors import UserError
from common.runs import store
from tests.common.autopilot.slow_toy import SETTINGS, Clock, SlowTask, search, trials_of, tried

pytestmark = pytest.mark.usefixtures("without_optuna")


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


class SlowJudge(SlowTask):
    """Each point that is judged takes it a tenth of a second: the validation part takes two."""

    def evaluate(self, pipeline, examples):
        self.clock.now += len(examples) / 10
        return super().evaluate(pipeline, examples)


class SlowToSettleAndJudge(SlowToSettle, SlowJudge):
    """Both, and it settles a little longer than it may."""

    def deciding(self, pipeline, train, valid, *, seconds=None, progress=False):
        super().deciding(pipeline, train, valid, seconds=seconds)
        self.clock.now += 0.1
        return dataclasses.replace(pipeline)


@pytest.mark.parametrize("seconds", [60, 90])
def test_time_is_kept_to_judge_what_has_been_settled(seconds, tmp_path):
    """Before, the figure was the one from before, and a mean of networks left no time to settle."""
    task = SlowToSettleAndJudge(Clock())
    before = task.clock.now
    slow = SETTINGS.changed({"epochs": 1000})
    search(task, tmp_path / "run", minutes=seconds / 60, settings=slow)
    assert task.clock.now - before <= seconds
    assert task.given == pytest.approx(seconds / 4)
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert metrics["autopilot"]["decided"] is True


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
