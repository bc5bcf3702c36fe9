"""The loop of a search: setting after setting, each judged by the validation part.

for each setting of the domain's portfolio, the default first:
    does it fit into what is left?  train  judge  write down
then what did well is put together, and Optuna goes on from it, while time is left
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from common.autopilot import refit
from common.autopilot.after_portfolio import Further
from common.autopilot.answer import SIZES, added
from common.autopilot.budget import LEAST, Budget, Load
from common.autopilot.portfolio import changed, in_words
from common.autopilot.reading_deadline import too_little
from common.autopilot.speed import epoch_seconds, learn_speed, speed_key
from common.autopilot.time_reserve import judging_seconds, rehearse
from common.autopilot.trials import FailedError, Record, Trial
from common.device import pick_device
from common.errors import UserError
from common.outcome import Metric
from common.pipeline import Pipeline
from common.runs.learning import learn, new_model
from common.runs.results import Prepared
from common.task import Task
from common.training.history import History
from common.training.nonfinite import NonFiniteLossError

MOST_TRIALS = 64
HASTE = 2.0
"""No setting of a portfolio makes an epoch more than so many times faster than the default's."""
Clock = Callable[[], float]
Say = Callable[[str], None]


@dataclass
class Search:
    """What one search works with, and what it has found so far.

    trials: those that are over, in the order in which they ended. under_way: those that are not.
    skipped: settings that did not fit into the time, with the seconds that they need.
    waiting: what is left of the portfolio. further: what comes after it.
    """

    task: Task
    prepared: Prepared
    source: Any
    base: Any
    metric: Metric
    told: set[str]
    budget: Budget
    record: Record
    say: Say
    trials: list[Trial] = field(default_factory=list)
    under_way: list[Trial] = field(default_factory=list)
    skipped: list[tuple[dict[str, Any], float]] = field(default_factory=list)
    speeds: dict[Any, float] = field(default_factory=dict)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    further: Further | None = None
    judging: float = 0.0
    """Seconds that the validation part takes for one network."""
    preparing: float = 0.0
    """Seconds that preparing the parts took."""
    interrupted: bool = False
    """Whether a person wants the answer now."""
    settling: float = 0.0
    """Seconds that are kept for `Task.deciding`, where the domain asks for some."""
    sketch: nn.Module | None = None
    sketch_history: History = field(default_factory=History)
    """The network of the short run that measures the speed of the default, to rehearse with."""

    def run(self, side_by_side: Callable[["Search"], None] | None = None) -> None:
        """Try what there is time for, one setting after another.

        side_by_side: what tries several at a time in place of that, on other machines.
        """
        self.budget.hold_back(self.settling)
        self._go_on()
        self.waiting = self.task.portfolio.candidates(self.base, self.metric.key, self.told)
        self.further = Further(self, len(self.waiting))
        try:
            if side_by_side is not None:
                side_by_side(self)
            else:
                while (changes := self.next()) is not None:
                    self._try(changes)
        except KeyboardInterrupt:
            if not self.ranked():
                self.record.remove()
                raise
            self.interrupted = True
            self.say("interrupted: the best so far is the answer")
        if not self.ranked():
            self.record.remove()
            reasons = self.trials[-1].error if self.trials else "there was no time for one"
            raise UserError(f"no training came to an end: {reasons}")

    def ranked(self) -> list[Trial]:
        """Return the trials that may answer, the best first."""
        able = [trial for trial in self.trials if trial.model is not None]
        return sorted(able, key=lambda trial: (self.badness(trial), trial.number))

    def settings_of(self, trial: Trial) -> Any:
        """Return the settings that a trial was trained with."""
        return changed(self.base, trial.changes)

    def shown(self, figure: float | None) -> str:
        """Return a figure of the metric as the page shows it."""
        return self.metric.show(figure)

    def badness(self, trial: Trial) -> float:
        return float("inf") if trial.figure is None else self.metric.badness(trial.figure)

    def tried(self) -> list[dict[str, Any]]:
        begun = [trial.changes for trial in (*self.trials, *self.under_way)]
        return begun + [changes for changes, _ in self.skipped]

    def next(self) -> dict[str, Any] | None:
        """Return changes that were not tried and fit into the time; None where none do."""
        while self.waiting:
            changes = self.waiting.pop(0)
            if changes not in self.tried() and self.fits(changes):
                return changes
        if self.further is None or len(self.trials) + len(self.under_way) >= MOST_TRIALS:
            return None
        return self.further.next()

    def _go_on(self) -> None:
        """Take up what an interrupted search has left."""
        found, spent = self.record.read()
        for trial in found:
            if trial.figure is not None:
                device = pick_device(self.base.device)
                model = new_model(self.task, self.prepared, self.settings_of(trial)).to(device)
                trial.model = model if self.record.load(trial, model) else None
                learn_speed(self, trial, sum(trial.history.column("seconds")))
        if any(trial.model is not None for trial in found):
            self.trials = found
            self.budget.went_on(spent)
            self.say(f"going on with a search that was interrupted, {len(found)} trials are done")
            best = self.ranked()[0]
            assert best.model is not None
            self.sketch_history = best.history
            self._rehearse(best.model)

    def fits(self, changes: dict[str, Any], *, aloud: bool = True) -> bool:
        """Whether there is time for a setting: a short run of it is measured.

        The default fits in any case: cut short by the deadline, it is still an answer.
        """
        if not self.trials and not self.under_way:
            return True
        settings = changed(self.base, changes)
        try:
            usual = self.speeds.get(speed_key(self.base), 0.0)
            needed = usual * settings.epochs / HASTE  # so much at least: not worth a short run
            if self.budget.allows(needed):
                needed = epoch_seconds(self, settings) * settings.epochs + self.judging
        except Exception as error:
            if not self.is_of_the_trial(error):
                raise
            return True  # it fails once more, and is written down
        if not self.budget.allows(needed):
            if aloud:
                self.skipped.append((changes, needed))
                self.say(f"not tried: {in_words(changes)}, it needs about {needed:.0f} s")
            return False
        return True

    def _try(self, changes: dict[str, Any]) -> None:
        """Train with a setting, judge it and write it down."""
        began = self.budget.spent()
        trial = self.begin(changes)
        if trial is None:
            return
        try:
            self.train(trial, self.settings_of(trial))
        except Exception as error:
            self.failed(trial, error)
        self.note(trial, began)

    def begin(self, changes: dict[str, Any]) -> Trial | None:
        """Return the trial of a setting, which is under way from now; None where that fails."""
        began = self.budget.spent()
        every = [trial.number for trial in (*self.trials, *self.under_way)]
        trial = Trial(1 + max(every, default=0), changes, seconds=0.0, ended=0.0)
        self.under_way.append(trial)
        if len(every) == 0:
            try:
                self._say_what_the_default_needs(self.settings_of(trial))
            except Exception as error:
                self.failed(trial, error)
                self.note(trial, began)
                return None
        return trial

    def failed(self, trial: Trial, error: Exception) -> None:
        """Note why a trial came to nothing; raise what the others would come to grief over, too."""
        if not self.is_of_the_trial(error, trial):
            raise error
        trial.error, trial.model = str(error).splitlines()[0][:200], None

    def _say_what_the_default_needs(self, settings: Any) -> None:
        if self.budget.left() < LEAST:
            raise too_little(self.budget)
        needed = epoch_seconds(self, settings) * settings.epochs
        if self.sketch is not None:
            self._rehearse(self.sketch)
            self.sketch = None
        left = self.budget.left()
        if needed > left:  # seen by a step or two, how much more is anybody's guess
            self.say(f"the default needs more than the {left:.0f} s there are: it may be cut short")
        else:
            self.say(f"the default needs about {needed:.0f} s; there are {left:.0f}")

    def is_of_the_trial(self, error: Exception, trial: Trial | None = None) -> bool:
        """Whether an error is of one trial only, and the others can go on.

        Of the first one, the default, it is what was computed; whatever else a person should know
        of it comes from the data, and no other setting helps.
        """
        if isinstance(error, FailedError | MemoryError | NonFiniteLossError):
            return True
        if isinstance(error, UserError):
            others = [one for one in self.under_way if one is not trial]
            return bool(self.ranked()) or any(not one.changes for one in others)
        text = str(error).lower()
        return isinstance(error, RuntimeError) and ("out of memory" in text or "allocate" in text)

    def train(self, trial: Trial, settings: Any) -> None:
        left = max(self.budget.left() - self.judging_about(), LEAST)
        limited = dataclasses.replace(settings, minutes=left / 60)
        clock, began, load = self.budget.clock, self.budget.clock(), Load(self.budget.clock)
        model, trial.history = learn(self.task, self.prepared, limited, progress=False, clock=clock)
        self.budget.slowed(load.times())
        learn_speed(self, trial, clock() - began)
        judged_at = clock()
        trial.figure = self.judge(model, settings)
        self.judging = clock() - judged_at
        trial.model = model

    def judging_about(self) -> float:
        """Return the seconds of judging a network; a guess, where none was judged yet."""
        return self.judging or self.budget.ending / 3

    def judge(self, model: nn.Module, settings: Any) -> float:
        """Return the figure on the validation part.

        Raises:
            FailedError: it is not a number.
        """
        return self.judge_pipeline(self.pipeline(model, settings))

    def judge_pipeline(self, pipeline: Pipeline) -> float:
        """Return the figure of a pipeline on the validation part; raise as `judge` does."""
        figure = self.task.evaluate(pipeline, self.prepared.valid)[0].get(self.metric.key)
        if figure is None or figure != figure:
            raise FailedError(f"{self.metric.title} is not a number")
        return float(figure)

    def pipeline(self, model: nn.Module, settings: Any) -> Pipeline:
        """Return a trained network with the preparation that all share."""
        return Pipeline(self.prepared.preprocessing, model.eval(), settings, self.source)

    def note(self, trial: Trial, began: float) -> None:
        """Keep a trial, write it down, let go of what is not among the best, and say a line."""
        if pick_device(self.base.device).type == "cuda" and trial.error:
            torch.cuda.empty_cache()
        trial.ended = self.budget.spent()
        trial.seconds = trial.ended - began
        self.under_way.remove(trial)
        self.trials.append(trial)
        most = max(SIZES) if self.task.portfolio.averages else 1
        for other in self.ranked()[most:]:
            other.model = None
        self.record.write(self.trials, self.budget.spent())
        self.say(self._line(trial))
        self.budget.hold_back(added(self, most) + refit.to_hold_back(self, most))

    def _line(self, trial: Trial) -> str:
        start = f"trial {trial.number}: {in_words(trial.changes)} · {trial.seconds:.1f} s"
        if trial.figure is None:
            return f"{start} · failed: {trial.error}"
        best = " · the best so far" if self.ranked()[0] is trial else ""
        return f"{start} · {self.metric.title} {self.shown(trial.figure)}{best}"

    def _rehearse(self, model: nn.Module) -> None:
        """Measure what follows a training and the last one, before anything is trained for long."""
        self.judging = self.judging or judging_seconds(self, model, self.base)
        if self.settling:
            self.budget.hold_back(added(self, 1))
        load = Load(self.budget.clock)
        seconds = rehearse(self, model, self.base)
        if seconds is not None:
            self.budget.measured(seconds, load.times())
