"""Checks of refusing prices that cannot be, and of the price that a message names."""

import math

import numpy as np

from common.grading.exercise.expectations import expect_error, expect_result
from common.grading.exercise.oracle import oracle
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases
from tests.graded.tabular_prices import PROBES, expect_kept, numbers_in, row_numbers

LOW, HIGH = (0.0, -5_000_000.0, -12.0, -3e15, -np.inf), (2e15, 7e15, 4e16, np.inf)


def judge_limits(inputs: dict, output) -> None:
    prices, index = inputs["prices"], inputs["index"]
    guilty = impossible(prices)
    given = f"index = {index}, prices = {prices.tolist()}"
    if not guilty:
        expect_result(output, given=given)
        expect_kept(output)
        return
    row, price = index[guilty[0]], float(prices[guilty[0]])
    what = Text(
        f"row {row} holds {price:g}, which no flat costs",
        f"в строке {row} — {price:g}, столько квартира не стоит",
    )
    expect_error(output, "UserError", [inputs["name"]], what=what, given=given)
    expect_kept(output)
    named = numbers_in(output["text"])
    if row not in named:
        what = Text("the message does not name the row", "в сообщении не названа строка")
        raise Wrong(what, actual=output["text"], expected=f"… {row} …", given=given)
    if not _holds(named, price):
        what = Text("the message does not name the price", "в сообщении не названа цена")
        raise Wrong(what, actual=output["text"], expected=f"… {price:g} …", given=given)
    for other in guilty[1:]:
        # A message may say that a price is above 0, or end with a limit.
        named_too = prices[other] not in (0, price) and _holds(named, float(prices[other]))
        if index[other] in named or named_too:
            what = Text("the message names another price too", "в сообщении названа и другая цена")
            raise Wrong(what, actual=output["text"], expected=f"… {row} … {price:g} …", given=given)


def _holds(named: set[float], price: float) -> bool:
    return any(math.isclose(number, price, rel_tol=1e-5) for number in named)


@oracle
def impossible(prices: np.ndarray) -> list[int]:
    """The places of prices that cannot be, one after the other."""
    return [i for i, price in enumerate(prices.tolist()) if price < 1e-6 or price > 1e15]


def _column(*prices: float, name: str = "цена") -> dict:
    index = [1907 - 11 * i for i in range(len(prices))]
    return {"prices": np.array(prices, np.float64), "index": index, "name": name}


def _possible(rng) -> dict:
    n = int(rng.integers(6, 10))
    prices = rng.integers(100, 99_999, n) * 1000.0
    prices[:3] = rng.permutation([1e-6, 1e15, np.nan])
    return {"prices": prices, "index": row_numbers(rng, n), "name": "price"}


def _with(rng, *kinds: tuple[float, ...]) -> dict:
    """Prices of which some cannot be, all different, after the lowest and the highest that can."""
    inputs = _possible(rng)
    places = sorted(rng.choice(np.arange(3, len(inputs["prices"])), len(kinds), replace=False))
    for place, kind in zip(places, kinds, strict=True):
        inputs["prices"][place] = rng.choice([p for p in kind if p not in inputs["prices"]])
    return inputs


def _low(rng):
    return _with(rng, LOW) if rng.integers(2) else _possible(rng)


def _high(rng):
    return _with(rng, HIGH) if rng.integers(2) else _possible(rng)


def _many(rng):
    kinds = [(LOW, HIGH), (HIGH, LOW), (LOW, LOW), (HIGH, HIGH), (LOW, HIGH, LOW)]
    return _with(rng, *kinds[int(rng.integers(len(kinds)))])


NAN = float("nan")
POSSIBLE = (
    _column(1e-6, 1e15, NAN),
    _column(NAN, 7e6),
    _column(5e6),
    _column(NAN, NAN),
    _column(np.nextafter(1e-6, 1), np.nextafter(1e15, 0)),
)
FIRST_ROW = _column(-5123, 5e6, 7e15) | {"index": [0, 1, 2]}
"""A row may be called 0."""

_LIMITS = f"{PROBES}:check_prices"
CHECK_PRICES = ExerciseSpec(
    "tabular.data.check_prices",
    Text("Prices that cannot be", "Цены, каких не бывает"),
    """
    Откажитесь от столбца, в котором есть невозможная цена; если возможны все, не возвращайте
    ничего.

    price: float64, NaN там, где ячейка пуста; индекс — номера строк файла. Это то, что возвращает
    `parse_prices`. Сам столбец не меняйте.

    Цена бывает от LOWEST_PRICE до HIGHEST_PRICE включительно. Бесконечность за этими пределами, а
    NaN — это не цена, он остаётся.

    Поднимите UserError о первой невозможной цене. В сообщении названы столбец (`price.name`),
    строка (её индекс) и сама цена — числом в любой записи: -5000, -5e3 и -5 000 одинаково верны.
    Других строк и других цен столбца в сообщении нет.
    """,
    (
        Text(
            "A comparison of a whole column gives a column of true and false, and such a column "
            "picks its rows. What does a comparison with NaN say?",
            "Сравнение всего столбца даёт столбец из «истина/ложь», а такой столбец выбирает свои "
            "строки. Что говорит сравнение с NaN?",
        ),
        Text(
            "price[... | ...] are the guilty ones: .index[0] is the row of the first and .iloc[0] "
            "the price. With ~price.between(...) NaN would be guilty too.",
            "price[(…) | (…)] — виноватые: у первой строка — .index[0], а цена — .iloc[0]. Для "
            "~price.between(…) виноватым оказался бы и NaN.",
        ),
    ),
    (
        Check("too-low", Text("no flat costs so little", "так мало не стоит ни одна квартира"),
              cases(_low, *POSSIBLE, *(_column(1000, NAN, p) for p in LOW), _column(1, 9e-7),
                    _column(7, -5123), _column(1, np.nextafter(1e-6, 0))),
              _LIMITS, each(judge_limits)),
        Check("too-high", Text("no flat costs so much", "так много не стоит ни одна квартира"),
              cases(_high, *POSSIBLE, *(_column(NAN, 1000, p) for p in HIGH), _column(1, 1.1e15),
                    _column(1, 1.2345e15), _column(1, np.nextafter(1e15, np.inf))),
              _LIMITS, each(judge_limits)),
        Check("first", Text("the first of several is named", "из нескольких названа первая"),
              cases(_many, *POSSIBLE, _column(0, 7e15), _column(NAN, -5e6, -np.inf),
                    _column(7e15, 0), _column(2e15, 1, np.inf), _column(-12, -5e6, 0),
                    _column(np.inf, 1, 7e15), FIRST_ROW), _LIMITS,
              each(judge_limits)),
    ),
)  # fmt: skip
