"""What an exercise is checked by, and how one check is judged. No student code runs in here.

    inputs(rng)   -> plain data, drawn afresh
    probe(inputs) -> plain data; runs beside the student's code, here or in a sandbox
    judge(inputs, output)         raises `Wrong` for an answer that is not right

Whatever a probe says is only data. What is right, only `judge` decides, by an oracle of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from common.grading.display import displayable
from common.grading.words import Mistake, Text

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
        came: Any = None,
        expected: Any = None,
        mistake: Mistake | None = None,
        given: str = "",
    ) -> None:
        super().__init__(what.en)
        self.what, self.came, self.expected, self.mistake = what, came, expected, mistake
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
class Graded:
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
class Verdict:
    """What became of a check. given, came, expected: as text, empty where there is none.

    empty: the exercise has not been begun.
    """

    check: str
    about: Text
    passed: bool
    what: Text = NO_WORDS
    given: str = ""
    came: str = ""
    expected: str = ""
    mistake: Mistake | None = None
    empty: bool = False


def points(worth: int, verdicts: Sequence[Verdict]) -> int:
    """Return the points for an exercise: its worth by the share of checks passed, whole points.

    All checks together give all points; any that failed costs at least one.

    >>> points(20, [])
    0
    """
    passed = sum(verdict.passed for verdict in verdicts)
    return worth * passed // len(verdicts) if verdicts else 0


def judge(check: Check, inputs: Inputs, outcome: list) -> Verdict:
    """Judge what a probe came back with: ["output", value], or a kind of failure and a text.

    See `common.grading.driver.run_probe` for the kinds.
    """
    kind, value = outcome[0], outcome[1]
    if kind == "raised" and str(value).startswith("NotImplementedError"):
        what = Text("not written yet", "ещё не написано")
        return Verdict(check.name, check.about, False, what, empty=True)
    if kind != "output":
        what = FAILURES.get(kind, FAILURES["died"])
        return Verdict(
            check.name, check.about, False, what, _given(inputs), displayable(str(value))
        )
    try:
        check.judge(inputs, value)
    except Wrong as wrong:
        given = wrong.given or _given(inputs)
        came, expected = (_beside(side) for side in (wrong.came, wrong.expected))
        return Verdict(
            check.name, check.about, False, wrong.what, given, came, expected, wrong.mistake
        )
    except Exception as error:
        # The answer is not to be trusted, not even in its form; that the judges themselves are
        # sound, the right solutions in the tests show.
        came = f"{shown(value)} ({type(error).__name__})"
        return Verdict(check.name, check.about, False, STRANGE, _given(inputs), came)
    return Verdict(check.name, check.about, True)


STRANGE = Text(
    "the answer has another form than the exercise asks for",
    "ответ устроен не так, как просит задание",
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


def shown(value: Any, *, limit: int = 160) -> str:
    """Return plain data in a few words: a long array with its ends only.

    >>> shown({"n": 3, "x": np.arange(3.0)})
    'n = 3, x = float64 (3,) [0. 1. 2.]'
    """
    if isinstance(value, np.ndarray):
        text = np.array2string(value, precision=6, threshold=8, edgeitems=2, max_line_width=10**6)
        text = f"{value.dtype} {value.shape} {' '.join(text.split())}"
    elif isinstance(value, dict):
        return ", ".join(f"{name} = {shown(item, limit=90)}" for name, item in value.items())
    elif isinstance(value, list):
        items = [shown(item, limit=60) for item in value[:8]]
        more = [f"… {len(value) - 8} more"] if len(value) > 8 else []
        text = f"[{', '.join([*items, *more])}]"
    elif isinstance(value, float):
        text = f"{value:.10g}"
    else:
        text = repr(value)
    return displayable(text, limit=limit)


def _beside(side: Any) -> str:
    return "" if side is None else displayable(side) if isinstance(side, str) else shown(side)


def _given(inputs: Inputs) -> str:
    return displayable(shown(inputs), limit=600)
