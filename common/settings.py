"""What can be tuned, said once: a field here is a command's option, an argument in Python and a
line of a run's config.json.

Nothing in this file imports torch, so that a command answers `--help` at once.
"""

import argparse
import dataclasses
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from common.activations import ACTIVATIONS
from common.errors import UserError, unknown
from common.i18n import Text

HIDDEN = ("read", "skip")
"""What becomes of the hidden rows and columns of a workbook."""


def option(
    default: Any = dataclasses.MISSING,
    help: str = "",
    *,
    at_least: float | None = None,
    above: float | None = None,
    at_most: float | None = None,
    choices: Sequence[str] | None = None,
    metavar: str | None = None,
    positional: bool = False,
    training_only: bool = False,
) -> Any:
    """Declare a field of `Options`: its default, its line of help and what values it takes.

    training_only: `train` has this option of a source, `evaluate` has no use for it.
    """
    limits = {"at_least": at_least, "above": above, "at_most": at_most, "choices": choices}
    shown = {"help": help, "metavar": metavar, "positional": positional}
    metadata = {**shown, "training_only": training_only, **limits}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Options:
    """A dataclass that knows how to be options of a command and keys of a JSON file.

    Fields are str, int, float, bool, tuple[str, ...] (an option that may be repeated), or one of
    these with `| None`. Every value is checked on construction: a wrong type, a value out of
    range or an unknown choice raises UserError with the field's name as the command spells it.

    >>> @dataclass(frozen=True, kw_only=True)
    ... class Kettle(Options):
    ...     litres: float = option(1.7, "size", above=0)
    >>> Kettle.from_dict({"litres": 2}).litres
    2.0
    >>> Kettle(litres=-1)
    Traceback (most recent call last):
    common.errors.UserError: --litres is -1, expected a number above 0
    """

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            object.__setattr__(self, field.name, _checked(field, getattr(self, field.name)))

    def to_dict(self) -> dict[str, Any]:
        """Return a dict that JSON can hold; `from_dict` takes it back."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build from a dict such as `to_dict` made; raises UserError for an unknown name."""
        names = [field.name for field in dataclasses.fields(cls)]
        for name in values:
            if name not in names:
                raise unknown("option", str(name), names)
        return cls(**values)

    @classmethod
    def add_to(
        cls,
        parser: argparse._ActionsContainer,
        *,
        training: bool = True,
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        """Add every field to a parser; an option that is not given stays out of the namespace.

        training: False leaves out the fields that are `training_only`. defaults: what the help
        is to name as the default where it is not the field's own.
        """
        for field in dataclasses.fields(cls):
            if training or not field.metadata.get("training_only"):
                _add_argument(parser, field, (defaults or {}).get(field.name, field.default))

    def changed(self, given: Mapping[str, Any]) -> Self:
        """Return these options with those that were given in their place; None was not given.

        >>> changed = Settings(epochs=5).changed({"epochs": None, "width": 8})
        >>> changed.epochs, changed.width
        (5, 8)
        """
        given = {name: value for name, value in given.items() if value is not None}
        return dataclasses.replace(self, **given)

    @classmethod
    def from_arguments(cls, arguments: argparse.Namespace, defaults: Self | None = None) -> Self:
        """Build from parsed arguments; what was not given comes from `defaults`."""
        given = {
            field.name: getattr(arguments, field.name)
            for field in dataclasses.fields(cls)
            if hasattr(arguments, field.name)
        }
        given = {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
        return dataclasses.replace(defaults, **given) if defaults is not None else cls(**given)


@dataclass(frozen=True, kw_only=True)
class Settings(Options):
    """What the course speaks of, the same in every domain; a domain adds its own."""

    loss: str = option("mse", "loss to train with")
    depth: int = option(3, "number of hidden layers", at_least=1, at_most=64)
    width: int = option(128, "neurons in a hidden layer", at_least=1, at_most=16384)
    activation: str = option("silu", "activation function", choices=ACTIVATIONS)
    batch_size: int = option(256, "examples in one training step", at_least=1, at_most=2**24)
    lr: float = option(
        1e-3, "highest learning rate of the one-cycle schedule", above=0, at_most=1000
    )
    epochs: int = option(20, "passes over the training part", at_least=1, at_most=10**6)
    shares: str = option("70/20/10", "per cent for training/validation/test")
    seed: int = option(
        0, "seed of the split, the weights and the order", at_least=0, at_most=2**31 - 1
    )
    device: str = option("auto", "where to compute: auto, cpu, cuda, mps, …")
    weight_decay: float = option(
        0.01, "how strongly AdamW pulls weights to zero", at_least=0, at_most=1000
    )
    clip: float | None = option(
        1.0, "largest norm of the gradient; a longer one is clipped", above=0
    )
    threads: int | None = option(
        None,
        "threads of a training on the CPU (default: 1, for a large network one for each core)",
        at_least=1,
        at_most=1024,
    )
    bf16: bool = option(False, "compute the network in bfloat16")
    compile: bool = option(False, "compile the network before training, with torch.compile")
    minutes: float | None = option(
        None, "deadline for training, in minutes", above=0, at_most=10**6
    )
    patience: int | None = option(
        None, "stop after so many epochs without progress", at_least=1, at_most=10**6
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        from common.splits import parse_shares  # it imports NumPy, which help does not need

        parse_shares(self.shares)


def flag(name: str) -> str:
    """Return the option of a field's name.

    >>> flag("batch_size")
    '--batch-size'
    """
    return "--" + name.replace("_", "-")


def _kind(field: dataclasses.Field) -> tuple[type, bool]:
    """Return the field's plain type, and whether None is allowed."""
    plain, optional = field.type, False
    if isinstance(plain, types.UnionType):
        parts = typing.get_args(plain)
        plain, optional = next(part for part in parts if part is not types.NoneType), True
    kind = typing.get_origin(plain) or plain
    if not isinstance(kind, type):
        raise TypeError(f"{field.name} is annotated {field.type!r}, expected a plain type")
    return kind, optional


def _checked(field: dataclasses.Field, value: Any) -> Any:
    kind, optional = _kind(field)
    if value is None and optional:
        return None
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) < 2**53 else math.inf
    if kind is tuple and isinstance(value, list):
        value = tuple(value)
    strings = kind is not tuple or (
        isinstance(value, tuple) and all(isinstance(part, str) for part in value)
    )
    fits = isinstance(value, kind) and not (kind is int and isinstance(value, bool)) and strings
    if not fits or not _in_range(field, value):
        name, shown, wanted = spelled(field), _shown(value), _expectation(field)
        raise UserError(
            f"{name} is {shown.en}, expected {wanted.en}",
            f"{name}: {shown.ru}, ожидалось: {wanted.ru}",
        )
    choices = field.metadata.get("choices")
    if choices is not None and value not in choices:
        raise unknown(field.name.replace("_", " "), value, choices)
    return value


def _in_range(field: dataclasses.Field, value: Any) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return True
    at_least, above, at_most = (field.metadata.get(k) for k in ("at_least", "above", "at_most"))
    return (
        (isinstance(value, int) or math.isfinite(value))
        and (at_least is None or value >= at_least)
        and (above is None or value > above)
        and (at_most is None or value <= at_most)
    )


_KINDS = {
    int: Text("a whole number", "целое число"),
    float: Text("a number", "число"),
    str: Text("text", "текст"),
    bool: Text("true or false", "true или false"),
}
_LIMITS = {
    "at_least": Text("from {limit:.12g}", "от {limit:.12g}"),
    "above": Text("above {limit:.12g}", "больше {limit:.12g}"),
    "at_most": Text("up to {limit:.12g}", "до {limit:.12g}"),
}


def _expectation(field: dataclasses.Field) -> Text:
    kind, optional = _kind(field)
    words = [_KINDS.get(kind, Text("a list of texts", "список текстов"))]
    for key, phrase in _LIMITS.items():
        if field.metadata.get(key) is not None:
            words.append(phrase.filled(limit=field.metadata[key]))
    words += [Text("or nothing", "или ничего")] if optional else []
    return Text(*map(" ".join, zip(*words, strict=True)))


def spelled(field: dataclasses.Field) -> str:
    """Return how a command spells a field: FILE or --batch-size."""
    return field.name.upper() if field.metadata.get("positional") else flag(field.name)


def _shown(value: Any) -> Text:
    if isinstance(value, int) and abs(value) >= 10**40:  # Python itself refuses to print a huge one
        return Text("a number of more than 40 digits", "число длиннее 40 цифр")
    shown = f"{value:g}" if isinstance(value, float) else _short(value)
    return Text(shown, shown)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _add_argument(
    parser: argparse._ActionsContainer, field: dataclasses.Field, default: Any
) -> None:
    kind, _ = _kind(field)
    help_text = field.metadata.get("help", "")
    if default not in (None, (), dataclasses.MISSING) and default is not False:
        shown = f"{default:,.12g}".replace(",", "_") if kind is float else default
        help_text += f" (default: {shown})"
    common: dict[str, Any] = {"default": argparse.SUPPRESS, "help": help_text.replace("%", "%%")}
    metavar = field.metadata.get("metavar")
    if field.metadata.get("positional"):
        parser.add_argument(field.name, nargs="?", metavar=metavar or field.name.upper(), **common)
    elif kind is bool:
        parser.add_argument(flag(field.name), action=argparse.BooleanOptionalAction, **common)
    else:
        action = "append" if kind is tuple else "store"
        signs: dict[type, str] = {int: "N", float: "X"}
        readers: dict[type, Callable[[str], Any]] = {int: _whole, float: _real}
        metavar = metavar or signs.get(kind, field.name.upper())
        typed = readers.get(kind, str)
        parser.add_argument(flag(field.name), action=action, type=typed, metavar=metavar, **common)


def _whole(text: str) -> int:
    try:
        return int(text.replace("_", ""))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{_short(text)}, expected a whole number") from None


def _real(text: str) -> float:
    try:
        return float(text.replace("_", "").replace(",", "."))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{_short(text)}, expected a number") from None
