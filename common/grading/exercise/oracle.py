"""Oracles: what says the right answer of a case, and what is left of them in the student edition.

An oracle solves the exercise in another way, so the edition cannot have it: who pastes it has not
written the function. Of an oracle the edition keeps the signature and the docstring. In its place
stand cases that were drawn when the edition was made, with what the oracle said of each (see
`recording`); a check there picks one of these draws. Where a class is graded, oracles are asked,
about cases that nobody has seen. The judges are the same in both places.
"""

import contextlib
import functools
import hashlib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np

from common.discovery import ROOT
from common.errors import UserError
from common.grading.exercise.specification import ExerciseSpec, Inputs
from common.grading.exercise.stored_answers import load
from common.i18n import Mistake

P = ParamSpec("P")
R = TypeVar("R")
Said = dict[tuple[str, str], Any]
"""What oracles said: by the oracle's name and a digest of what it was asked."""

FOLDER = "tests/graded/answers"
PLACES = 64
"""As many values of an array that a mistake leads to are in the edition."""


@dataclass(frozen=True)
class Later:
    """A mistake's answer, worked out only where no other case has spoken against the mistake."""

    work_out: Callable[[], Any]


@dataclass(frozen=True)
class Sample:
    """What the edition has of a large array that a mistake leads to: some of its values."""

    shape: tuple[int, ...]
    places: np.ndarray
    values: np.ndarray


def beside(actual: Any, known: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """Return two arrays to be compared value by value; None where their shapes differ.

    known: an array, or a `Sample` of one, of which only these values can be compared.
    """
    actual = np.asarray(actual)
    if isinstance(known, Sample):
        return (actual.ravel()[known.places], known.values) if actual.shape == known.shape else None
    known = np.asarray(known)
    return (actual, known) if actual.shape == known.shape else None


def need_oracles(root: Path) -> None:
    """Refuse a student edition: of inputs drawn anew its oracles, without bodies, know nothing."""
    if (root / FOLDER).is_dir():
        raise UserError(
            f"{root}: is the student edition, which knows the answers to its stored cases alone; "
            "start this in the teacher's repository",
            f"{root}: это студенческое издание, оно знает ответы только на свои готовые случаи; "
            "запускайте в репозитории преподавателя",
        )


_noted: Said | None = None
"""While an edition is made: takes up what is said."""
_recorded: Said = {}
"""In the edition: what was said, in the form of `packed`."""
_remembered: Said | None = None
"""While many solutions are judged by the same inputs: what was said of these."""
_asking = False


def oracle(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a function as an oracle: the edition has its answers in place of its body.

    It takes plain data, and returns plain data, mistakes, tuples and `Later`. What it asks of other
    oracles is its own matter, and is not recorded.
    """
    name = f"{function.__module__}.{function.__qualname__}"

    @functools.wraps(function)
    def asked(*arguments: P.args, **words: P.kwargs) -> R:
        if _recorded:
            return _unpacked(_recorded[name, _digest(arguments, words)])
        if _asking or (_noted is None and _remembered is None):
            return function(*arguments, **words)
        key = (name, _digest(arguments, words))
        if _remembered is not None and key in _remembered:
            return _kept(_remembered[key])
        with _left_alone():
            answer = function(*arguments, **words)
            if _noted is not None:
                _noted[key] = packed(answer)
        if _remembered is not None:
            answer = _remembered[key] = _kept(answer)
            return _kept(answer)
        return answer

    return asked


@contextlib.contextmanager
def _left_alone() -> Iterator[None]:
    """What an oracle asks of others while it works something out is its own matter."""
    global _asking
    before, _asking = _asking, True
    try:
        yield
    finally:
        _asking = before


@contextlib.contextmanager
def noting() -> Iterator[Said]:
    """Take down what oracles say for the length of the block, in the form of `packed`."""
    global _noted
    _noted = {}
    try:
        yield _noted
    finally:
        _noted = None


@contextlib.contextmanager
def remembering() -> Iterator[None]:
    """Let each oracle work out what it is asked once for the length of the block.

    For who judges many solutions by the same inputs; most of such a judge's time is the oracles'.
    """
    global _remembered
    before, _remembered = _remembered, {}
    try:
        yield
    finally:
        _remembered = before


def is_noting() -> bool:
    """Whether a judge should ask all that it would ask about a wrong answer."""
    return _noted is not None


_replaced: dict[Path, ExerciseSpec] = {}


def with_recorded_draws(spec: ExerciseSpec, root: Path = ROOT) -> ExerciseSpec:
    """Return an exercise as the edition has it; as it is, where nothing was recorded."""
    path = root / FOLDER / f"{spec.exercise}.zip"
    if not path.is_file():
        return spec
    if path not in _replaced:
        checks = [
            replace(check, inputs=functools.partial(_draw, path, check.name))
            for check in spec.checks
        ]
        _replaced[path] = replace(spec, checks=checks)
    return _replaced[path]


def _draw(path: Path, check: str, rng: np.random.Generator) -> Inputs:
    """Return one of the recorded draws of a check."""
    draws = _draws(path, check)
    return draws[int(rng.integers(len(draws)))]


@functools.cache
def _draws(path: Path, check: str) -> list[Inputs]:
    """Read the draws of a check, and take up what oracles said of their cases."""
    with zipfile.ZipFile(path) as archive:
        held, said = (load(archive.read(f"{check}.{part}")) for part in ("draws", "said"))
    for name, digest, answer in said:
        _recorded[name, digest] = answer
    if "whole" in held:
        return held["whole"]
    return [{"cases": [held["cases"][i] for i in places]} for places in held["draws"]]


def _kept(value: Any) -> Any:
    """Return an answer that the one who gets it may change; what comes later is worked out once."""
    if isinstance(value, Later):
        known = value.work_out
        return value if isinstance(known, _Once) else Later(_Once(known))
    if isinstance(value, Mistake):
        return value
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (list, tuple)):
        return type(value)([_kept(item) for item in value])
    if isinstance(value, dict):
        return {key: _kept(item) for key, item in value.items()}
    return value


class _Once:
    """Calls a function without arguments the first time alone; gives a copy of its answer."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._answer = functools.cache(function)

    def __call__(self) -> Any:
        with _left_alone():
            return _kept(self._answer())


def _digest(arguments: tuple, words: dict[str, Any]) -> str:
    """Return a text that other plain data would not have: some ten thousand are asked for."""
    found = hashlib.blake2b(digest_size=16)
    _take_up(found, [arguments, words])
    return found.hexdigest()


def _take_up(found: "hashlib.blake2b", value: Any) -> None:
    if isinstance(value, np.ndarray):
        found.update(f"array {value.dtype.str} {value.shape} ".encode())
        found.update(value.tobytes())
    elif isinstance(value, (list, tuple)):
        found.update(b"list %d " % len(value))
        for item in value:
            _take_up(found, item)
    elif isinstance(value, dict):
        found.update(b"dict %d " % len(value))
        for key, item in value.items():
            _take_up(found, str(key))
            _take_up(found, item)
    else:
        plain = value.item() if isinstance(value, np.generic) else value
        found.update(f"{plain!r} ".encode())


def packed(value: Any) -> Any:
    """Return what an oracle said as plain data, from which `_unpacked` makes the same again.

    Only of a large array that a mistake leads to it is a sample.
    """
    if isinstance(value, Later):
        return packed(value.work_out())
    if isinstance(value, Mistake):
        return ["mistake", [*value]]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list) and value and all(map(_is_suspect, value)):
        pairs = [(m, a.work_out() if isinstance(a, Later) else a) for m, a in value]
        usual = _usual([a for _, a in pairs if isinstance(a, np.ndarray) and a.size > PLACES])
        return ["list", [["tuple", [packed(m), _sampled(a, usual)]] for m, a in pairs]]
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, [packed(item) for item in value]]
    if isinstance(value, dict):
        return ["dict", {key: packed(item) for key, item in value.items()}]
    return value


def _is_suspect(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], Mistake)


def _usual(answers: list[np.ndarray]) -> dict[tuple[int, ...], np.ndarray]:
    """Return by shape what most answers to a case are like: the median of each value."""
    alike: dict[tuple[int, ...], list[np.ndarray]] = {}
    for answer in answers:
        alike.setdefault(answer.shape, []).append(answer.ravel())
    return {shape: np.median(np.stack(own), axis=0) for shape, own in alike.items()}


def _sampled(answer: Any, usual_of: dict[tuple[int, ...], np.ndarray]) -> Any:
    """Return a mistake's answer; of a large array half of the values from where others differ."""
    if not isinstance(answer, np.ndarray) or answer.size <= PLACES:
        return packed(answer)
    usual = usual_of[answer.shape]
    rng = np.random.default_rng(answer.size)
    odd = np.flatnonzero(~(np.abs(answer.ravel() - usual) <= 1e-3 * np.abs(usual)))
    places = [rng.permutation(odd)[: PLACES // 2], rng.permutation(answer.size)[: PLACES // 2]]
    chosen = np.unique(np.concatenate(places))
    return ["sample", [[*answer.shape], chosen, answer.ravel()[chosen]]]


def _unpacked(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind, content = value
    if kind == "mistake":
        return Mistake(*content)
    if kind == "sample":
        return Sample(tuple(content[0]), content[1], content[2])
    if kind == "dict":
        return {key: _unpacked(item) for key, item in content.items()}
    items = [_unpacked(item) for item in content]
    return tuple(items) if kind == "tuple" else items
