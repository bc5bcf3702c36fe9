"""Checks of two exercises: sharing out rows, and choosing a device."""

import math
from fractions import Fraction

import numpy as np

from common.grading.checks import Check, Graded, Wrong
from common.grading.expect import NOTHING, expect_equal, expect_error, expect_result
from common.grading.words import Mistake, Text

PROBES = "tests.graded.common_probes"

UNSHUFFLED = Mistake(
    "not-shuffled",
    "the rows were not shuffled: a file sorted by price would give a test part of dear flats only",
    "строки не перемешаны: в файле, отсортированном по цене, в тест попали бы одни дорогие квартиры",
)
TRUNCATED = Mistake(
    "truncated",
    "a cut is rounded down: int() is not round()",
    "граница округлена вниз: int() — это не round()",
)
ROUNDED_APART = Mistake(
    "rounded-apart",
    "each share was rounded by itself, so the cuts drift and rows get lost; round where the parts "
    "end, not how long they are",
    "каждая доля округлена отдельно, поэтому границы съезжают и строки теряются; округлять надо "
    "концы частей, а не их длины",
)
OTHER_CHANCE = Mistake(
    "other-generator",
    "the order does not come from the generator that was given: then a seed promises nothing",
    "порядок взят не из переданного генератора: тогда seed ничего не гарантирует",
)
SWAPPED = Mistake(
    "swapped",
    "validation and test have changed places",
    "валидация и тест поменялись местами",
)
SORTED = Mistake(
    "sorted",
    "the parts came sorted; they are asked for in the order of the permutation",
    "части отсортированы, а нужны в том порядке, в каком их дала перестановка",
)
LEFT_OVER = Mistake(
    "left-over",
    "without a test part its rows belong to validation: the second cut is at the very end",
    "если теста нет, вторая граница — в самом конце: остаток достаётся валидации",
)


def _exact_ends(n: int, fractions: list[float]) -> list[int]:
    """The two cuts, with the products as float64 has them and Python's rounding to even."""
    heights = [n * fractions[0], n * (fractions[0] + fractions[1])]
    cuts = [math.floor(Fraction(height) + Fraction(1, 2)) for height in heights]
    ties = [Fraction(height) % 1 == Fraction(1, 2) for height in heights]
    cuts = [cut - (tie and cut % 2) for cut, tie in zip(cuts, ties, strict=True)]
    return cuts if fractions[2] else [cuts[0], n]


def _cut(order: np.ndarray, first: int, second: int) -> list[np.ndarray]:
    return [order[:first], order[first:second], order[second:]]


def _suspects(inputs: dict) -> list[tuple[Mistake, list[np.ndarray]]]:
    n, fractions = inputs["n"], inputs["fractions"]
    order = np.random.default_rng(inputs["seed"]).permutation(n)
    first, second = _exact_ends(n, fractions)
    lengths = [round(n * share) for share in fractions]
    apart = np.cumsum(lengths)[:2]
    good = _cut(order, first, second)
    return [
        (SWAPPED, [good[0], good[2], good[1]]),
        (SORTED, [np.sort(part) for part in good]),
        (UNSHUFFLED, _cut(np.arange(n), first, second)),
        (TRUNCATED, _cut(order, int(n * fractions[0]), int(n * sum(fractions[:2])))),
        (ROUNDED_APART, _cut(order, *apart)),
        (ROUNDED_APART, [part[: lengths[i]] for i, part in enumerate(_cut(order, *apart))]),
        (LEFT_OVER, _cut(order, first, round(n * sum(fractions[:2])))),
    ]


def judge_parts(inputs: dict, output) -> None:
    n, seed = inputs["n"], inputs["seed"]
    if type(output) is not list or len(output) != 3:
        what = Text("three parts are asked for", "нужны три части")
        came = "None" if output is None else output
        raise Wrong(what, came=came, mistake=NOTHING if output is None else None)
    for part in output:
        if not isinstance(part, np.ndarray) or part.ndim != 1 or part.dtype.kind not in "iu":
            if isinstance(part, np.ndarray) and part.size == 0:
                continue
            what = Text(
                "each part is an array of row numbers", "каждая часть — массив номеров строк"
            )
            raise Wrong(what, came=part, expected="int64 (…,)")
    order = np.random.default_rng(seed).permutation(n)
    expected = _cut(order, *_exact_ends(n, inputs["fractions"]))
    if _same(output, expected):
        return
    mistakes = [mistake for mistake, parts in _suspects(inputs) if _same(output, parts)]
    sizes = [len(part) for part in output]
    right = [len(part) for part in expected]
    rows = np.concatenate(output).astype(np.int64)
    if not np.array_equal(np.sort(rows), np.arange(n)):
        what = Text(
            "each row belongs to one part, and to one only",
            "каждая строка должна быть ровно в одной части",
        )
        missing = np.setdiff1d(np.arange(n), rows)
        came = f"{sizes}; rows in no part: {len(missing)}"
        raise Wrong(what, came=came, expected=right, mistake=_first(mistakes))
    if sizes != right:
        what = Text("the parts have other sizes", "размеры частей не те")
        raise Wrong(what, came=sizes, expected=right, mistake=_first(mistakes))
    what = Text("the parts hold other rows", "в частях не те строки")
    mistake = _first(mistakes) or OTHER_CHANCE
    raise Wrong(what, came=output, expected=expected, mistake=mistake)


def _same(parts: list, others: list) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(parts, others, strict=True))


def _first(mistakes: list[Mistake]) -> Mistake | None:
    return mistakes[0] if mistakes else None


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(1, 2**31))


def _usual(rng):
    n = 10 * int(rng.integers(3, 30))
    return {"n": n, "fractions": [0.7, 0.2, 0.1], "seed": _seed(rng)}


def _odd(rng):
    """Sizes at which rounding each share alone loses a row, and cutting off is one too few."""
    while True:
        n = int(rng.integers(11, 400))
        percent = rng.integers(5, 40, 2)
        shares = [(100 - int(percent.sum())) / 100, *(int(p) / 100 for p in percent)]
        apart = np.cumsum([round(n * share) for share in shares])
        ends = _exact_ends(n, shares)
        if apart[2] != n and ends != [int(n * shares[0]), int(n * sum(shares[:2]))]:
            return {"n": n, "fractions": shares, "seed": _seed(rng)}


def _two(rng):
    """Thirds with a rounding: 33.33 and 66.66 per cent, which the library lets pass."""
    n = int(rng.integers(15_000, 30_000))
    return {"n": n, "fractions": [0.3333, 0.6666, 0.0], "seed": _seed(rng)}


def _tiny(rng):
    n = int(rng.choice([1, 2, 3, 5]))
    return {"n": n, "fractions": [0.6, 0.2, 0.2], "seed": _seed(rng)}


_PARTS = f"{PROBES}:random_parts"
RANDOM_PARTS = Graded(
    "common.splits.random_parts",
    Text("Splitting 70/20/10", "Деление 70/20/10"),
    """
    Разделите n строк случайным образом: верните номера строк для обучения, валидации и теста,
    список из трёх массивов.

    fractions: три доли, например (0.7, 0.2, 0.1). В сумме они дают единицу с точностью до
    округления.
    generator: источник всей случайности: вызовите `generator.permutation(n)`, ровно один раз.

    Перестановку разрезают в двух местах, куски возвращают по порядку и в том виде, в каком они
    есть. Первый разрез — после `round(n · train)` строк, второй — после
    `round(n · (train + valid))`. Если доля теста равна нулю, теста нет: второй разрез — в самом
    конце, а третий кусок — пустой массив. Каждая строка от 0 до n − 1 попадает ровно в одну
    часть.
    """,
    (
        Text(
            "Think of a shuffled deck of cards that you cut twice. Where do you cut, counted from "
            "the top?",
            "Представьте перетасованную колоду, которую разрезают дважды. На какой по счёту карте, "
            "считая сверху, проходят разрезы?",
        ),
        Text(
            "Slices of one array never overlap and never leave a gap, if one begins where the "
            "other ends. So work out two whole numbers first, and treat a test share of zero as a "
            "case of its own.",
            "Срезы одного массива не пересекаются и не оставляют дыр, если один начинается там, "
            "где кончается другой. Сначала найдите два целых числа, а нулевую долю теста "
            "рассмотрите отдельно.",
        ),
    ),
    (
        Check(
            "usual",
            Text("70/20/10 of round numbers of rows", "70/20/10 при круглом числе строк"),
            _usual,
            _PARTS,
            judge_parts,
        ),
        Check(
            "odd",
            Text(
                "any shares and numbers: no row is lost", "любые доли и числа: строки не теряются"
            ),
            _odd,
            _PARTS,
            judge_parts,
        ),
        Check("two", Text("two parts, no test", "две части, без теста"), _two, _PARTS, judge_parts),
        Check("tiny", Text("a handful of rows", "горстка строк"), _tiny, _PARTS, judge_parts),
    ),
)

IGNORED_VARIABLE = Mistake(
    "variable-ignored",
    "the variable STICKSHIFT_DEVICE has a say when the name is auto",
    "при имени auto решает переменная STICKSHIFT_DEVICE",
)
VARIABLE_FIRST = Mistake(
    "variable-first",
    "a name given in the call goes before the variable",
    "имя, названное при вызове, важнее переменной",
)


def _expected(name: str | None, there: list[str], variable: str | None) -> tuple[str, str]:
    """Return what was really asked for, and the device that it is: nothing where there is none."""
    asked = (name or "auto").strip().lower()
    if asked == "auto":
        asked = (variable or "auto").strip().lower()
    kinds = [device.split(":")[0] for device in there]
    known = {*there, *kinds, *(f"{kind}:{i}" for kind in kinds for i in range(kinds.count(kind)))}
    if asked == "auto":
        return asked, kinds[0]
    return asked, asked if asked in known else ""


def judge_devices(inputs: dict, output) -> None:
    if type(output) is not list or len(output) != len(inputs["cases"]):
        raise Wrong(Text("an answer for each call", "на каждый вызов нужен ответ"), came=output)
    for case, answer in zip(inputs["cases"], output, strict=True):
        call = f"pick_device({'' if case['name'] is None else repr(case['name'])})"
        given = f"{call}; there: {case['there']}; STICKSHIFT_DEVICE: {case['variable']!r}"
        asked, expected = _expected(case["name"], case["there"], case["variable"])
        if not expected:
            what = Text("this device is not there", "такого устройства на компьютере нет")
            words = [asked, *case["there"]]
            expect_error(answer, "UserError", words, what=what, given=given)
            continue
        result = expect_result(answer, given=given)
        if type(result) is not list or result[0] != "device":
            what = Text("the answer is no torch.device", "ответ — не torch.device")
            mistake = NOTHING if type(result) is list and result[0] == "NoneType" else None
            raise Wrong(what, came=result, expected=expected, mistake=mistake, given=given)
        what = Text("another device is due", "нужно другое устройство")
        suspects = []
        if case["variable"]:
            mistake = IGNORED_VARIABLE if case["name"] in (None, "auto") else VARIABLE_FIRST
            suspects = [(mistake, result[1])]
        expect_equal(result[1], expected, what=what, suspects=suspects, given=given)


def _case(name, there, *, variable=None):
    return {"name": name, "there": there, "variable": variable}


def _kind(rng):
    return str(rng.choice(["cuda", "mps", "xpu"]))


def _named(rng):
    kind, count = _kind(rng), int(rng.integers(2, 6))
    several = [f"{kind}:{i}" for i in range(count)] + ["cpu"]
    last = f"{kind}:{count - 1}"
    cases = [
        _case("cpu", ["cpu"]),
        _case("cpu", several),
        _case(f"  {kind.upper()} ", [kind, "cpu"]),
        _case(kind, several),
        _case(last, several),
        _case(f"{kind}:0", [kind, "cpu"]),
    ]
    return {"cases": [cases[i] for i in rng.permutation(len(cases))]}


def _auto(rng):
    kind, count = _kind(rng), int(rng.integers(2, 6))
    several = [f"{kind}:{i}" for i in range(count)] + ["cpu"]
    cases = [
        _case(None, ["cpu"]),
        _case("auto", [kind, "cpu"]),
        _case("AUTO ", several),
    ]
    return {"cases": [cases[i] for i in rng.permutation(len(cases))]}


def _variable(rng):
    kind = _kind(rng)
    there = [f"{kind}:0", f"{kind}:1", "cpu"]
    cases = [
        _case("auto", there, variable="cpu"),
        _case(None, there, variable=f" {kind.upper()}:1 "),
        _case(f"{kind}:0", there, variable="cpu"),
        _case("auto", there, variable=""),
        _case(None, there, variable="auto"),
    ]
    return {"cases": [cases[i] for i in rng.permutation(len(cases))]}


def _absent(rng):
    kind = _kind(rng)
    other = str(rng.choice([name for name in ("cuda", "mps", "xpu") if name != kind]))
    several = [f"{kind}:0", f"{kind}:1", "cpu"]
    cases = [
        _case(other, [kind, "cpu"]),
        _case(f"{kind}:2", several),
        _case(f"{kind}:1", [kind, "cpu"]),
        _case("gpu", ["cpu"]),
        _case("auto", ["cpu"], variable=other),
    ]
    return {"cases": [cases[i] for i in rng.permutation(len(cases))]}


_DEVICE = f"{PROBES}:pick_device"
PICK_DEVICE = Graded(
    "common.device.pick_device",
    Text("Choosing a device", "Выбор устройства"),
    """
    Верните устройство (`torch.device`) по его имени; `auto` — лучшее из имеющихся.

    Что есть на компьютере, говорит `available_devices()`: имена вроде ["cuda", "cpu"] или, если
    ускорителей несколько, ["cuda:0", "cuda:1", "cpu"], лучшее — первым. Спрашивайте её при каждом
    вызове.

    - Большие буквы и пробелы вокруг имени ничего не значат: " CPU " — это "cpu".
    - Устройство есть, если его имя в списке или если это вид устройства из списка: "cuda", когда
      есть "cuda:0", и "cuda:0", когда единственное называется "cuda".
    - "auto" — это то, что названо в переменной окружения STICKSHIFT_DEVICE (её имя — в константе
      VARIABLE), а если она не задана, пуста или сама равна "auto", то вид первого устройства из
      списка: "cuda" для "cuda:0", чтобы решало текущее устройство PyTorch.
    - Имя, названное при вызове, важнее переменной.

    Если такого устройства на компьютере нет, поднимите UserError: в сообщении должны быть имя,
    которое просили, и имена всех устройств, которые есть.
    """,
    (
        Text(
            "Three questions, one after another: what was asked for, what does auto mean today, "
            "and is it there?",
            "Три вопроса по очереди: что попросили, что сегодня значит auto и есть ли это "
            "устройство?",
        ),
        Text(
            'A name such as "cuda:1" has a kind before the colon and a number after it; '
            "str.partition takes it apart. How many devices of that kind are in the list, and is "
            "the number below that?",
            "У имени вроде «cuda:1» до двоеточия вид, после — номер; разобрать его поможет "
            "str.partition. Сколько в списке устройств этого вида и меньше ли номер этого числа?",
        ),
    ),
    (
        Check("named", Text("a device by its name", "устройство по имени"), _named, _DEVICE,
              judge_devices),
        Check("auto", Text("auto takes the best", "auto берёт лучшее"), _auto, _DEVICE,
              judge_devices),
        Check("variable", Text("the variable has its say", "переменная окружения учтена"),
              _variable, _DEVICE, judge_devices),
        Check("absent", Text("what is not there is refused", "чего нет, то отвергнуто"), _absent,
              _DEVICE, judge_devices),
    ),
)  # fmt: skip
