"""What judges are written with: compare an answer with the expected one, and say how it differs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from common.grading.checks import Wrong
from common.grading.tolerance import close
from common.grading.words import Mistake, Text

Suspect = tuple[Mistake, Any]
"""A classic mistake, and the answer that it leads to."""

NOTHING = Mistake(
    "returns-nothing",
    "the function returns None: is the `return` missing?",
    "функция возвращает None: не забыт ли `return`?",
)
DETACHED = Mistake(
    "detached",
    "the result has no gradient: .item(), .detach(), NumPy or torch.tensor(…) cut it off",
    "у результата нет градиента: его обрывают .item(), .detach(), NumPy и torch.tensor(…)",
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


def expect_array(
    came: Any,
    expected: Any,
    *,
    what: Text = VALUE,
    dtype: str | None = None,
    suspects: Sequence[Suspect] = (),
    scale: float = 0.0,
) -> None:
    """Raise Wrong unless `came` is an array of the expected shape and values (see `tolerance`).

    dtype: the type that the answer must have; without it, any float for floats, any integer for
    integers.
    scale: the size of what is added up on the way to the values, where that may cancel.
    """
    expected = np.asarray(expected)
    if not isinstance(came, np.ndarray):
        mistake = NOTHING if came is None else None
        wanted = f"{dtype or expected.dtype} {expected.shape}"
        text = Text("the answer is no array", "ответ — не массив")
        raise Wrong(text, came=type(came).__name__, expected=wanted, mistake=mistake)
    if came.shape != expected.shape:
        text = Text("the shape is not right", "форма неверная")
        pair = came.ndim == expected.ndim + 1 and came.shape[:1] * 2 == came.shape[:2]
        mistake = _found(came, expected, suspects) or (BROADCAST if pair else None)
        raise Wrong(text, came=str(came.shape), expected=str(expected.shape), mistake=mistake)
    kinds = "iu" if expected.dtype.kind in "iu" else expected.dtype.kind
    if (came.dtype.name != dtype) if dtype else (came.dtype.kind not in kinds):
        text = Text("the type of the numbers is not right", "тип чисел неверный")
        raise Wrong(text, came=came.dtype.name, expected=dtype or expected.dtype.name)
    right = close(came, expected, scale=scale)
    if not right.all():
        raise _differs(what, came, expected, right, _found(came, expected, suspects))


def expect_number(
    came: Any, expected: float, *, what: Text = VALUE, suspects: Sequence[Suspect] = ()
) -> None:
    """Raise Wrong unless `came` is a plain number, an int or a float, close to the expected one."""
    if type(came) not in (int, float):
        mistake = NOTHING if came is None else None
        text = Text("the answer is no plain number", "ответ — не обычное число")
        raise Wrong(text, came=_kind(came), expected="float", mistake=mistake)
    if not close(np.float64(came), np.float64(expected), dtype="float32").all():
        suspected = _found(np.float64(came), expected, suspects)
        raise Wrong(what, came=float(came), expected=float(expected), mistake=suspected)


def expect_equal(
    came: Any,
    expected: Any,
    *,
    what: Text = VALUE,
    suspects: Sequence[Suspect] = (),
    given: str = "",
) -> None:
    """Raise Wrong unless plain data without arrays are the same, in value and in type."""
    if not _same(came, expected):
        mistakes = [mistake for mistake, answer in suspects if _same(came, answer)]
        mistake = NOTHING if came is None else mistakes[0] if mistakes else None
        shown = came if came is not None else "None"
        raise Wrong(what, came=shown, expected=expected, mistake=mistake, given=given)


def _same(came: Any, expected: Any) -> bool:
    """Whether plain data are the same all the way down; 1, 1.0 and True are three things."""
    if type(came) is not type(expected):
        return False
    if isinstance(expected, list):
        return len(came) == len(expected) and all(map(_same, came, expected))
    if isinstance(expected, dict):
        return came.keys() == expected.keys() and all(_same(came[k], expected[k]) for k in came)
    return came == expected


def expect_unchanged(after: Any, before: Any, name: str) -> None:
    """Raise Wrong if an input came out of the call other than it went in."""
    if not (isinstance(after, np.ndarray) and np.array_equal(after, before, equal_nan=True)):
        what = Text(f"the input {name} was changed", f"вход {name} изменился")
        raise Wrong(what, came=after, expected=before, mistake=IN_PLACE)


def expect_tensor(
    came: Any,
    expected: Any,
    *,
    what: Text = VALUE,
    dtype: str = "float32",
    graph: bool = True,
    suspects: Sequence[Suspect] = (),
    scale: float = 0.0,
) -> None:
    """Raise Wrong unless `came`, from `plain.described`, is a tensor as expected, with a graph.

    scale: as for `expect_array`.
    """
    if not isinstance(came, dict) or set(came) != {"values", "dtype", "graph"}:
        mistake = NOTHING if came is None else None
        text = Text("the answer is no tensor", "ответ — не тензор")
        raise Wrong(text, came=_kind(came), expected=f"tensor {dtype}", mistake=mistake)
    if graph and came["graph"] is not True:
        text = Text("nothing can be learned from the answer", "по такому ответу нельзя учиться")
        sides = {"came": "requires_grad=False", "expected": "requires_grad=True"}
        raise Wrong(text, **sides, mistake=DETACHED)
    if came["dtype"] != dtype:
        text = Text("the type of the numbers is not right", "тип чисел неверный")
        raise Wrong(text, came=str(came["dtype"]), expected=dtype)
    expect_array(came["values"], expected, what=what, suspects=suspects, scale=scale)


def expect_error(
    came: Any, kind: str, words: Sequence[str], *, what: Text, given: str = ""
) -> None:
    """Raise Wrong unless an `attempt` ended in an error of this kind that names all the words."""
    if not isinstance(came, dict) or "error" not in came:
        shown = "no error" if isinstance(came, dict) else _kind(came)
        raise Wrong(what, came=shown, expected=kind, given=given)
    if kind not in came["error"]:
        text = Text("another kind of error came", "пришла ошибка другого вида")
        said = f"{came['error'][0]}: {came['text']}"
        raise Wrong(text, came=said, expected=kind, given=given)
    for word in words:
        if word not in came["text"]:
            text = Text("the message does not name everything", "в сообщении названо не всё")
            raise Wrong(text, came=str(came["text"]), expected=f"… {word} …", given=given)


def expect_result(came: Any, *, given: str = "") -> Any:
    """Return the result of an `attempt`; raise Wrong if it ended in an error."""
    if not isinstance(came, dict) or "result" not in came:
        text = Text("an error came where none is due", "ошибка там, где её быть не должно")
        said = f"{came['error'][0]}: {came['text']}" if isinstance(came, dict) else _kind(came)
        raise Wrong(text, came=said, given=given)
    return came["result"]


def _differs(
    what: Text, came: np.ndarray, expected: np.ndarray, right: np.ndarray, mistake: Mistake | None
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
    return Wrong(what, came=came[index].item(), expected=expected[index].item(), mistake=mistake)


def _found(came: np.ndarray, expected: Any, suspects: Sequence[Suspect]) -> Mistake | None:
    """The mistake whose answer this looks like; one that leads to the right answer here is none."""
    for mistake, answer in suspects:
        answer = np.asarray(answer)
        alike = answer.shape == came.shape and close(came, answer, dtype="float32").all()
        if alike and not np.array_equal(answer, expected):
            return mistake
    return None


def _kind(came: Any) -> str:
    if isinstance(came, dict) and set(came) == {"values", "dtype", "graph"}:
        return f"tensor {came['dtype']} {came['values'].shape}"
    if isinstance(came, np.ndarray):
        return f"{came.dtype} array {came.shape}"
    return "None" if came is None else type(came).__name__
