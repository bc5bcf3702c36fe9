"""Checks of turning categories into numbers."""

import numpy as np

from common.grading.exercise.expectations import Suspect, expect_array
from common.grading.exercise.oracle import oracle
from common.grading.exercise.specification import Check, ExerciseSpec
from common.i18n import Mistake, Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases
from tests.graded.tabular_prices import PROBES, expect_kept, row_numbers

FROM_ZERO = Mistake(
    "from-zero",
    "rows are counted from zero; 0 is kept for what is unknown",
    "счёт начат с нуля, а ноль отведён неизвестному",
)
UNTIDY = Mistake(
    "untidy",
    "the cells were not tidied: as_categories sees one category in “ Brick” and “brick”",
    "ячейки не приведены в порядок: as_categories видит в « Brick» и «brick» одно и то же",
)
UNKNOWN = Mistake(
    "unknown",
    "what the vocabulary does not know is 0",
    "чего нет в словаре, то 0",
)
COLUMN_ORDER = Mistake(
    "column-order",
    "the columns are in the frame's order; the vocabulary's is asked for",
    "столбцы идут в порядке таблицы, а нужен порядок словаря",
)


@oracle
def numbered(inputs: dict, *, start: int = 1, tidy: bool = True, order=None) -> np.ndarray:
    vocabulary, frame = inputs["vocabulary"], inputs["frame"]
    table = np.zeros((len(inputs["index"]), len(vocabulary)), dtype=np.int64)
    for j, name in enumerate(order or vocabulary):
        for i, cell in enumerate(frame[name]):
            text = "" if cell is None else " ".join(cell.split()).casefold() if tidy else cell
            if text in vocabulary[name]:
                table[i, j] = vocabulary[name].index(text) + start
    return table


@oracle
def mistaken(inputs: dict) -> list[Suspect]:
    """What classic mistakes lead to."""
    frame_order = [name for name in inputs["frame"] if name in inputs["vocabulary"]]
    last = numbered(inputs)
    last[last == 0] = max(map(len, inputs["vocabulary"].values()), default=0) + 1
    return [
        (FROM_ZERO, numbered(inputs, start=0)),
        (UNTIDY, numbered(inputs, tidy=False)),
        (COLUMN_ORDER, numbered(inputs, order=frame_order)),
        (UNKNOWN, last),
        (UNKNOWN, numbered(inputs) - (numbered(inputs) == 0)),
    ]


def judge_categories(inputs: dict, output) -> None:
    suspects = mistaken(inputs)
    expect_array(output["rows"], numbered(inputs), dtype="int32", suspects=suspects)
    expect_kept(output)


def _town(rng, *, gaps: bool = False, default_index: bool = False):
    n = int(rng.integers(6, 12))
    words = ["brick", "panel", "monolith", "wood", "север", "юг", "yurt", "block"]
    columns = [f"column {i}" for i in rng.permutation(3)]
    vocabulary, frame = {}, {}
    for name in columns:
        some = [str(word) for word in rng.permutation(words)]
        known = some[:3] + ([""] if gaps and rng.integers(2) else [])
        vocabulary[name] = [known[i] for i in rng.permutation(len(known))]
        cells = [str(rng.choice(some[:5])) for _ in range(n)]
        ways = (str.upper, str.title, lambda t: f" {t} ", str)
        cells = [ways[rng.integers(4)](cell) for cell in cells]
        cells[0], cells[1] = some[4], f" {known[0].upper()}"
        if gaps:
            cells[int(rng.integers(2, n))] = None
        frame[name] = cells
    frame = {name: frame[name] for name in [*reversed(columns)]}
    frame["area"] = [str(i) for i in range(n)]
    index = list(range(n)) if default_index else row_numbers(rng, n)
    return {"vocabulary": vocabulary, "frame": frame, "index": index}


def _one(rng):
    town = _town(rng, default_index=True)
    name = next(iter(town["vocabulary"]))
    return {**town, "vocabulary": {name: town["vocabulary"][name]}}


def _missing(rng):
    return _town(rng, gaps=True)


def _none(rng):
    town = _town(rng)
    return {**town, "vocabulary": {}}


def _many() -> dict:
    """More categories than a byte can count, and cells from the end of the list."""
    known = [f"street {k}" for k in range(300)]
    cells = ["street 299", "street 127", "street 0", "street 300", "street 255"]
    index = list(range(len(cells)))
    return {"vocabulary": {"street": known}, "frame": {"street": cells}, "index": index}


def _alike() -> dict:
    """Categories that differ in signs alone, and cells that as_categories alone makes tidy."""
    known = ["c", "c++", "1-room", "1 room", "strasse", "two rooms"]
    cells = ["C++", "c", "1 Room", "1-room", "Straße", "two   rooms", "two\u00a0rooms\n", "1room"]
    index = list(range(len(cells)))
    return {"vocabulary": {"kind": known}, "frame": {"kind": cells}, "index": index}


def _all_one_index() -> dict:
    """Rows that are all called the same: who looks them up by that gets each of them many times."""
    town = _town(np.random.default_rng(3))
    return {**town, "index": [7] * len(town["index"])}


def _always(draw, count: int = 3) -> list[dict]:
    """A few towns that are always the same."""
    return [draw(np.random.default_rng(seed)) for seed in range(count)]


_CATEGORIES = f"{PROBES}:categories"
CATEGORIES = ExerciseSpec(
    "tabular.features.CategoryEncoder.transform",
    Text("Categories as whole numbers", "Категории — целые числа"),
    """
    Верните категории таблицы номерами: массив int32 формы (n, число столбцов).

    В `self.vocabulary` для каждого столбца перечислены категории, известные по обучающей выборке,
    например {"house": ["brick", "panel"]}. Столбцы словаря в его порядке — это столбцы ответа;
    номер категории — её место в списке, считая с 1: "brick" — 1, "panel" — 2. Любая другая
    категория — 0. Столбцы таблицы, которых нет в словаре, не учитываются, а сама таблица не
    меняется.

    `as_categories(столбец)` сначала приводит ячейки в порядок: для неё " Brick" и "brick" — одна
    категория, а пустая ячейка — пустой текст, такая же категория, как любая другая. Индекс у её
    ответа тот же, что у столбца, и может быть каким угодно.
    """,
    (
        Text(
            "One column at a time: tidy it, look every cell up, write the numbers into a column of "
            "the answer.",
            "По одному столбцу: привести в порядок, найти номер каждой ячейки, записать номера в "
            "столбец ответа.",
        ),
        Text(
            "Series.map takes a dict and gives NaN for what is not in it: then think of what NaN "
            "should become. enumerate can count from 1. A plain array has no index that could get "
            "in the way.",
            "Series.map берёт словарь и даёт NaN там, где ключа нет: подумайте, чем он должен "
            "стать. enumerate умеет считать с 1. У обычного массива нет индекса, который помешал "
            "бы.",
        ),
    ),
    (
        Check("one", Text("one column", "один столбец"),
              cases(_one, *_always(_one), _many(), _alike()), _CATEGORIES, each(judge_categories)),
        Check("several", Text("several columns, any index", "несколько столбцов, любой индекс"),

              cases(_town, *_always(_town), _all_one_index()), _CATEGORIES, each(judge_categories)),
        Check("missing", Text("missing cells", "пустые ячейки"),
              cases(_missing, *_always(_missing)), _CATEGORIES, each(judge_categories)),
        Check("none", Text("a table without categories", "таблица без категорий"),
              cases(_none, *_always(_none), *_always(_town, 1)), _CATEGORIES,
              each(judge_categories)),
    ),
)  # fmt: skip
