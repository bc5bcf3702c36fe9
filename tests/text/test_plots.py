"""The pictures: of few classes and of many, of names and texts that would break a page."""

import numpy as np
import pytest

from common.outcome import Outcome
from common.report.plots import png
from common.training.history import History
from text.costs import Costs
from text.data import Texts
from text.error_analysis import Artifacts, Mistake
from text.metrics import class_metrics
from text.plots import draw

pytestmark = pytest.mark.filterwarnings("error")


def texts(names, n=60):
    labels = np.array([names[i % len(names)] for i in range(n)], dtype=object)
    rows = np.array(["row"] * n, dtype=object)
    return Texts(["текст $^{2}$ <b>"] * n, labels, Costs.equal(names), rows)


def outcome(name, names, *, priced=True, n=60, right=0.7, mistakes=3):
    generator = np.random.default_rng(len(names))
    k = len(names)
    true = np.arange(n) % k
    probabilities = generator.dirichlet(np.ones(k), n)
    answers = np.where(generator.random(n) < right, true, (true + 1) % k)
    costs = (1 - np.eye(k)) * (generator.uniform(1, 200_000, (k, k)) if priced else 1)
    worst = [Mistake("текст $x$ <b>", 0, 1 % k, 0.5, 7.0, [("$газ$", 0.6), ("<i>", 0.4)])]
    artifacts = Artifacts(
        tuple(names), priced, true, answers, probabilities, costs, worst * mistakes
    )
    metrics = class_metrics(answers, true, costs, probabilities)
    history = History([{"epoch": 1, "train_loss": 1.0}], 1, "epochs")
    return Outcome(name, metrics, artifacts, history, 1.0)


@pytest.mark.parametrize("count", [2, 6, 13, 40])
@pytest.mark.parametrize("priced", [True, False])
def test_every_picture_is_drawn_for_few_classes_and_for_many(count, priced):
    names = [f"класс {i} $y_{i}$ " + "очень " * (i % 4) for i in range(count)]
    pictures = draw(texts(names), [outcome("focal", names, priced=priced)])
    assert [p.title for p in pictures] == [
        "What there is to learn from",
        "Filed by focal",
        "Can its probabilities be believed?",
        "The costliest mistakes",
    ]
    for picture in pictures:
        assert picture.caption
        if picture.figure is not None:
            assert len(png(picture.figure)) > 3_000


def test_references_are_no_networks():
    names = ["a", "b"]
    reference = Outcome("always a", {"lost": 1.0})
    assert len(draw(texts(names), [reference])) == 1
    both = draw(texts(names), [outcome("one", names), reference, outcome("two", names)])
    assert sum(picture.title.startswith("Filed by") for picture in both) == 2


def test_a_row_of_mistakes_says_what_was_looked_at():
    names = ["газ", "спасибо"]
    table = draw(texts(names), [outcome("cost", names)])[-1].table
    assert table[0]["is"] == "газ"
    assert table[0]["was filed under"] == "спасибо"
    assert table[0]["looked at"] == "$газ$ 60 %, <i> 40 %"


def test_no_mistake_is_said_and_one_text_is_enough():
    names = ["a", "b"]
    pictures = draw(texts(names, 1), [outcome("cost", names, n=1, right=1, mistakes=0)])
    assert pictures[-1].title == "No mistake was made"
    for picture in pictures:
        if picture.figure is not None:
            png(picture.figure)
