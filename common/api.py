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
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.errors import UserError
from common.predictor import Predictor, check_names, names_of, parameters_of
from common.settings import Options, Settings

if TYPE_CHECKING:
    from common.runs.fine_tuning import Start
    from common.runs.results import Result
    from common.task import Task


def fit(
    task: Task,
    *data: Any,
    settings: Settings | None = None,
    out: str | Path | None = None,
    progress: bool = True,
    start: str | Path | None = None,
    **options: Any,
) -> Predictor:
    """Learn from data, as the command `train` does.

    Args:
        task: the domain's.
        data: paths, or data in memory, in the order of the source's fields.
        settings: an instance of the domain's settings.
        out: a folder to write the run into, with its report; nothing is written without.
        progress: show a progress bar.
        start: folder of a run to begin from, with its weights and its preparation (fine-tuning);
            what is not given, data and settings, is the run's own then.
        options: fields of the domain's source and of its settings by name, such as `epochs=30`;
            None was not given. What is not given comes from `settings`.

    Raises:
        UserError: one clear line for data that cannot be learned from and for a wrong setting.
    """
    from common.runs import experiment, fine_tuning

    begun = None if start is None else fine_tuning.begin_from(task, Path(start))
    chosen, source, examples = _read(task, data, settings, options, begun)
    folder = None if out is None else Path(out)
    result = experiment.train(
        task, source, chosen, folder, examples=examples, progress=progress, start=begun
    )
    return _predictor(task, result)


def _read(
    task: Task,
    data: tuple[Any, ...],
    settings: Settings | None,
    options: dict[str, Any],
    start: Start | None = None,
) -> tuple[Settings, Any, Any]:
    """Return the settings, the source and the examples that a person speaks of."""
    chosen = task.settings() if settings is None else settings
    if not isinstance(chosen, task.settings):
        kind = type(chosen).__name__
        raise UserError(f"settings is a {kind}, expected {task.settings.__name__}")
    tunable = names_of(task.settings)
    check_names(options, names_of(task.source) | parameters_of(task.read) | tunable)
    told = {name: options[name] for name in tunable & options.keys()}
    named = {name: value for name, value in options.items() if name not in tunable}
    if start is None:
        return chosen.changed(told), *task.read(*data, **named)
    usual = task.settings()
    given = {n: getattr(chosen, n) for n in tunable if getattr(chosen, n) != getattr(usual, n)}
    chosen = start.settings.changed(given | told)
    if all(value is None for value in (*data, *named.values())):
        return chosen, start.source_for(task, task.source()), None
    source, examples = task.read(*data, pipeline=start.pipeline, **named)
    return chosen, start.source_for(task, source) if examples is None else source, examples


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
    told = {n for n in names_of(task.settings) if getattr(chosen, n) != getattr(usual, n)}
    told |= {name for name, value in options.items() if value is not None} & names_of(task.settings)
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
