"""What a page tells of the run that answers."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common.errors import UserError
from common.runs import store
from common.task import Task

WEIGHTY = ("config.json", "preprocessing.json", "preprocessing.safetensors", "model.safetensors")
"""The files of a run that its answers depend on."""
WATCHED = (*WEIGHTY, "metrics.json", "report.html", "serving.json")


@dataclass(frozen=True)
class RunMetadata:
    """What is known of a run beside its network.

    name: of its folder. digest: of everything that its answers depend on. part: what its figures
    are of, "test" or "valid". figures: by key. examples: how many each part had. known: what
    `Task.serving_facts` said at the training. report: the page, empty where there is none.
    """

    name: str
    digest: str
    loss: str
    part: str = "test"
    figures: dict[str, float] = field(default_factory=dict)
    examples: dict[str, int] = field(default_factory=dict)
    known: dict[str, Any] = field(default_factory=dict)
    report: bytes = b""


def signature(folder: Path) -> tuple[Any, ...]:
    """Return what changes whenever a file of a run does."""
    found: list[Any] = []
    for name in WATCHED:
        try:
            stat = (folder / name).stat()
        except OSError:
            found.append(None)
        else:
            found.append((stat.st_ino, stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def read_metadata(folder: Path, task: Task, loss: str) -> RunMetadata:
    """Read what a run tells of itself; what is missing or damaged of it is left out.

    Raises:
        UserError: one of the files that the answers depend on cannot be read.
    """
    digest = hashlib.sha256()
    for name in WEIGHTY:
        try:
            digest.update((folder / name).read_bytes())
        except OSError as error:
            raise UserError(f"{folder}: {name} cannot be read: {error.strerror}") from None
    metrics = _json(folder / "metrics.json")
    own = _mapping(_mapping(metrics.get("losses")).get(loss)) or metrics
    part = "test" if "test" in own else "valid"
    figures, examples = _mapping(own.get(part)), _mapping(metrics.get("examples"))
    try:
        report = (folder / "report.html").read_bytes()
    except OSError:
        report = b""
    return RunMetadata(
        folder.name,
        digest.hexdigest(),
        loss,
        part,
        {
            m.key: figures[m.key]
            for m in task.metrics
            if isinstance(figures.get(m.key), int | float)
        },
        {str(k): v for k, v in examples.items() if isinstance(v, int)},
        _json(folder / "serving.json"),
        report,
    )


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _json(path: Path) -> dict[str, Any]:
    try:
        return store.read_json(path)
    except UserError:
        return {}
