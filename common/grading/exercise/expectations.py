"""What judges are written with: compare an answer with the expected one, and say how it differs."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

import numpy as np

from common.grading.exercise.oracle import beside
from common.grading.exercise.specification import Wrong
from common.grading.exercise.tolerance import close
from common.i18n import Mistake, Text

Suspect = tuple[Mistake, Any]
"""A classic mistake, and the answer that it leads to."""

NOTHING = Mistake(
    "returns-nothing",
    "the function returns None: is the `return` missing?",
    "функция возвращает None: не забыт ли `return`?",
)
DETACHED = Mistake(
    "detached",
    "the result has no gradient: it depends on nothing that has one, or .item(), .detach(), NumPy "
    "or torch.tensor(…) cut it off",
    "у результата нет градиента: он не зависит ни от чего, у чего есть градиент, или его обрывают "
    ".item(), .detach(), NumPy и torch.tensor(…)",
)
IN_PLACE = Mistake(
    "in-place",
    "an operation in place (+=, sub_, x[...] = …) changed what the caller still needs",
    "операция на месте (+=, sub_, x[...] = …) испортила данные, которые ещё нужны вызвавшему",
)
BROADCAST = Mistake(
    "broadcast",
    "two shapes were broadcast against each other, such as (batch, 1) against (batch,)",
    "две формы растянулись друг по другу, например (batch, 1) по (batch,)",
)
VALUE = Text("a value is not right", "значение неверное")


NOTED: ContextVar[list[dict[Mistake, bool]] | None] = ContextVar("noted", default=None)
"""Where it is kept, while a check of many cases is judged, which mistakes each answer fits."""


def suspected(
    suspects: Sequence[Suspect], fits: Callable[[Any], bool], *, right: Any = None
) -> Mistake | None:
    """Return the first mistake whose answer fits; one that leads to the right answer is none."""
    noted, fitting = NOTED.get(), [(mistake, answer, fits(answer)) for mistake, answer in suspects]
    if noted is not None:
        notes: dict[Mistake, bool] = {}
        for mistake, _, is_alike in fitting:
            notes[mistake] = notes.get(mistake, False) or is_alike
        noted.append(notes)
    for mistake, answer, is_alike in fitting:
        if is_alike and (right is None or not _equal(right, answer)):
            return mistake
    return None


def _equal(right: Any, answer: Any) -> bool:
    pair = beside(right, answer)
    return pair is not None and np.array_equal(*pair)


def expect_array(
    actual: Any,
    expected: Any,
    *,
    what: Text = VALUE,
    dtype: str | None = None,
    suspects: Sequence[Suspect] = (),
    scale: float = 0.0,
) -> None:
    """Raise Wrong unless `actual` is an array of the expected shape and values (see `tolerance`).

    dtype: the type that the answer must have; without it, any float for floats, any integer for
    integers.
    scale: the size of what is added up on the way to the values, where that may cancel.
    """
    expected = np.asarray(expected)
    if not isinstance(actual, np.ndarray):
        mistake = NOTHING if actual is None else None
        wanted = f"{dtype or expected.dtype} {expected.shape}"
        text = Text("the answer is no array", "ответ — не массив")
        raise Wrong(text, actual=type(actual).__name__, expected=wanted, mistake=mistake)
    if actual.shape != expected.shape:
        text = Text("the shape is not right", "форма неверная")
        mistake = _found(actual, expected, suspects)
        mistake = mistake or (BROADCAST if _is_spread(actual, expected) else None)
        raise Wrong(text, actual=str(actual.shape), expected=str(expected.shape), mistake=mistake)
    kinds = "iu" if expected.dtype.kind in "iu" else expected.dtype.kind
    if (actual.dtype.name != dtype) if dtype else (actual.dtype.kind not in kinds):
        text = Text("the type of the numbers is not right", "тип чисел неверный")
        raise Wrong(text, actual=actual.dtype.name, expected=dtype or expected.dtype.name)
    right, found = close(actual, expected, scale=scale), _found(actual, expected, suspects)
    if not right.all():
        raise _differs(what, actual, expected, right, found)


def _is_spread(actual: np.ndarray, expected: np.ndarray) -> bool:
    """Whether each example met all others: among these pairs are those that were asked for."""
    if actual.ndim != expected.ndim + 1 or actual.shape[:1] * 2 != actual.shape[:2]:
        return False
    own = np.moveaxis(np.diagonal(actual), -1, 0)
    return own.shape == expected.shape and bool(close(own, expected, dtype="float32").all())


def expect_number(
    actual: Any,
    expected: float,
    *,
    what: Text = VALUE,
    suspects: Sequence[Suspect] = (),
    is_part: bool = False,
) -> None:
    """Raise Wrong unless `actual` is a plain number, int or float, close to the expected one.

    is_part: of a larger answer, so that None for it is no forgotten return.
    """
    if type(actual) not in (int, float):
        mistake = NOTHING if actual is None and not is_part else None
        text = Text("the answer is no plain number", "ответ — не обычное число")
        raise Wrong(text, actual=_kind(actual), expected="float", mistake=mistake)
    wide = np.asarray(actual, np.float64)
    found = _found(wide, expected, suspects)
    if not close(wide, np.asarray(expected, np.float64), dtype="float32").all():
        raise Wrong(what, actual=float(actual), expected=float(expected), mistake=found)


def expect_equal(
    actual: Any,
    expected: Any,
    *,
    what: Text = VALUE,
    suspects: Sequence[Suspect] = (),
    given: str = "",
) -> None:
    """Raise Wrong unless plain data without arrays are the same, in value and in type."""
    found = suspected(suspects, lambda answer: _same(actual, answer))
    if not _same(actual, expected):
        mistake = NOTHING if actual is None else found
        shown = actual if actual is not None else "None"
        raise Wrong(what, actual=shown, expected=expected, mistake=mistake, given=given)


def _same(actual: Any, expected: Any) -> bool:
    """Whether plain data are the same all the way down; 1, 1.0 and True are three things."""
    if type(actual) is not type(expected):
        return False
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(map(_same, actual, expected))
    if isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(
            _same(actual[k], expected[k]) for k in actual
        )
    return actual == expected


def expect_unchanged(after: Any, before: Any, name: str) -> None:
    """Raise Wrong if an input came out of the call other than it went in."""
    if not (isinstance(after, np.ndarray) and np.array_equal(after, before, equal_nan=True)):
        what = Text(f"the input {name} was changed", f"вход {name} изменился")
        raise Wrong(what, actual=after, expected=before, mistake=IN_PLACE)


def expect_tensor(
    actual: Any,
    expected: Any,
    *,
    what: Text = VALUE,
    dtype: str = "float32",
    graph: bool = True,
    suspects: Sequence[Suspect] = (),
    scale: float = 0.0,
) -> None:
    """Raise Wrong unless `actual`, from `plain.described`, is a tensor as expected, with a graph.

    scale: as for `expect_array`.
    """
    if not isinstance(actual, dict) or set(actual) != {"values", "dtype", "graph"}:
        mistake = NOTHING if actual is None else None
        text = Text("the answer is no tensor", "ответ — не тензор")
        raise Wrong(text, actual=_kind(actual), expected=f"tensor {dtype}", mistake=mistake)
    if graph and actual["graph"] is not True:
        text = Text("nothing can be learned from the answer", "по такому ответу нельзя учиться")
        without, with_graph = "requires_grad=False", "requires_grad=True"
        raise Wrong(text, actual=without, expected=with_graph, mistake=DETACHED)
    if actual["dtype"] != dtype:
        text = Text("the type of the numbers is not right", "тип чисел неверный")
        raise Wrong(text, actual=str(actual["dtype"]), expected=dtype)
    expect_array(actual["values"], expected, what=what, suspects=suspects, scale=scale)


def expect_error(
    actual: Any, kind: str, words: Sequence[str], *, what: Text, given: str = ""
) -> None:
    """Raise Wrong unless an `attempt` ended in an error of this kind that names all the words."""
    if not isinstance(actual, dict) or "error" not in actual:
        shown = "no error" if isinstance(actual, dict) else _kind(actual)
        raise Wrong(what, actual=shown, expected=kind, given=given)
    if kind not in actual["error"]:
        text = Text("another kind of error came", "пришла ошибка другого вида")
        said = f"{actual['error'][0]}: {actual['text']}"
        raise Wrong(text, actual=said, expected=kind, given=given, trace=_trace(actual))
    for word in words:
        if word not in actual["text"]:
            text = Text("the message does not name everything", "в сообщении названо не всё")
            raise Wrong(text, actual=str(actual["text"]), expected=f"… {word} …", given=given)


def expect_result(actual: Any, *, given: str = "") -> Any:
    """Return the result of an `attempt`; raise Wrong if it ended in an error."""
    if not isinstance(actual, dict) or "result" not in actual:
        text = Text("an error came where none is due", "ошибка там, где её быть не должно")
        said = (
            f"{actual['error'][0]}: {actual['text']}" if isinstance(actual, dict) else _kind(actual)
        )
        raise Wrong(text, actual=said, given=given, trace=_trace(actual))
    return actual["result"]


def _differs(
    what: Text, actual: np.ndarray, expected: np.ndarray, right: np.ndarray, mistake: Mistake | None
) -> Wrong:
    """Point at the first element that is wrong."""
    index = tuple(int(i) for i in np.argwhere(~right)[0]) if right.ndim else ()
    count = int((~right).sum())
    if right.ndim:
        place = f"[{', '.join(map(str, index))}]"
        what = Text(
            f"{what.en}, first at {place}; {count} of {right.size} differ",
            f"{what.ru}, первый раз в {place}; расходятся {count} из {right.size}",
        )
    sides = {"actual": actual[index].item(), "expected": expected[index].item()}
    return Wrong(what, **sides, mistake=mistake, whole=(actual, expected))


def _found(actual: np.ndarray, expected: Any, suspects: Sequence[Suspect]) -> Mistake | None:
    """The mistake whose answer this looks like; one that leads to the right answer here is none."""

    def fits(answer: Any) -> bool:
        pair = beside(actual, answer)
        return pair is not None and bool(close(*pair, dtype="float32").all())

    return suspected(suspects, fits, right=expected)


def _trace(actual: Any) -> str:
    trace = actual.get("trace") if isinstance(actual, dict) else None
    return trace if isinstance(trace, str) else ""


def _kind(actual: Any) -> str:
    if isinstance(actual, dict) and set(actual) == {"values", "dtype", "graph"}:
        return f"tensor {actual['dtype']} {actual['values'].shape}"
    if isinstance(actual, np.ndarray):
        return f"{actual.dtype} array {actual.shape}"
    return "None" if actual is None else type(actual).__name__
