"""One public interface for all domains: `fit`, `autopilot`, `load`, and the `Predictor` that they
return.

    import tabular

    model = tabular.fit("flats.csv", target="price", epochs=30)
    prices = model.predict("new.csv")
    model.save("runs/flats")
    tabular.load("runs/flats").evaluate("sold_in_june.csv")

A domain's `__init__.py` hands these on by `lazily`. Nothing here imports torch before something
is fitted or loaded, so that a command answers `--help` at once.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.errors import UserError, unknown
from common.settings import Options, Settings

if TYPE_CHECKING:
    from common.runs.results import Result
    from common.task import Pipeline, Task
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
            _check_names(options, _parameters(self.task.answer) - {"data"})
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
        _check_names(fields, _names(self.task.source) | _parameters(self.task.read))
        source, examples = self.task.read(*data, pipeline=self.pipeline, **fields)
        if examples is None:
            examples = self.task.examples_like(self.pipeline, source)
        figures = self.task.evaluate(self.pipeline, examples)[0]
        return Figures(figures, examples=len(examples), trained_on=self._known(examples))

    def _known(self, examples: Any) -> int:
        from common.runs import trained_on

        if isinstance(self.origin, Path):
            return trained_on.count(self.origin, self.task, self.pipeline, examples)
        train = self.origin.prepared.train
        return trained_on.count_in(train, self.task, self.pipeline, examples)

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


def fit(
    task: Task,
    *data: Any,
    settings: Settings | None = None,
    out: str | Path | None = None,
    progress: bool = True,
    **options: Any,
) -> Predictor:
    """Learn from data, as the command `train` does.

    Args:
        task: the domain's.
        data: paths, or data in memory, in the order of the source's fields.
        settings: an instance of the domain's settings.
        out: a folder to write the run into, with its report; nothing is written without.
        progress: show a progress bar.
        options: fields of the domain's source and of its settings by name, such as `epochs=30`;
            None was not given. What is not given comes from `settings`.

    Raises:
        UserError: one clear line for data that cannot be learned from and for a wrong setting.
    """
    from common.runs import experiment

    chosen, source, examples = _read(task, data, settings, options)
    folder = None if out is None else Path(out)
    result = experiment.train(task, source, chosen, folder, examples=examples, progress=progress)
    return _predictor(task, result)


def _read(
    task: Task, data: tuple[Any, ...], settings: Settings | None, options: dict[str, Any]
) -> tuple[Settings, Any, Any]:
    """Return the settings, the source and the examples that a person speaks of."""
    chosen = task.settings() if settings is None else settings
    if not isinstance(chosen, task.settings):
        kind = type(chosen).__name__
        raise UserError(f"settings is a {kind}, expected {task.settings.__name__}")
    tunable = _names(task.settings)
    _check_names(options, _names(task.source) | _parameters(task.read) | tunable)
    chosen = chosen.changed({name: options[name] for name in tunable & options.keys()})
    named = {name: value for name, value in options.items() if name not in tunable}
    return chosen, *task.read(*data, **named)


def _predictor(task: Task, result: Result) -> Predictor:
    outcome = result.outcomes[0]
    notes = tuple(result.prepared.notes)
    pipeline = result.pipelines[outcome.name]
    return Predictor(task, pipeline, result, outcome.metrics, outcome.history, notes)


def autopilot(
    task: Task,
    *data: Any,
    minutes: float = 7.0,
    metric: str | None = None,
    settings: Settings | None = None,
    out: str | Path | None = None,
    progress: bool = True,
    **options: Any,
) -> Predictor:
    """Search for the settings, train with them and return the best answer, when time is up.

    Args:
        task: the domain's.
        data: paths, or data in memory, as for `fit`.
        minutes: for all of it. Ctrl+C ends it before, with the best so far.
        metric: what to judge by, on the validation part; by default the domain's own.
        settings: an instance of the domain's settings; what differs from the default stays.
        out: a folder to write the run into, with its report. A search that was killed goes on
            when the same is asked for again. Nothing is written without.
        progress: print a line for each trial.
        options: fields of the domain's source, and of its settings: those stay as they are.

    Raises:
        UserError: one clear line for data that cannot be learned from, for a wrong setting, and
            for too little time.
    """
    from common.autopilot.run import autopilot as drive

    usual = task.settings()
    chosen, source, examples = _read(task, data, settings, {**options, "minutes": minutes})
    told = {n for n in _names(task.settings) if getattr(chosen, n) != getattr(usual, n)}
    told |= {name for name, value in options.items() if value is not None} & _names(task.settings)
    folder = None if out is None else Path(out)
    result = drive(
        task,
        source,
        chosen,
        folder,
        told=told - {"minutes"},
        metric=metric,
        examples=examples,
        say=print if progress else lambda line: None,
    )
    return _predictor(task, result)


def load(task: Task, folder: str | Path, *, device: str = "auto") -> Predictor:
    """Load the predictor of a run. Nothing in the folder is executed.

    Args:
        task: the domain's.
        folder: written by `fit`, `Predictor.save` or the command `train`.
        device: where to compute.

    Raises:
        UserError: the folder is no run of the domain, or is damaged.
    """
    from common.runs import store

    return Predictor(task, store.load(folder, task, device=device), store.standing(Path(folder)))


FUNCTIONS: dict[str, Callable[..., Predictor]] = {"fit": fit, "autopilot": autopilot, "load": load}


def lazily(package: str) -> Callable[[str], Any]:
    """Return the `__getattr__` of a domain's `__init__.py`: what it exposes, when it is asked for.

    That is `fit`, `autopilot` and `load` for the domain's task, `Predictor`, and whatever its
    `settings.py` holds, such as its source. So `python -m text --help` passes by without torch.
    """

    def attribute(name: str) -> Any:
        if name == "Predictor":
            return Predictor
        if name in FUNCTIONS:
            return _bound(FUNCTIONS[name], package)
        if not name.startswith("_"):
            settings = importlib.import_module(f"{package}.settings")
            if hasattr(settings, name):
                return getattr(settings, name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return attribute


def _bound(function: Callable[..., Predictor], package: str) -> Callable[..., Predictor]:
    """Return a function for a domain, whose help lists what the domain has."""
    task: Task = importlib.import_module(f"{package}.task").TASK

    def bound(*data: Any, **options: Any) -> Predictor:
        return function(task, *data, **options)

    bound.__name__ = bound.__qualname__ = function.__name__
    bound.__module__ = package
    signature = inspect.signature(function)
    own = [parameter for name, parameter in signature.parameters.items() if name != "task"]
    bound.__signature__ = signature.replace(parameters=own)  # type: ignore[attr-defined]  # help reads it
    bound.__doc__ = (inspect.getdoc(function) or "").replace("    task: the domain's.\n", "")
    if function is not load:
        bound.__doc__ = f"{bound.__doc__}\n\n{_listed(task.source)}\n\n{_listed(task.settings)}"
    return bound


def _listed(options: type[Options]) -> str:
    """List the fields of options for a help text."""
    lines = [f"{options.__name__}:"]
    for field in dataclasses.fields(options):
        default = "" if field.default in (None, ()) else f" (default: {field.default!r})"
        lines.append(f"    {field.name}: {field.metadata.get('help', '')}{default}")
    return "\n".join(lines)


def _names(options: type[Options]) -> set[str]:
    return {field.name for field in dataclasses.fields(options)}


def _parameters(function: Callable[..., Any]) -> set[str]:
    """Return what a domain's `read` takes by name beside the source's fields."""
    wanted = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    return {p.name for p in parameters if p.kind in wanted} - {"pipeline"}


def _check_names(given: dict[str, Any], known: set[str]) -> None:
    for name in given:
        if name not in known:
            raise unknown("argument", name, sorted(known))
