"""What an exercise is checked by, and how one check is judged. No student code runs in here.

    inputs(rng)   -> plain data, drawn afresh
    probe(inputs) -> plain data; runs beside the student's code, here or in a sandbox
    judge(inputs, output)         raises `Wrong` for an answer that is not right

Whatever a probe says is only data. What is right, only `judge` decides, by an oracle of its own.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from common.grading.sanitize import sanitize
from common.i18n import Mistake, Text

Inputs = dict[str, Any]
NO_WORDS = Text("", "")


class Wrong(Exception):  # noqa: N818
    """An answer is not right.

    what: one sentence. came, expected: plain data or texts to be shown beside each other.
    given: what of the inputs this is about, as text, where that is not all of them.
    mistake: the classic mistake that it looks like, where it looks like one.
    """

    def __init__(
        self,
        what: Text,
        *,
        actual: Any = None,
        expected: Any = None,
        mistake: Mistake | None = None,
        given: str = "",
    ) -> None:
        super().__init__(what.en)
        self.what, self.actual, self.expected, self.mistake = what, actual, expected, mistake
        self.given = given


@dataclass(frozen=True)
class Check:
    """One claim about a solution. probe: "tests.graded.tabular_probes:money_cost"."""

    name: str
    about: Text
    inputs: Callable[[np.random.Generator], Inputs]
    probe: str
    judge: Callable[[Inputs, Any], None]


@dataclass(frozen=True)
class ExerciseSpec:
    """An exercise with its checks.

    exercise: the full name of the marked function. The English statement is its docstring.
    hints: two, the first says where to look, the second how; neither gives the answer.
    """

    exercise: str
    title: Text
    statement_ru: str
    hints: tuple[Text, Text]
    checks: Sequence[Check]

    @property
    def short(self) -> str:
        """What a person types for it: MoneyCost.per_example, random_parts."""
        return self.exercise.removeprefix(self.place + ".")

    @property
    def place(self) -> str:
        """The Python module that the function is in."""
        parts = self.exercise.split(".")
        is_method = parts[-2][:1].isupper()
        return ".".join(parts[: -2 if is_method else -1])


@dataclass(frozen=True)
class CheckResult:
    """What became of a check. given, came, expected: as text, empty where there is none.

    empty: the exercise has not been begun.
    """

    check: str
    about: Text
    passed: bool
    what: Text = NO_WORDS
    given: str = ""
    actual: str = ""
    expected: str = ""
    mistake: Mistake | None = None
    empty: bool = False


def points(worth: int, verdicts: Sequence[CheckResult]) -> int:
    """Return the points for an exercise: its worth by the share of checks passed, whole points.

    All checks together give all points; any that failed costs at least one.

    >>> points(20, [])
    0
    """
    passed = sum(verdict.passed for verdict in verdicts)
    return worth * passed // len(verdicts) if verdicts else 0


def judge(check: Check, inputs: Inputs, outcome: list) -> CheckResult:
    """Judge what a probe came back with: ["output", value], or a kind of failure and a text.

    See `common.grading.runner.inside.driver.run_probe` for the kinds.
    """
    kind, value = outcome[0], outcome[1]
    if kind == "raised" and str(value).startswith("NotImplementedError"):
        what = Text("not written yet", "ещё не написано")
        return CheckResult(check.name, check.about, False, what, empty=True)
    if kind != "output":
        what = FAILURES.get(kind, FAILURES["died"])
        return CheckResult(
            check.name, check.about, False, what, _given(inputs), sanitize(str(value))
        )
    try:
        check.judge(inputs, value)
    except Wrong as wrong:
        given = wrong.given or _given(inputs)
        actual, expected = (_beside(side) for side in (wrong.actual, wrong.expected))
        return CheckResult(
            check.name, check.about, False, wrong.what, given, actual, expected, wrong.mistake
        )
    except Exception as error:
        # The answer is not to be trusted, not even in its form; that the judges themselves are
        # sound, the right solutions in the tests show.
        actual = f"{shown(value)} ({type(error).__name__})"
        return CheckResult(check.name, check.about, False, STRANGE, _given(inputs), actual)
    return CheckResult(check.name, check.about, True)


STRANGE = Text(
    "the answer has another form than the exercise asks for",
    "ответ устроен не так, как просит задание",
)
NOT_TRIED = Text(
    "not tried: a check before this one did not finish",
    "не проверялось: предыдущая проверка не уложилась во время",
)
FAILURES = {
    "raised": Text("your code ended with an error", "ваш код завершился ошибкой"),
    "ended": Text("your code ended the program", "ваш код завершил программу"),
    "died": Text("Python itself crashed in your code", "в вашем коде упал сам Python"),
    "time": Text(
        "your code did not finish in time: is there an endless loop?",
        "ваш код не уложился во время: нет ли там бесконечного цикла?",
    ),
    "memory": Text("your code ran out of memory", "вашему коду не хватило памяти"),
    "flood": Text(
        "your code printed or returned far too much",
        "ваш код напечатал или вернул слишком много",
    ),
    "refused": Text("your files are too large", "ваши файлы слишком велики"),
    "not_plain": Text(
        "your code returned something of a type that is not asked for",
        "ваш код вернул значение не того типа, который нужен",
    ),
}
"""What is said of a failure, by its kind."""


def shown(value: Any, *, limit: int = 160, items: int = 8) -> str:
    """Return plain data in a few words: an array of more items than so many with its ends only.

    However much there is, no more than some hundred parts of it are looked at.

    >>> shown({"n": 3, "x": np.arange(3.0)})
    'n = 3, x = float64 (3,) [0. 1. 2.]'
    >>> shown(np.zeros((4,) * 8)), shown([[1] * 9])
    ('float64 (4, 4, 4, 4, 4, 4, 4, 4) [0. 0. ... 0. 0.]', '[[1, 1, 1, 1, 1, 1, 1, 1, … +1]]')
    """
    return _shown(value, limit, items, [_PARTS])


_PARTS = 100


def _shown(value: Any, limit: int, items: int, left: list[int]) -> str:
    """Return `value` as text; left: how many parts may still be looked at."""
    left[0] -= 1
    if left[0] < 0:
        return "…"
    if isinstance(value, dict | list):
        named = value.items() if isinstance(value, dict) else ((None, item) for item in value)
        most = 8 if isinstance(value, list) else 40
        part = limit if items > 8 else 90 if isinstance(value, dict) else 60
        texts = [
            ("" if name is None else f"{sanitize(str(name), limit=40)} = ")
            + _shown(item, part, items, left)
            for name, item in islice(named, most)
        ]
        texts += [f"… +{len(value) - most}"] if len(value) > most else []
        if isinstance(value, dict):
            return sanitize(", ".join(texts) or "{}", limit=4 * limit)
        text = f"[{', '.join(texts)}]"
    elif isinstance(value, np.ndarray):
        text = f"{value.dtype} {value.shape} {_array(value, items)}"
    elif isinstance(value, float):
        text = f"{value:.10g}"
    else:
        text = repr(value)
    return sanitize(text, limit=limit)


def _array(array: np.ndarray, items: int) -> str:
    """Return an array's items in one line; one of many short axes without its brackets."""
    if array.size > items and math.prod(min(length, 5) for length in array.shape) > 100 + items:
        array = array.ravel()
    text = np.array2string(array, precision=6, threshold=items, edgeitems=2, max_line_width=10**6)
    return " ".join(text.split())


def _beside(side: Any) -> str:
    return "" if side is None else sanitize(side) if isinstance(side, str) else shown(side)


def _given(inputs: Inputs) -> str:
    return sanitize(shown(inputs), limit=600)
