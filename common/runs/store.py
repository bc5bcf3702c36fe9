"""A run is a folder: what was asked, what was learned, how well it does. Nothing in it is code.

    config.json                 the source and the settings; those of each member of an ensemble
    metrics.json                figures on the test part
    history.csv                 the training, epoch by epoch
    report.html                 the page, pictures inside
    model.safetensors           the network's weights
    preprocessing.json          what the preparation decided
    preprocessing.safetensors   what it measured
    trained_on.safetensors      hashes of the examples that it was trained on
    serving.json                what a page that serves it must know of its data, if anything
    extras/                     what the domain adds for people: a video, sounds

How such a folder comes to be is the matter of `common.runs.drafts`.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from common.errors import UserError, unknown
from common.files import write_text
from common.pipeline import Pipeline
from common.runs.ensemble import MeanOfModels
from common.task import Task

FORMAT = 5
MOST_MEMBERS = 64
"""Networks in a mean that a run may hold; a stranger's config could ask for any number."""
_MISFITS = (
    KeyError,
    TypeError,
    ValueError,
    IndexError,
    AttributeError,
    RuntimeError,
    OverflowError,
)


def replaced(folder: Path) -> Path:
    """Return where a run lies for the moment in which a newer one takes its place.

    >>> replaced(Path("runs/flats")).name
    'flats.replaced'
    """
    return folder.with_name(folder.name + ".replaced")


def save_pipeline(folder: Path, pipeline: Pipeline) -> None:
    """Write the network and its preparation, without pickle."""
    values, arrays = pipeline.preprocessing.state()
    write_json(folder / "preprocessing.json", values)
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    (folder / "preprocessing.safetensors").write_bytes(safetensors.numpy.save(contiguous))
    weights = {
        name: tensor.detach().cpu().contiguous()
        for name, tensor in pipeline.model.state_dict().items()
    }
    # Not by save_file, whose files nobody but their writer may read.
    (folder / "model.safetensors").write_bytes(safetensors.torch.save(weights))


def read_config(folder: Path, task: Task) -> dict[str, Any]:
    """Return a run's config with `source` and `settings` as the task's own objects."""
    if not folder.is_dir():
        stopped = folder.with_name(folder.name + ".unfinished").is_dir()
        hint = (
            f"; its training was interrupted, go on with train --resume {folder}" if stopped else ""
        )
        raise UserError(f"{folder}: no such run{hint}")
    if not (folder / "config.json").is_file():
        raise UserError(f"{folder}: not a run, it has no config.json")
    config = read_json(folder / "config.json")
    if config.get("format") != FORMAT:
        raise UserError(
            f"{folder}: a run of format {config.get('format')!r}, this version reads {FORMAT}"
        )
    if config.get("task") != task.name:
        raise UserError(f"{folder}: a run of {config.get('task')!r}, expected {task.name!r}")
    try:
        source = task.source.from_dict(dict(config["source"]))
        settings = task.settings.from_dict(dict(config["settings"]))
        members = [task.settings.from_dict(dict(each)) for each in config.get("ensemble", [])]
        for loss in (settings.loss, *(member.loss for member in members)):
            if loss not in task.losses:
                raise unknown("loss", loss, task.losses)
        if len(members) > MOST_MEMBERS:
            raise ValueError(f"an ensemble of {len(members)}, expected up to {MOST_MEMBERS}")
    except (KeyError, TypeError, ValueError, OverflowError, UserError) as error:
        raise UserError(f"{folder}: config.json is damaged: {error}") from None
    return {**config, "source": source, "settings": settings, "ensemble": members}


def load(folder: str | Path, task: Task, *, device: str | None = None) -> Pipeline:
    """Load a run's network and preparation. Nothing in the folder is executed.

    Raises UserError for a folder that is no run, is damaged, or belongs to another version.
    """
    folder = standing(Path(folder))
    config = read_config(folder, task)
    values = read_json(folder / "preprocessing.json")
    arrays = _tensors(folder / "preprocessing.safetensors", safetensors.numpy.load_file)
    weights = _tensors(folder / "model.safetensors", safetensors.torch.load_file)
    settings = config["settings"]
    try:
        preprocessing = task.preprocessing.restore(values, arrays)
        # On "meta" a model takes no memory, however large a stranger's config says it is: the
        # weights, which are really there, become its memory once their names and shapes fit.
        with torch.device("meta"):
            model = build(task, preprocessing, settings, config["ensemble"])
        _check_weights(weights, model.state_dict())
        model.load_state_dict(weights, assign=True)
    except UserError as error:
        raise UserError(f"{folder}: damaged, its parts do not fit together: {error}") from None
    except _MISFITS as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else repr(error)
        raise UserError(f"{folder}: damaged, its parts do not fit together: {reason}") from None
    model.requires_grad_(False).eval()
    if device is not None:
        settings = type(settings).from_dict({**settings.to_dict(), "device": device})
    return Pipeline(preprocessing, model, settings, config["source"])


def build(task: Task, preprocessing: Any, settings: Any, ensemble: Sequence[Any]) -> nn.Module:
    """Build the network of a run: the task's own, or the mean of one for each of `ensemble`."""
    if not ensemble:
        return task.model(preprocessing, settings)
    return MeanOfModels([task.model(preprocessing, member) for member in ensemble])


def standing(folder: Path) -> Path:
    """A crash in the moment of replacement leaves the good run under its other name."""
    return replaced(folder) if not folder.exists() and replaced(folder).is_dir() else folder


def _check_weights(weights: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> None:
    for name, tensor in weights.items():
        if name in own and tensor.dtype != own[name].dtype:
            raise ValueError(f"weights {name} are {tensor.dtype}, expected {own[name].dtype}")
        if not torch.isfinite(tensor).all():
            raise ValueError(f"weights {name} are not finite")


def write_json(path: Path, values: Any) -> None:
    """Write JSON that any reader takes: a figure that is no number becomes null."""
    text = json.dumps(plain(values), ensure_ascii=False, indent=2, allow_nan=False)
    if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
        # a file's name may hold bytes that are no text: they are kept as escapes
        text = json.dumps(plain(values), indent=2, allow_nan=False)
    write_text(path, text + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; raise UserError where the file is not one."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path.parent}: the run is damaged, {path.name} is missing") from None
    except (OSError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(f"{path}: not readable JSON: {reason}") from None
    if not isinstance(values, dict):
        raise UserError(f"{path}: expected a JSON object")
    return values


def _tensors(path: Path, load_file: Callable[[Path], Mapping]) -> dict[str, Any]:
    if not path.is_file():
        raise UserError(f"{path.parent}: the run is damaged, {path.name} is missing")
    try:
        return dict(load_file(path))
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UserError(
            f"{path}: not a safetensors file, or damaged; other formats are refused unread"
        ) from None


def plain(value: Any) -> Any:
    """Return what JSON can hold; a number that is not finite becomes null."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
