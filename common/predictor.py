"""The trained network that `fit`, `autopilot` and `load` return, for all domains."""

from __future__ import annotations

import dataclasses
import inspect
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.errors import UserError, unknown
from common.settings import Options

if TYPE_CHECKING:
    from common.pipeline import Pipeline
    from common.runs.results import Result
    from common.task import Task
    from common.training.history import History


class Figures(dict[str, float]):
    """The figures of an examination by name, and what must be known to believe them.

    examples: how many there were. trained_on: how many of them the network was trained on.

    >>> Figures({"mae": 0.5}, examples=100, trained_on=90)
    {'mae': 0.5}  # 90 of 100 examples were trained on; the figures are optimistic
    """

    def __init__(self, figures: Mapping[str, float], *, examples: int, trained_on: int) -> None:
        super().__init__(figures)
        self.examples, self.trained_on = examples, trained_on

    def __repr__(self) -> str:
        if not self.trained_on:
            return super().__repr__()
        from common.runs.trained_on import remark

        return f"{super().__repr__()}  # {remark(self.trained_on, self.examples)}"


@dataclasses.dataclass(frozen=True, repr=False)
class Predictor:
    """A trained network with its preparation: it answers, is evaluated, saved and reported on.

    pipeline: what turns examples into raw answers. metrics: the figures on the test part; None
    for one that was loaded, which `evaluate` examines anew. history: the training, epoch by
    epoch; None as well. notes: how the data was read and what was decided about it.
    """

    task: Task
    pipeline: Pipeline
    origin: Result | Path
    """What it came from: a training in this process, or the folder of a run."""
    metrics: dict[str, float] | None = None
    history: History | None = None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        named = {metric.key: metric for metric in self.task.metrics}
        figures = [f"{key}={named[key].show(value)}" for key, value in (self.metrics or {}).items()]
        shown = [self.task.name, f"loss={self.pipeline.settings.loss!r}", *figures[:3]]
        return f"Predictor({', '.join(shown)})"

    def predict(self, data: Any, *, out: str | Path | None = None, **options: Any) -> Any:
        """Return the answers for new data; with `out`, write them to a file.

        What comes and goes is the domain's: prices for a table, a class for each text, masks and
        objects for pictures, clean sound for noisy. See `Task.answer` of the domain.

        Args:
            data: a path, or data in memory.
            out: the file or folder that the command `predict` would write. Then the line that
                the command prints is returned.
            options: of the domain; with `out`, those of the command.

        Raises:
            UserError: the data is not what the network was trained for.
        """
        if out is None:
            check_names(options, parameters_of(self.task.answer) - {"data"})
            return self.task.answer(self.pipeline, data, **options)
        if not isinstance(data, str | Path):
            raise UserError(f"data is a {type(data).__name__}, expected a path, as out is one")
        chosen = self.task.predict_options.from_dict(options)
        return self.task.predict(self.pipeline, Path(data), Path(out), chosen)

    def evaluate(self, *data: Any, **fields: Any) -> dict[str, float]:
        """Return the figures on data with known targets; without data, on the own test part.

        Of data that is given, `trained_on` of the figures says how many examples the network was
        trained on.

        Args:
            data: as for `fit`.
            fields: of the domain's source, as for `fit`; what is not named is as in the training.

        Raises:
            UserError: the data cannot be read, or is not what the network was trained for.
        """
        if not data and not fields:
            return self._own_figures()
        check_names(fields, names_of(self.task.source) | parameters_of(self.task.read))
        source, examples = self.task.read(*data, pipeline=self.pipeline, **fields)
        if examples is None:
            examples = self.task.examples_like(self.pipeline, source)
        figures = self.task.evaluate(self.pipeline, examples)[0]
        return Figures(figures, examples=len(examples), trained_on=self._known(examples))

    def _known(self, examples: Any) -> int:
        from common.runs import trained_on

        if isinstance(self.origin, Path):
            return trained_on.count(self.origin, self.task, self.pipeline, examples)
        return trained_on.count_in(self.origin.known, self.task, self.pipeline, examples)

    def _own_figures(self) -> dict[str, float]:
        if self.metrics is not None or not isinstance(self.origin, Path):
            return dict(self.metrics or {})
        from common.runs import inference

        device = self.pipeline.settings.device
        return inference.evaluate(self.task, self.origin, device=device).outcome.metrics

    def save(self, folder: str | Path) -> Path:
        """Write a run, with its report, that `load` and the commands take; return the folder.

        Raises:
            UserError: the folder holds something else, or cannot be written.
        """
        from common.runs import drafts, experiment, store

        folder = Path(folder)
        if not isinstance(self.origin, Path):
            experiment.save(self.task, self.origin, folder)
            return folder
        store.read_config(self.origin, self.task)
        with drafts.draft(folder, store.read_json(self.origin / drafts.CONFIG)) as draft:
            shutil.copytree(self.origin, draft, dirs_exist_ok=True)
        return folder

    def report(self, path: str | Path | None = None) -> str:
        """Return the page of the training, HTML with everything inside; write it to `path` too.

        In a notebook: `IPython.display.HTML(model.report())`.

        Raises:
            UserError: the run that was loaded has no page, or `path` cannot be written.
        """
        from common.report.pages import write_page
        from common.runs import results

        if not isinstance(self.origin, Path):
            text = results.page(self.task, self.origin, self.pipeline)
        else:
            try:
                text = (self.origin / "report.html").read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise UserError(f"{self.origin}: has no page that can be read: {error}") from None
        if path is not None:
            write_page(path, text)
        return text


def names_of(options: type[Options]) -> set[str]:
    """Return the names of a domain's options."""
    return {field.name for field in dataclasses.fields(options)}


def parameters_of(function: Callable[..., Any]) -> set[str]:
    """Return what a domain's `read` takes by name beside the source's fields."""
    wanted = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    return {p.name for p in parameters if p.kind in wanted} - {"pipeline"}


def check_names(given: dict[str, Any], known: set[str]) -> None:
    """Refuse a name that is not known, with the nearest that is."""
    for name in given:
        if name not in known:
            raise unknown("argument", name, sorted(known))
