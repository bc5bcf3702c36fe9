"""Which examples a run was trained on, so that an examination on them does not pass for one.

A run keeps 64 bits of a hash for each example of its training part, `trained_on.safetensors`:
they tell an example that is shown to them, and nothing of one that is not.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from common.errors import UserError
from common.i18n import count_of
from common.pipeline import Pipeline
from common.task import Task

FILE = "trained_on.safetensors"


def hashes_of(contents: Iterable[bytes]) -> np.ndarray:
    """Return 64 bits for the content of each example, (n,) uint64.

    >>> first, second, third = hashes_of([b"a flat", b"another", b"a flat"])
    >>> bool(first == third), bool(first == second)
    (True, False)
    """
    digests = (hashlib.blake2b(content, digest_size=8).digest() for content in contents)
    return np.fromiter((int.from_bytes(digest, "little") for digest in digests), np.uint64)


NONE = np.empty(0, np.uint64)
"""The hashes of no example."""


def write(
    folder: Path,
    task: Task,
    pipeline: Pipeline,
    parts: Iterable[Any],
    *,
    before: np.ndarray = NONE,
) -> None:
    """Write the hashes of what a run was trained on into it, where the domain has any.

    Args:
        parts: the training part; the validation part, where that is remembered too.
        before: hashes of what the run was trained on before, if it began from another.
    """
    hashes = _of_parts(task, pipeline, parts)
    if hashes is not None:
        save(folder, np.union1d(hashes, before))


def _of_parts(task: Task, pipeline: Pipeline, parts: Iterable[Any]) -> np.ndarray | None:
    hashes = [task.hashes(pipeline, part) for part in parts]
    known = [one for one in hashes if one is not None]
    return np.concatenate(known) if known else None


def save(folder: Path, hashes: np.ndarray) -> None:
    """Write hashes into a run."""
    (folder / FILE).write_bytes(safetensors.numpy.save({"hashes": np.unique(hashes)}))


def read(folder: Path) -> np.ndarray:
    """Return the hashes that a run keeps, (n,) uint64; none for a run without.

    Raises:
        UserError: the run's file of hashes is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        return NONE
    try:
        hashes = safetensors.numpy.load_file(path)["hashes"]
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, AttributeError):
        hashes = None
    if hashes is None or hashes.dtype != np.uint64 or hashes.ndim != 1:
        raise UserError(f"{path}: not a safetensors file, or damaged")
    return hashes


def count(folder: Path, task: Task, pipeline: Pipeline, examples: Any) -> int:
    """Return how many of the examples a run was trained on; 0 for a run that keeps no hashes.

    Raises:
        UserError: the run's file of hashes is damaged.
    """
    return known(read(folder), task, pipeline, examples)


def count_in(parts: Iterable[Any], task: Task, pipeline: Pipeline, examples: Any) -> int:
    """Return how many of the examples are in parts that are in memory."""
    hashes = _of_parts(task, pipeline, parts)
    return 0 if hashes is None else known(hashes, task, pipeline, examples)


def known(trained: np.ndarray, task: Task, pipeline: Pipeline, examples: Any) -> int:
    """Return how many of the examples have one of the hashes of those trained on."""
    if not len(trained) or not len(examples):
        return 0
    hashes = task.hashes(pipeline, examples)
    return 0 if hashes is None else int(np.isin(hashes, trained).sum())


def remark(known: int, total: int) -> str:
    """Say how many examples were trained on.

    >>> remark(90, 100)
    '90 of 100 examples were trained on; the figures are optimistic'
    """
    were = "was" if known == 1 else "were"
    return (
        f"{known:,} of {count_of(total, 'example')} {were} trained on; the figures are optimistic"
    )
