"""The mark that makes a function of the library a student's exercise.

The function stays what it is and the library uses it as any other. In the student edition, made by
`python -m common release DIR`, its body is gone; the docstring is the statement of the exercise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Function = TypeVar("Function", bound=Callable)


@dataclass(frozen=True)
class Exercise:
    """A marked function: the package it belongs to, its full name, what it is worth.

    empty: whether the body still is `raise NotImplementedError` and nothing else.
    """

    module: str
    name: str
    points: int
    empty: bool


registered: dict[str, Exercise] = {}
"""Every exercise of the modules that have been imported, by its full name."""


def exercise(
    *,
    points: int,
    minutes: int = 20,
    difficulty: int = 1,
    uses: str = "PyTorch",
    lesson: str = "Exercises",
) -> Callable[[Function], Function]:
    """Mark a function or method as an exercise; it comes back unchanged.

    points: what it is worth; a warm-up is worth none. minutes: how long it takes somebody who has
    read the lesson. difficulty: 1 to 3. uses: the library that it is about. lesson: the section of
    the module's README.md that explains it. What follows points is read from the source, to be
    shown by `exercises`.

    >>> @exercise(points=20, minutes=5, uses="Python")
    ... def double(x):
    ...     return 2 * x
    >>> double(4)
    8
    """

    def mark(function: Function) -> Function:
        name = f"{function.__module__}.{function.__qualname__}"
        module = name.partition(".")[0]
        registered[name] = Exercise(module, name, points, _is_empty(function))
        return function

    return mark


def empty_exercises() -> list[Exercise]:
    """Return the exercises without a body, of the modules that have been imported."""
    return [found for found in registered.values() if found.empty]


def _is_empty(function: Callable) -> bool:
    """Compare with the bytecode of a function that is empty for certain."""
    return function.__code__.co_code == _nothing.__code__.co_code and (
        function.__code__.co_names == _nothing.__code__.co_names
    )


def _nothing() -> None:
    raise NotImplementedError
