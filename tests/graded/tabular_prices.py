"""Checks of reading prices as people write them."""

import re

import numpy as np

from common.grading.exercise.expectations import (
    IN_PLACE,
    NOTHING,
    expect_array,
    expect_equal,
    expect_error,
    expect_result,
)
from common.grading.exercise.oracle import oracle
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases

PROBES = "tests.graded.tabular_probes"

INDEX_LOST = Mistake(
    "index-lost",
    "the index is not the one that came: messages could no longer name the row in the file",
    "индекс не тот, что пришёл: сообщения уже не смогут назвать строку файла",
)
EMPTY_AS_ZERO = Mistake(
    "empty-as-zero",
    "an empty cell has become a price of zero: what is not known is NaN",
    "пустая ячейка стала нулевой ценой: неизвестное — это NaN",
)
DROPPED = Mistake(
    "rows-dropped",
    "rows have been dropped; an empty cell stays, as NaN",
    "строки пропали; пустая ячейка остаётся и становится NaN",
)
_NUMBER = re.compile(
    r"(?<![\w.])[-+\u2212]?(?:\d++(?:\.\d*+)?(?:[eE][-+]?\d++)?|inf(?:inity)?|\u221e)(?!\w)"
)
_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f,_'](?=\d{3}(?!\d))")
"""What stands between thousands. Of a day and an hour, as in `13 00:00`, comes no number."""
WAYS = (
    lambda n: f"{n:,}".replace(",", " ") + " ₽",
    lambda n: f"{n:,}".replace(",", "\u00a0"),
    lambda n: f"{n} руб.",
    lambda n: f"{n / 1e6:g}".replace(".", ",") + " млн",
    lambda n: f"{n / 1e3:g}".replace(".", ",") + " тыс. ₽",
)


def judge_prices(inputs: dict, output) -> None:
    result = expect_result(output)
    if result.get("type") != "Series":
        what = Text("the answer is no pandas Series", "ответ — не Series из pandas")
        mistake = NOTHING if result.get("type") == "NoneType" else None
        raise Wrong(what, actual=result.get("type"), expected="Series", mistake=mistake)
    expected = spelled(inputs["cells"])
    values, index = result["values"], inputs["index"]
    if len(result["index"]) != len(index):
        what = Text("the number of rows is another", "число строк другое")
        raise Wrong(what, actual=len(result["index"]), expected=len(index), mistake=DROPPED)
    what = Text("the prices must be float64", "цены должны быть float64")
    expect_equal(result["dtype"], "float64", what=what)
    zeros = np.nan_to_num(expected)
    expect_array(values, expected, suspects=[(EMPTY_AS_ZERO, zeros)])
    what = Text("the index is another", "индекс другой")
    expect_equal(result["index"], index, what=what, suspects=[(INDEX_LOST, result["index"])])
    expect_kept(output)


def expect_kept(output: dict) -> None:
    if output["unchanged"] is not True:
        raise Wrong(Text("the input was changed", "входные данные изменились"), mistake=IN_PLACE)


@oracle
def spelled(cells: list) -> np.ndarray:
    """What the cells mean, read back from the few ways in which they were written here."""
    prices = []
    for cell in cells:
        text = "".join((cell or "").split()).replace(",", ".").rstrip("₽")
        words, scale = next(
            (words, scale)
            for words, scale in (("млн", 10**6), ("тыс.", 10**3), ("руб.", 1), ("", 1))
            if text.endswith(words)
        )
        digits = text.removesuffix(words)
        known = digits and digits != "нетданных"
        price = float(digits) * scale if known else np.nan
        prices.append(round(price, 2) if np.isfinite(price) else price)
    return np.array(prices, dtype=np.float64)


def numbers_in(text: str) -> set[float]:
    """The numbers of a message, of any form: -5000, -5e3, -5 000, -5,000.0 ₽."""
    together = _THOUSANDS.sub("", text)
    words = [word for form in (text, together) for word in _NUMBER.findall(form)]
    return {float(word.replace("\u2212", "-").replace("\u221e", "inf")) for word in words}


def expect_only_row(index: list[int], row: int, text: str, *, given: str = "") -> None:
    """Raise Wrong where a message names another row of the column too."""
    others = numbers_in(text) & {*index} - {row}
    if others:
        what = Text("the message names another row too", "в сообщении названа и другая строка")
        raise Wrong(what, actual=text, expected=f"… {row} …", given=given)


def row_numbers(rng, n: int) -> list[int]:
    """Rows of a large file, out of order: no place in a short list could be taken for one."""
    return [int(i) for i in rng.choice(np.arange(1001, 1999), n, replace=False)]


def _price(rng) -> int:
    return int(rng.integers(100, 99_999)) * 1000


def _cells(rng, n: int) -> list:
    return [WAYS[rng.integers(len(WAYS))](_price(rng)) for _ in range(n)]


def _written(rng):
    n = int(rng.integers(6, 12))
    return {"cells": _cells(rng, n), "index": list(range(n)), "name": "цена"}


def _with_gaps(rng):
    n = int(rng.integers(8, 12))
    cells = _cells(rng, n)
    first, second, third = rng.choice(n, 3, replace=False)
    cells[first], cells[second], cells[third] = None, "", "нет данных"
    return {"cells": cells, "index": row_numbers(rng, n), "name": "price"}


def _strangers(rng):
    n = int(rng.integers(8, 12))
    cells = _cells(rng, n)
    first, second, empty = rng.choice(n, 3, replace=False)
    words = ("по запросу", "договорная", "торг", "дорого", "см. описание " * 10)
    for place, word in zip((first, second), rng.choice(words, 2, replace=False), strict=True):
        cells[place] = str(word).strip()
    cells[empty] = None
    return {"cells": cells, "index": row_numbers(rng, n), "name": f"цена {rng.integers(100)}"}


def judge_stranger(inputs: dict, output) -> None:
    words = ("по запросу", "договорная", "торг", "дорого", "см. описание")
    number = next(
        i for i, cell in enumerate(inputs["cells"]) if cell and cell.lower().startswith(words)
    )
    cell, row = inputs["cells"][number][:60], inputs["index"][number]
    given = f"index = {inputs['index']}, cells = {inputs['cells']}"
    what = Text(
        f"row {row} holds {cell!r}, which is no price", f"в строке {row} — {cell!r}, это не цена"
    )
    expect_error(output, "UserError", [inputs["name"], str(row), cell], what=what, given=given)
    expect_only_row(inputs["index"], row, output["text"], given=given)
    if inputs["cells"][number][:61] in output["text"] and len(inputs["cells"][number]) > 60:
        what = Text("a long cell is cut after 60 characters", "длинную ячейку режут на 60 знаках")
        raise Wrong(what, actual=output["text"], given=given)


LONG = "см. описание " * 10


def _column(*cells, name: str = "цена", kind: str | None = None) -> dict:
    """Cells with the numbers of their rows, always the same; the first two are in order."""
    index = [1907 - 11 * i for i in range(len(cells))]
    column = {"cells": list(cells), "index": index, "name": name}
    return column if kind is None else {**column, "kind": kind}


def _hopeless(rng, cells: list, kind: str):
    return {
        "cells": cells,
        "index": row_numbers(rng, len(cells)),
        "name": f"price {rng.integers(99)}",
        "kind": kind,
    }


def _yes_no(rng):
    return _hopeless(rng, [bool(b) for b in rng.integers(0, 2, 3)], "bool")


def _dates(rng):
    return _hopeless(rng, [f"2024-05-{d:02d}" for d in rng.integers(1, 28, 3)], "datetime64[us]")


def _empty(rng):
    return _hopeless(rng, [None, "", "нет данных", ""][: int(rng.integers(1, 5))], "")


def judge_hopeless(inputs: dict, output) -> None:
    if "kind" not in inputs:  # who refuses every column has not looked at any
        judge_prices(inputs, output)
        return
    what = Text("there are no prices in this column", "в этом столбце нет цен")
    guilty = [str(inputs[side][0]) for side in ("index", "cells")] if inputs["kind"] else []
    words = [inputs["name"], *guilty]
    expect_error(output, "UserError", words, what=what)
    if guilty:
        expect_only_row(inputs["index"], inputs["index"][0], output["text"])


PRICED = _column("5000", None, "12,5 млн")
STRANGERS = (
    _column("5000", LONG.strip(), "7000"),
    _column("5000", "торг", LONG.strip()),
    _column("0", "7000", "по запросу"),
    _column("7e15", None, "дорого", "торг"),
    _column("договорная"),
    _column("5000", "По Запросу"),
    _column("5000", "торг") | {"index": [2, 0]},
)
IMPOSSIBLE = _column("0", None, "-5 000 000", "7e15", "inf", "0 ₽")
"""What no flat costs is a number all the same."""

_PRICES = f"{PROBES}:parse_prices"
PARSE_PRICES = ExerciseSpec(
    "tabular.data.parse_prices",
    Text("Prices as people write them", "Цены, как их пишут люди"),
    """
    Верните столбец цен как float64, с NaN там, где ячейка пуста.

    Индекс остаётся как есть: в нём номера строк файла, о которых говорят сообщения.

    `parse_numbers` (из common.tables) читает «12,5 млн», «$1,250,000» и тому подобное, а для пустой
    ячейки и для того, что не число, одинаково даёт NaN. `not_numbers(texts, numbers)` возвращает
    ячейки, в которых что-то есть, но это не число, с тем индексом, который у них в `texts`.

    Поднимите UserError, где назван столбец (`texts.name`), а если виновата ячейка — то и строка (её
    индекс, и никакая другая), и что в ячейке. В таком порядке:

    - в столбце даты или «истина/ложь»: назовите первую ячейку;
    - в ячейке то, что не число, например «по запросу»: назовите первую такую ячейку, от длинного
      текста — первые 60 знаков;
    - чисел нет вообще.

    Цену, какой не бывает, например 0 или 7e15, верните как есть: о ней спросит `check_prices`.
    """,
    (
        Text(
            "Both helpers do the reading. What is left to you is to ask three questions about what "
            "they give, in the order of the statement.",
            "Читают за вас обе вспомогательные функции. Вам остаётся задать три вопроса к тому, "
            "что они вернули, в порядке из задания.",
        ),
        Text(
            "The row in a message is a label of the index and not a place: series.index[0] and "
            "series.iloc[0] of the guilty cells. The first question is about texts.dtype: "
            "pd.api.types has functions for it.",
            "Строка в сообщении — это метка индекса, а не место: у виноватых ячеек есть "
            "series.index[0] и series.iloc[0]. Первый вопрос — о texts.dtype: для него в "
            "pd.api.types есть функции.",
        ),
    ),
    (
        Check("written", Text("all ways of writing", "все способы записи"),
              cases(_written, _column("1 000", "12,5 млн", "900 тыс. ₽", "7000000 руб."),
                    _column("1250,75 ₽", "999,5 руб.", "0,25")), _PRICES,
              each(judge_prices)),
        Check("gaps", Text("empty cells, rows with numbers", "пустые ячейки, номера строк"),
              cases(_with_gaps, _column(None, "5000", ""), _column("0", None), IMPOSSIBLE),
              _PRICES, each(judge_prices)),
        Check("strangers", Text("what is no price is named", "что не цена, то названо"),
              cases(_strangers, *STRANGERS), _PRICES, each(judge_stranger)),
        Check("yes-no", Text("a column of yes and no", "столбец из «да» и «нет»"),
              cases(_yes_no, _column(True, False, kind="bool"), _column(False, kind="bool"),
                    PRICED), _PRICES, each(judge_hopeless)),
        Check("dates", Text("a column of dates", "столбец дат"),
              cases(_dates, _column("2024-05-01", "2023-04-02", kind="datetime64[ns]"), PRICED),
              _PRICES, each(judge_hopeless)),
        Check("empty", Text("a column without any price", "столбец без единой цены"),
              cases(_empty, _column(None, kind=""), _column("", "нет данных", kind=""), PRICED),
              _PRICES, each(judge_hopeless)),
    ),
)  # fmt: skip
