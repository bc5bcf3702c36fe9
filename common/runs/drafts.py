"""How a run comes to be: written beside its place, and put there by a rename when it is complete.

While it trains, the run NAME is `NAME.unfinished`, with a checkpoint in it; for the moment of
the exchange, the run that it replaces is `NAME.replaced`. So a crash leaves a good run as it was,
and a folder that is not a run of ours is never touched.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from common.errors import UserError
from common.files import is_temporary
from common.runs.store import FORMAT, read_json, replaced, write_json

CHECKPOINT = "checkpoint.safetensors"
EXTRAS = "extras"
CONFIG = "config.json"

_PARTS = {
    CONFIG,
    "metrics.json",
    "history.csv",
    "report.html",
    "model.safetensors",
    "preprocessing.json",
    "preprocessing.safetensors",
    "trained_on.safetensors",
    "serving.json",
    CHECKPOINT,
    EXTRAS,
}
# What Finder and Explorer leave in a folder that somebody has looked at.
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}


def unfinished(folder: Path) -> Path:
    """Return where a run lives until it is complete.

    >>> unfinished(Path("runs/flats")).name
    'flats.unfinished'
    """
    return folder.with_name(folder.name + ".unfinished")


def checkpoint_of(folder: Path) -> Path:
    """Return where the training of a run keeps its checkpoint; raise UserError for no place."""
    return unfinished(resolved(folder)) / CHECKPOINT


def check_place(folder: Path, task: str) -> Path:
    """Return the absolute path of a run to be written; a run of that task may stand there.

    Raises UserError, before anything is touched, where writing the run could cost somebody
    something else, or where an interrupted training waits to be resumed.
    """
    place = resolved(folder)
    for path in (place, unfinished(place), replaced(place)):
        _check_replaceable(path, task)
    if (unfinished(place) / CHECKPOINT).exists():
        raise UserError(
            f"{unfinished(place)}: a training was interrupted here; go on with "
            f"--resume {folder}, or delete that folder"
        )
    return place


def note_of_replaced(folder: Path) -> list[str]:
    """Return what is to be said before a run is written where one stands: nothing, or a line."""
    if not (resolved(folder) / CONFIG).exists():
        return []
    return [f"{folder}: the run that is there will be replaced when this one is complete"]


@contextmanager
def draft(folder: Path, config: dict[str, Any]) -> Iterator[Path]:
    """Give an unfinished run to write into; when all is written, put it in its place.

    config: what config.json is to hold; its "task" names the domain.

    Whatever goes wrong, a run that was in `folder` stays as it was. A draft that holds a
    checkpoint stays too, to be resumed.

    Raises UserError as `check_place` does.
    """
    place = check_place(folder, config["task"])
    new = unfinished(place)
    try:
        _recover(place)
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        write_json(new / CONFIG, {"format": FORMAT, "version": _version(), **config})
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise UserError(f"{folder}: cannot be written: {error.strerror or error}") from None
    with _published(place):
        yield new


@contextmanager
def reopened(folder: Path, task: str) -> Iterator[Path]:
    """Give the unfinished run of a training that was killed; as `draft` from there on."""
    place = resolved(folder)
    new = unfinished(place)
    if not (new / CONFIG).is_file():
        state = "is complete" if (place / "metrics.json").exists() else "was never begun"
        raise UserError(f"{folder}: nothing to resume, this run {state}")
    for path in (place, new, replaced(place)):
        _check_replaceable(path, task)
    if not (new / CHECKPOINT).is_file():
        raise UserError(
            f"{folder}: nothing to resume, no checkpoint was saved (a demo saves none); start anew"
        )
    try:
        _recover(place)
        for path in new.iterdir():
            if is_temporary(path.name):  # it was being written when the training was killed
                path.unlink()
    except OSError as error:
        raise UserError(f"{folder}: cannot be written: {error.strerror or error}") from None
    with _published(place):
        yield new


@contextmanager
def _published(place: Path) -> Iterator[None]:
    new = unfinished(place)
    try:
        yield
    except BaseException:
        if not (new / CHECKPOINT).exists():
            shutil.rmtree(new, ignore_errors=True)
        raise
    try:
        _exchange(new, place)
    except OSError as error:
        raise UserError(
            f"{place}: cannot be put in place: {error.strerror or error}; is a file of it open? "
            f"The complete run lies in {new}"
        ) from None


def _exchange(new: Path, place: Path) -> None:
    old = replaced(place)
    if old.exists():
        shutil.rmtree(old)
    if place.exists():
        os.replace(place, old)
    try:
        os.replace(new, place)
    except OSError:
        _recover(place)
        raise
    (place / CHECKPOINT).unlink(missing_ok=True)
    shutil.rmtree(old, ignore_errors=True)


def _recover(place: Path) -> None:
    """Put back a run whose replacement was cut short."""
    if not place.exists() and replaced(place).exists():
        os.replace(replaced(place), place)


def resolved(folder: Path) -> Path:
    """Return the absolute path of a run; raise UserError for what can be no run's folder."""
    try:
        place = folder.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a NUL in the name
        raise UserError(f"{folder}: cannot be a folder: {error}") from None
    if not place.name or Path.cwd().is_relative_to(place):
        raise UserError(
            f"{folder}: the folder that you are in; name one inside it, such as runs/first"
        )
    return place


def _check_replaceable(folder: Path, task: str) -> None:
    """A folder may be deleted if it is empty, or a run of this task with nothing else in it."""
    if not folder.exists():
        return
    refusal = f"{folder}: exists and is not a run of {task}"
    if not folder.is_dir():
        raise UserError(f"{refusal}; name another folder")
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise UserError(f"{folder}: cannot be read: {error.strerror or error}") from None
    if not names:
        return
    known = _PARTS | _LITTER
    strange = [name for name in names if name not in known and not is_temporary(name)]
    if strange:
        raise UserError(f"{refusal} alone: it holds {strange[0]!r}; name another folder")
    try:
        config = read_json(folder / CONFIG)
    except UserError:
        config = {}
    if type(config.get("format")) is not int or config.get("task") != task:
        raise UserError(f"{refusal}; name another folder")


def _version() -> str:
    try:
        return version("stickshift")
    except PackageNotFoundError:
        return "unknown"
