"""Checks of padding a batch of texts of different lengths."""

import numpy as np

from common.grading.exercise.expectations import (
    NOTHING,
    Suspect,
    expect_array,
    expect_unchanged,
)
from common.grading.exercise.oracle import oracle
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases

PROBES = "tests.graded.text_probes"

LEFT = Mistake(
    "padded-before",
    "the zeros stand before the text; they belong behind its end",
    "нули стоят перед текстом, а должны — после его конца",
)
TRANSPOSED = Mistake(
    "transposed",
    "a text is a column here; it should be a row",
    "текст здесь — столбец, а должен быть строкой",
)
LAST_ONES = Mistake(
    "last-values",
    "of a long text the last values were taken, not the first",
    "от длинного текста взяты последние значения, а не первые",
)
TEXT_LOST = Mistake(
    "text-lost",
    "texts without values have lost their rows: `count` says how many rows there are",
    "тексты без значений потеряли строки: сколько всего строк, сказано в `count`",
)
TOO_WIDE = Mistake(
    "too-wide",
    "the table is wider than the longest text",
    "таблица шире самого длинного текста",
)
UNCUT = Mistake("uncut", "`most` is not heeded", "`most` не учтено")
NO_COLUMN = Mistake(
    "no-column",
    "where all texts are empty the table still has one column",
    "если все тексты пусты, один столбец в таблице всё же есть",
)
MIXED = Mistake(
    "mixed",
    "values stand in the row of another text: which one each is of, `text` says",
    "значения стоят в строке чужого текста: чьё каждое, сказано в `text`",
)


def _lists(inputs: dict) -> list[list]:
    """The values of each text, one at a time."""
    lists: list[list] = [[] for _ in range(inputs["count"])]
    for value, text in zip(inputs["values"].tolist(), inputs["text"].tolist(), strict=True):
        lists[text].append(value)
    return lists


def _table(rows: list[list], dtype, *, width: int | None = None, left: bool = False) -> np.ndarray:
    if width is None:
        width = max(1, *(len(row) for row in rows))
    table = np.zeros((len(rows), width), dtype)
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            table[i, width - len(row) + j if left else j] = value
    return table


@oracle
def tables(inputs: dict) -> tuple[np.ndarray, list[Suspect]]:
    """The right table, and those that classic mistakes lead to."""
    rows, most, dtype = _lists(inputs), inputs["most"], inputs["values"].dtype
    first = [row[:most] for row in rows]
    expected = _table(first, dtype)
    flat = [value for row in first for value in row]
    longest = expected.shape[1]
    run_on = [flat[i * longest : (i + 1) * longest] for i in range(len(rows))]
    return expected, [
        (NO_COLUMN, expected[:, :0]),
        (UNCUT, _table(rows, dtype)),
        (LEFT, _table(first, dtype, left=True)),
        (LAST_ONES, _table([row[-most:] if most else row for row in rows], dtype)),
        (TRANSPOSED, expected.T),
        (TEXT_LOST, expected[[i for i, row in enumerate(rows) if row]]),
        (TEXT_LOST, expected[: 1 + max((i for i, row in enumerate(rows) if row), default=0)]),
        (TOO_WIDE, _table(first, dtype, width=longest + 1)),
        (TOO_WIDE, _table(first, dtype, width=max(longest, most or 0))),
        (TOO_WIDE, _table(first, dtype, width=max(1, *map(len, rows)))),
        (MIXED, _table(run_on, dtype, width=longest)),
    ]


def judge_table(inputs: dict, output) -> None:
    expected, suspects = tables(inputs)
    if isinstance(output["table"], str):
        what = Text("the answer is no NumPy array", "ответ — не массив NumPy")
        mistake = NOTHING if output["table"] == "NoneType" else None
        raise Wrong(what, actual=output["table"], expected="ndarray", mistake=mistake)
    expect_array(output["table"], expected, dtype=expected.dtype.name, suspects=suspects)
    for name in ("values", "text"):
        expect_unchanged(output[name], inputs[name], name)


def _texts(rng, lengths: list[int], *, dtype: str = "int64", most: int | None = None) -> dict:
    """Values of texts of these lengths; zeros and negative ones are values like others."""
    n = sum(lengths)
    values = np.round(rng.normal(0, 20, n), 3) if dtype.startswith("float") else (
        rng.integers(-9, 99, n)
    )  # fmt: skip
    values[rng.random(n) < 0.15] = 0
    text = np.repeat(np.arange(len(lengths)), lengths)
    return {"values": values.astype(dtype), "text": text, "count": len(lengths), "most": most}


def _large() -> dict:
    """Whole numbers that no float holds: a table of another type on the way loses them."""
    inputs = _fixed([3, 1])
    return inputs | {"values": np.array([2**24 + 1, -(2**24) - 1, 2**53 + 1, -(2**53) - 1])}


def _lengths(rng, count: int, longest: int) -> list[int]:
    lengths = rng.integers(1, longest, count)
    lengths[rng.integers(count)] = longest
    return lengths.tolist()


def _plain(rng):
    return _texts(rng, _lengths(rng, int(rng.integers(3, 6)), int(rng.integers(6, 9))))


def _square(rng):
    """As many texts as the longest has values: a table that lies on its side has the same shape."""
    n = int(rng.integers(4, 7))
    return _texts(rng, _lengths(rng, n, n), dtype="int32")


def _gaps(rng):
    lengths = _lengths(rng, 4, 5)
    place = int(rng.integers(1, 4))
    return _texts(rng, [0, *lengths[:place], 0, *lengths[place:], 0, 0], dtype="int32")


def _cut(rng):
    return _texts(rng, [0, *_lengths(rng, 5, 9), 8], most=int(rng.integers(3, 6)))


def _roomy(rng):
    longest = int(rng.integers(3, 6))
    return _texts(rng, _lengths(rng, 4, longest), most=longest + int(rng.integers(1, 5)))


def _floats(rng):
    return _texts(rng, _lengths(rng, 4, 6), dtype="float32")


def _nothing(rng):
    return _texts(rng, [0] * int(rng.integers(2, 40)), most=int(rng.integers(1, 40)))


def _fixed(lengths: list[int], *, dtype: str = "int64", most: int | None = None) -> dict:
    values = np.arange(7, 7 + sum(lengths)).astype(dtype)
    values[:1] = -1  # a number like any other, though some fill tables with it
    text = np.repeat(np.arange(len(lengths)), lengths)
    return {"values": values, "text": text, "count": len(lengths), "most": most}


def _of_type(dtype: str) -> dict:
    """Values that are 0 or 1, or no numbers at all, of any type."""
    inputs = _fixed([3, 0, 2])
    bits = [1, 0, 1, 1, 0]
    values = [1.5, np.nan, np.inf, -np.inf, 2.5] if dtype.startswith("float") else bits
    return inputs | {"values": np.array(values, dtype)}


_PADDED = f"{PROBES}:padded"
PAD = ExerciseSpec(
    "text.padding.pad",
    Text("Padding a batch", "Батч с заполнением (padding)"),
    """
    Разложите значения нескольких текстов в таблицу: строка на текст, после его конца — нули.

    values: (n,) числа: сначала первого текста, затем второго и так далее.
    text: (n,) чьё это значение, номера текстов по возрастанию, начиная с 0.
    count: сколько всего текстов. У любого может не быть ни одного значения, у последних тоже.
    most: от каждого текста берутся только его первые most значений, 1 или больше; None берёт все.

    Верните (count, longest), того же dtype, что и values. longest — число взятых значений у
    текста, у которого их больше всех, но не меньше 1: сети надо на что-то смотреть, даже если все
    тексты пусты.

    Например, values = [7, 8, 9, 5], text = [0, 0, 0, 2], count = 3 дают три строки: [7, 8, 9],
    [0, 0, 0] и [5, 0, 0], а с most = 2 — [7, 8], [0, 0] и [5, 0].
    """,
    (
        Text(
            "How long is each text? np.bincount counts that, and can be told of texts that have "
            "nothing. The rest is a table of zeros into which values are put.",
            "Какой длины каждый текст? Это сосчитает np.bincount, и ему можно сказать о текстах, в "
            "которых ничего нет. Остальное — таблица нулей, куда кладут значения.",
        ),
        Text(
            "Draw the table and mark the cells that are not padding: column j of row i is taken "
            "where j is less than the length of text i. Assigning through a mask fills its cells "
            "row by row. A loop over texts is right too.",
            "Нарисуйте таблицу и отметьте клетки без заполнения: столбец j строки i занят, если j "
            "меньше длины текста i. Присваивание по маске заполняет её клетки строка за строкой. "
            "Годится и цикл по текстам.",
        ),
    ),
    (
        Check("plain", Text("texts of different lengths", "тексты разной длины"),
              cases(_plain, _fixed([3, 0, 1]), _fixed([1]), _large(), _of_type("bool"),
                    _of_type("uint8"), _fixed([2, 300])), _PADDED, each(judge_table)),
        Check("square", Text("as many texts as columns", "текстов столько же, сколько столбцов"),
              cases(_square, _fixed([1, 3, 2], dtype="int32")), _PADDED, each(judge_table)),
        Check("gaps", Text("texts without any value", "тексты без единого значения"),
              cases(_gaps, _fixed([0, 2, 0, 0], dtype="int32"), _fixed([1, *[0] * 298, 2])),
              _PADDED, each(judge_table)),
        Check("most", Text("long texts are cut", "длинные тексты обрезаны"),
              cases(_cut, _fixed([5, 3, 0, 4], most=3), _fixed([2, 4], most=1)), _PADDED,
              each(judge_table)),
        Check("roomy", Text("nothing is as long as `most`", "до `most` никто не дотянул"),
              cases(_roomy, _fixed([2, 3], most=9), _fixed([3, 3], most=3)), _PADDED,
              each(judge_table)),
        Check("floats", Text("weights in float32", "веса во float32"),
              cases(_floats, _fixed([2, 4], dtype="float32"), _of_type("float32")), _PADDED,
              each(judge_table)),
        Check("nothing", Text("all texts are empty", "все тексты пусты"),
              cases(_nothing, _fixed([0, 0], most=3), _fixed([0, 0, 0]), _fixed([0, 2])), _PADDED,
              each(judge_table)),
    ),
)  # fmt: skip
