"""What a domain says of its page and its answers.

A domain's room `serving` holds a subclass of `Serving`, and beside it `page.html` and `page.js`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from pydantic import BaseModel, ConfigDict

from common.errors import UserError
from common.pipeline import Pipeline
from common.serving.run_metadata import RunMetadata
from common.task import Task


class Schema(BaseModel):
    """What is asked or answered; OpenAPI tells of each field what stands below it."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class QuerySchema(Schema):
    """Options in an address: one that is misspelt would be passed over, and so is refused."""

    model_config = ConfigDict(extra="forbid")


class TooLargeError(UserError):
    """What came is longer or larger than is answered here."""


class Cancelled(Exception):  # noqa: N818, nothing went wrong
    """Nobody waits for the answer any more."""


class NoRoomError(Exception):
    """The server has no room to write what came, or the answer."""

    def __init__(self) -> None:
        super().__init__("the server has no room left for a file")


@dataclass
class Watch:
    """How far an answer has come, and whether anybody still waits for it.

    say: is told how much is done, and of how much, 0 where nobody knows.
    """

    say: Callable[[int, int], None] = lambda done, of: None
    stopped: Event = field(default_factory=Event)

    def __call__(self, done: int, of: int = 0) -> None:
        """Tell how far it is; raise Cancelled where nobody waits."""
        if self.stopped.is_set():
            raise Cancelled
        self.say(done, of)


@dataclass(frozen=True)
class Upload:
    """Bytes that a client sent.

    kind: their content type. query: the options beside them. watch: to be told now and then.
    """

    content: bytes
    kind: str
    query: Any = None
    watch: Watch = field(default_factory=Watch)


@dataclass(frozen=True)
class Reply:
    """An answer that is not JSON: bytes of a content type."""

    content: bytes
    kind: str


@dataclass(frozen=True)
class Endpoint:
    """Something that is answered at once.

    Args:
        answer: for several requests of one kind, in order, the answers: what JSON can hold, a
            `Reply`, or an exception for the one that it belongs to.
        reply: the model of an answer in JSON; a content type for bytes.
        body: the model of a request in JSON; None for bytes.
        kinds: content types of bytes that are taken.
        many: whether several files come, as fields `files` of a form.
        query: the model of the options beside bytes.
        together: requests that are answered in one call.
    """

    summary: str
    answer: Callable[[Sequence[Any]], Sequence[Any]]
    reply: type[BaseModel] | str
    body: type[BaseModel] | None = None
    kinds: Sequence[str] = ()
    many: bool = False
    query: type[BaseModel] | None = None
    together: int = 1

    @property
    def taken(self) -> tuple[str, ...]:
        """The content types of bodies that are taken."""
        if self.body is not None:
            return ("application/json",)
        return ("multipart/form-data",) if self.many else tuple(dict.fromkeys(self.kinds))


@dataclass(frozen=True)
class FileEndpoint:
    """A whole file, answered by a file as the command `predict` answers it.

    Args:
        answer: from the file to the new one, telling how far it is; returns the command's line.
        kinds: the suffix of a file by its content type.
        out: the suffix of the new file by that of the old one.
        query: the model of the options.
    """

    summary: str
    answer: Callable[[Path, Path, Any, Watch], str]
    kinds: Mapping[str, str]
    out: Callable[[str], str]
    query: type[BaseModel] | None = None


class Serving(ABC):
    """A loaded run with what its domain says of it."""

    folder: Path
    """Where `page.html` and `page.js` lie."""
    known: type[BaseModel] = Schema
    """The model of what `about` tells."""
    threads = 1
    """Requests that are answered side by side, one thread each. With two, one decodes or encodes
    while the network of the other computes; what is answered in one batch needs no second."""

    def __init__(self, task: Task, pipeline: Pipeline, metadata: RunMetadata) -> None:
        self.task, self.pipeline, self.metadata = task, pipeline, metadata

    @abstractmethod
    def endpoints(self) -> Mapping[str, Endpoint]:
        """Return what is answered at once, by path: `/predict` and `/predict/batch`."""

    def file(self) -> FileEndpoint | None:
        """Return what is answered file by file at `/predict/file`."""
        return None

    @abstractmethod
    def warm_up(self) -> None:
        """Answer something once, so that the first client need not wait longer than others."""

    def about(self) -> dict[str, Any]:
        """Return what `/metadata` tells of the domain."""
        return {}

    def page(self) -> dict[str, Any]:
        """Return what `page.html` needs."""
        return {}


def one_by_one(answer: Callable[[Any], Any]) -> Callable[[Sequence[Any]], list[Any]]:
    """Return what answers several requests with what answers one; errors stay with their own.

    >>> one_by_one(lambda n: 1 / n)([1, 0])
    [1.0, ZeroDivisionError('division by zero')]
    """

    def answers(items: Sequence[Any]) -> list[Any]:
        found: list[Any] = []
        for item in items:
            try:
                found.append(answer(item))
            except Exception as error:  # it is raised for whoever asked
                found.append(error)
        return found

    return answers
