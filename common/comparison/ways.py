"""What a domain hands to the command `compare`: by which ways its task is solved there."""

import ast
import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import UserError
from common.pipeline import Pipeline

EXTRAS = {
    "keras": "keras",
    "flaml": "automl",
    "lightgbm": "automl",
    "sklearn": "automl",
}
"""By the module that is missing, the extra that brings it."""

EVERYTHING = "everything: data, layers, loss, each step"
LAYERS = "layers, loss, callbacks; the step by a class of one's own"
"""What can be changed in PyTorch, and in Keras."""


@dataclass(frozen=True)
class Way:
    """One way to solve the task, in a file of its own that is run and shown.

    Args:
        name: of the framework.
        module: has `train(prepared, settings)`, which returns a function from the network's
            inputs, a batch of tensors, to its raw outputs.
        changes: what a person can change there.
        loss: module and class of the loss, "tabular.loss:MoneyCostLoss", if it was told one.
        by_clock: it takes as long as it is given, `settings.minutes`.
    """

    name: str
    module: str
    changes: str
    loss: str | None = None
    by_clock: bool = False


@dataclass(frozen=True)
class Comparison:
    """What is compared in a domain.

    Args:
        metrics: keys of those that are shown, the one that the loss serves first.
        ways: besides the domain's own network, in the order in which they are shown.
        missing: by name, why there is no such way here.
        evaluate: from a pipeline and examples to metrics, where the task's own looks into its
            own network.
        check: raises UserError for settings that the plain networks cannot do with.
    """

    metrics: tuple[str, ...]
    ways: tuple[Way, ...]
    missing: Mapping[str, str]
    evaluate: Callable[[Pipeline, Any], dict[str, float]] | None = None
    check: Callable[[Any], None] = lambda settings: None


def opened(way: Way) -> Any:
    """Import the module of a way.

    Raises:
        UserError: a library is not installed, with the command that brings it; or the student
            edition does not have the loss.
    """
    try:
        return importlib.import_module(way.module)
    except ModuleNotFoundError as error:
        raise not_there(error) from None


def not_there(error: ModuleNotFoundError) -> Exception:
    """Return what to tell of a module that is missing: one line, where it is known what helps."""
    name = error.name or ""
    if name.endswith(".keras_loss"):
        return UserError(
            "the loss in Keras is not part of the student edition: it would be the solution"
        )
    extra = EXTRAS.get(name.partition(".")[0])
    if extra is None:
        return error
    return UserError(
        f'{name} is not installed; what brings it: python -m pip install "stickshift[{extra}]"'
    )


def code_of(way: Way) -> str:
    """Return the code that a person writes for a way: its file, and the class of its loss.

    What that class inherits from others of the domain is written too, and comes before it.
    """
    own = inspect.getsource(importlib.import_module(way.module))
    if way.loss is None:
        return own
    module, _, name = way.loss.partition(":")
    loss = getattr(importlib.import_module(module), name)
    domain = f"{module.partition('.')[0]}."
    written = [base for base in reversed(loss.__mro__) if base.__module__.startswith(domain)]
    return "\n\n".join([own, *map(inspect.getsource, written)])


def code_lines(source: str) -> int:
    """Count the lines of code: without blank ones, comments and docstrings.

    >>> code_lines('def f(x):\\n    \"\"\"Say it.\"\"\"\\n\\n    # why\\n    return x  # this\\n')
    2
    """
    tree = ast.parse(source)
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, documented) and ast.get_docstring(node) is not None:
            text = node.body[0]
            told |= set(range(text.lineno, (text.end_lineno or text.lineno) + 1))
    lines = enumerate(source.splitlines(), start=1)
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#") and number not in told
        for number, line in lines
    )
