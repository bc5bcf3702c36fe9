"""Checks of the figures of a report."""

import numpy as np

from common.grading.exercise.expectations import IN_PLACE, NOTHING, expect_equal, expect_number
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases
from tests.graded.text_figure_oracle import figures, mistaken

PROBES = "tests.graded.text_probes"


def judge_figures(inputs: dict, output) -> None:
    actual, expected, known = output["figures"], figures(inputs), mistaken(inputs)
    if not isinstance(actual, dict):
        mistake = NOTHING if actual is None else None
        raise Wrong(
            Text("the answer is no dict", "ответ — не словарь"), actual=actual, mistake=mistake
        )
    what = Text("the names of the figures are not right", "имена показателей не те")
    expect_equal(sorted(actual), sorted(expected), what=what)
    for name, value in expected.items():
        what = Text(f"{name} is not right", f"{name} — неверно")
        expect_number(actual[name], value, what=what, suspects=known[name], is_part=True)
    if output["unchanged"] is not True:
        raise Wrong(Text("the input was changed", "входные данные изменились"), mistake=IN_PLACE)


def _prices(rng, classes: int, dear: int) -> np.ndarray:
    """Prices of which those of one class are far above the rest, each above each of the others."""
    costs = rng.integers(1, 80, (classes, classes)) * 100.0
    costs[dear] = 12 * costs[dear] + 8000
    costs[:, dear] += 500
    np.fill_diagonal(costs, 0)
    return costs


def _filed(rng, *, classes: int = 4, dear: int | None = None, probable: bool = False) -> dict:
    """Texts, most of them filed right; each class is there, and missed now and then."""
    n = int(rng.integers(40, 60))
    dear = int(rng.integers(1, classes)) if dear is None else dear
    true = rng.permutation(np.concatenate([np.arange(classes), rng.integers(0, classes, n)]))
    answers = np.where(rng.random(len(true)) < 0.65, true, rng.integers(0, classes, len(true)))
    urgent = np.flatnonzero(true == dear)
    answers[urgent[0]] = (dear + 1) % classes
    probabilities = None
    if probable:
        share = rng.dirichlet(np.full(classes, 0.6), len(true))
        believed = rng.random(len(true)) < 0.85
        share[believed, true[believed]] += rng.uniform(0.5, 4, int(believed.sum()))
        probabilities = share / share.sum(axis=1, keepdims=True)
    return {
        "answers": answers.astype(np.int64),
        "true": true.astype(np.int64),
        "costs": _prices(rng, classes, dear),
        "probabilities": probabilities,
        "costs_as_list": False,
    }


def _mailbox(rng):
    return _filed(rng)


def _believed(rng):
    return _filed(rng, probable=True, classes=3)


def _listed(rng):
    return _filed(rng, classes=3, dear=0) | {"costs_as_list": True}


def _no_costliest(rng):
    """Every mix-up costs the same, so no class is dearer than the others."""
    inputs = _filed(rng, classes=3)
    return inputs | {"costs": float(rng.integers(1, 9)) * (1.0 - np.eye(3))}


def _none_urgent(rng):
    """The costliest class is answered, and no text is of it."""
    inputs = _filed(rng, classes=4, dear=2)
    kept = inputs["true"] != 2
    return inputs | {"answers": inputs["answers"][kept], "true": inputs["true"][kept]}


def _absent(rng):
    """Classes that are neither there nor answered do not count in the mean F1."""
    inputs = _filed(rng, classes=3, dear=1)
    costs = _prices(rng, 5, 3)
    places = np.array([0, 3, 4])
    return inputs | {
        "costs": costs,
        "answers": places[inputs["answers"]],
        "true": places[inputs["true"]],
    }


ROW_OR_CELL = ((0, 100, 0), (60, 0, 60), (5, 1, 0))
"""The costliest single mix-up is of class 0, and the costliest class is 1; by columns, it is 1."""
TIED = ((0, 100, 20), (60, 0, 60), (1, 1, 0))
"""Two classes cost the same on the average, though no mix-up costs what another does."""
KOPECKS = ((0, 0.5, 0.25), (0.9, 0, 0.75), (0.1, 0.7, 0))
"""Less than a rouble: as whole numbers all of these are free."""


HAIR = ((0, 1e8 + 1, 0), (1e8, 0, 0), (5, 1, 0))
"""Two rows that are one to float32, whose numbers lie eight apart there."""


def _priced(costs, *, as_list: bool = False, without: int | None = None, times: int = 1) -> dict:
    """Nine texts of three classes, some of each missed, at these prices."""
    true = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2] * times)
    answers = np.array([0, 1, 1, 1, 0, 1, 2, 1, 0] * times)
    kept = true != (-1 if without is None else without)
    return {
        "answers": answers[kept],
        "true": true[kept],
        "costs": np.array(costs, np.float64),
        "probabilities": None,
        "costs_as_list": as_list,
    }


def _many_classes() -> dict:
    """More cells of a price list than a byte can count."""
    return _filed(np.random.default_rng(4), classes=20)


def _never_right() -> dict:
    """The last class is there, and is never answered where it should be."""
    answers, true = np.array([0, 3, 3, 4, 0]), np.array([0, 0, 3, 3, 4])
    costs = _prices(np.random.default_rng(4), 5, 3)
    return _priced(ROW_OR_CELL) | {"answers": answers, "true": true, "costs": costs}


def _unsure() -> dict:
    inputs = _priced(ROW_OR_CELL)
    return inputs | {"probabilities": np.eye(3)[inputs["answers"]] * 0.6 + 0.4 / 3}


_FIGURES = f"{PROBES}:class_metrics"
CLASS_METRICS = ExerciseSpec(
    "text.metrics.class_metrics",
    Text("Figures in roubles", "Показатели в рублях"),
    """
    Верните словарь всех показателей из `METRICS` по их именам.

    answers, true: (n,) int, ответ и настоящий класс каждого текста; n не меньше 1.
    costs: (classes, classes), массив или список списков; costs[y][j] — цена, если текст класса y
    попал в j, а верный ответ не стоит ничего.
    probabilities: (n, classes) или None, если их никто не знает.

    - lost: сколько стоила бы тысяча таких текстов, в тех же единицах, что costs;
    - missed: какая доля текстов, которые правда самого дорогого класса, попала не туда; nan, если
      таких нет или если `costliest_class(costs)` — None;
    - macro_f1: среднее по классам F1 = 2·TP / (2·TP + FP + FN); считает `macro_f1`;
    - mcc: считает `matthews`;
    - accuracy: доля верных ответов;
    - calibration: считает `calibration_error`; nan, если вероятностей нет.

    Названные функции стоят ниже. Все показатели — обычные float из Python, доли — от 0 до 1, nan —
    это float("nan"). Аргументы не меняйте.
    """,
    (
        Text(
            "Three of the figures are a mean over texts, of a price or of a yes or no. The mean of "
            "a condition is the share of those that meet it.",
            "Три показателя — среднее по текстам: цены или ответа «да или нет». Среднее от условия "
            "— это доля тех, кто ему отвечает.",
        ),
        Text(
            "Indexing a matrix with two arrays of the same length picks an element for each pair: "
            "which of the two is the row? For missed, choose the texts first and take the mean "
            "afterwards, unless nothing was chosen.",
            "Если взять матрицу по двум массивам одной длины, на каждую пару придётся по элементу: "
            "какой из двух — строка? Для missed сначала отберите тексты, потом возьмите среднее, "
            "если хоть что-то отобрано.",
        ),
    ),
    (
        Check("mailbox", Text("a mailbox", "почтовый ящик"),
              cases(_mailbox, _priced(ROW_OR_CELL), _priced(TIED), _priced(KOPECKS),
                    _priced(HAIR), _many_classes()), _FIGURES, each(judge_figures)),
        Check("believed", Text("probabilities are there", "вероятности известны"),
              cases(_believed, _unsure()), _FIGURES, each(judge_figures)),
        Check("listed", Text("prices as a list of lists", "цены списком списков"),
              cases(_listed, _priced(KOPECKS, as_list=True), _priced(ROW_OR_CELL, as_list=True)),
              _FIGURES, each(judge_figures)),
        Check("equal", Text("every mix-up costs the same", "любая путаница стоит одинаково"),
              cases(_no_costliest, _priced(TIED), _priced(TIED, without=0, times=12)),
              _FIGURES, each(judge_figures)),
        Check("calm", Text("no text is of the costliest class", "самого дорогого класса нет"),
              cases(_none_urgent, _priced(KOPECKS, without=1)), _FIGURES, each(judge_figures)),
        Check("absent", Text("classes that nobody has or names", "классы, которых нет нигде"),
              cases(_absent, _priced(ROW_OR_CELL, without=2), _never_right()),
              _FIGURES, each(judge_figures)),
    ),
)  # fmt: skip
