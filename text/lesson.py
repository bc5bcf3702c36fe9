"""The living figures of the lesson on messages."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from common.i18n import Text
from common.lesson.figure import Figure, Slider, curves
from text.loss import (
    ClassificationLoss,
    CrossEntropyLoss,
    ExpectedCostLoss,
    FocalLoss,
    LabelSmoothingLoss,
)

PRICES = ((0, 120_000), (4_000, 0))
"""Rows: the message was gas, or thanks. Columns: filed under gas, or thanks."""
GAS, THANKS = Text("gas", "газ"), Text("thanks", "спасибо")
LOSSES: dict[str, ClassificationLoss] = {
    "cross_entropy": CrossEntropyLoss(),
    "smoothing": LabelSmoothingLoss(),
    "focal": FocalLoss(),
    "cost": ExpectedCostLoss([[*row] for row in PRICES]),
}


def _loss_of(loss: ClassificationLoss) -> Any:
    def said(x: Tensor, true: float) -> Tensor:
        target = torch.full(x.shape, int(true), dtype=torch.int64)
        return loss.per_example(torch.stack([x / 2, -x / 2], dim=1), target)

    return said


def _sure(language: str) -> dict[str, Any]:
    x = Slider(
        Text("logit of gas over thanks", "логит: газ против «спасибо»"),
        np.linspace(-8, 8, 65).tolist(),
        lambda z: Text(f"{z:+.2f}: {_share(z)}", f"{z:+.2f}: {_share(z)}".replace(".", ",")),
        start=24,
    )
    family = Slider(
        Text("what the message really is", "о чём сообщение на самом деле"),
        (0, 1),
        lambda true: (GAS, THANKS)[int(true)],
        start=0,
    )
    return curves(language, x, {n: _loss_of(loss) for n, loss in LOSSES.items()}, family=family)


def _share(logit: float) -> str:
    return f"p = {100 / (1 + np.exp(-logit)):.1f} %"


def _decision(language: str) -> dict[str, Any]:
    shares = np.round(np.linspace(0.01, 0.99, 50), 3)
    x = Slider(
        Text("probability of gas", "вероятность газа"),
        shares.tolist(),
        lambda p: Text(f"{100 * p:.0f} %", f"{100 * p:.0f} %"),
        start=10,
    )
    names = [GAS.to(language), THANKS.to(language)]
    return {"x": x.plain(language), "prices": [[*row] for row in PRICES], "classes": names}


FIGURES = (
    Figure(
        "Losses",
        "curves",
        Text("Sure, and wrong", "Уверенно и неверно"),
        Text(
            "Move how sure the network is. What does each loss say, and how does it pull, where "
            "the network is sure of the wrong class?",
            "Двигайте уверенность сети. Что говорит каждая функция потерь и как она тянет там, где "
            "сеть уверена в неверном классе?",
        ),
        _sure,
    ),
    Figure(
        "Losses",
        "decision",
        Text("Move the price list", "Подвигайте прейскурант"),
        Text(
            "The same probabilities, another decision: each answer costs what it costs in each "
            "case, weighed with the probability of that case. The cheaper one is taken.",
            "Вероятности те же, решение другое: каждый ответ стоит столько, сколько в каждом "
            "случае, с весом вероятности этого случая. Выбирают тот, что дешевле.",
        ),
        _decision,
        {
            "really": Text("really ↓ filed under →", "на деле ↓ отнесли к →"),
            "expected": Text("expected cost", "ожидаемая цена"),
            "decision": Text("decision", "решение"),
            "likeliest": Text("likeliest", "вероятнее всего"),
            "turns": Text("The decision turns at", "Решение меняется при"),
        },
    ),
)
