"""The living figures of the lesson on prices."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from common.i18n import Text
from common.lesson.figure import Figure, Slider, curves
from tabular.loss import (
    LogCoshLoss,
    MAPELoss,
    MoneyCostLoss,
    PriceLoss,
    SquaredErrorLoss,
    SquaredLogErrorLoss,
)

LOSSES: dict[str, PriceLoss] = {
    "mse": SquaredErrorLoss(),
    "mse_log": SquaredLogErrorLoss(),
    "relative": MAPELoss(),
    "log_cosh": LogCoshLoss(),
    "cost": MoneyCostLoss(),
}
PALACE, PALACE_SAID = 200e6, 180e6
"""A flat of the lesson's table, and what it was valued at."""
DEALS = (4e6, 6e6, 20e6)
"""Flats that look alike, at what they went for."""


def _loss_of(loss: PriceLoss) -> Any:
    def said(x: Tensor, price: float) -> Tensor:
        target = torch.full_like(x, price)
        return loss.per_example(x + math.log(price), target)

    return said


def _palace(loss: PriceLoss) -> Any:
    target = torch.tensor([PALACE], dtype=torch.float64)
    said = torch.tensor([PALACE_SAID], dtype=torch.float64).log()
    return lambda: loss.per_example(said, target)


def _errors(language: str) -> dict[str, Any]:
    ratios = np.linspace(math.log(0.5), math.log(2), 61)
    x = Slider(
        Text("your valuation", "ваша оценка"),
        ratios.tolist(),
        lambda r: Text(f"{100 * math.expm1(r):+.0f} %", f"{100 * math.expm1(r):+.0f} %"),
        start=36,
    )
    prices = (3e6, 5e6, 8e6, 12e6, 20e6, 30e6, 50e6, 80e6, 120e6, 200e6, 300e6)
    family = Slider(
        Text("the true price", "настоящая цена"),
        prices,
        lambda price: Text(f"{price / 1e6:.0f} M ₽", f"{price / 1e6:.0f} млн ₽"),
        start=0,
    )
    beside = Text(
        "Share: what your flat makes of the sum with a flat of 200 M that was valued at 180 M. "
        "Pull: of the gradient at the logarithm of the price, which the network puts out.",
        "Доля: сколько даёт ваша квартира в сумме с квартирой за 200 млн, оценённой в 180 млн. "
        "Тянет: градиент по логарифму цены, который и выдаёт сеть.",
    )
    palace = {name: _palace(loss) for name, loss in LOSSES.items()}
    losses = {name: _loss_of(loss) for name, loss in LOSSES.items()}
    return curves(language, x, losses, family=family, beside=(beside, palace))


def _one_price(language: str) -> dict[str, Any]:
    deals = torch.tensor(DEALS, dtype=torch.float64)

    def mean_of(loss: PriceLoss) -> Any:
        def said(x: Tensor, _: float) -> Tensor:
            pairs = torch.stack([loss.per_example(x, d.expand_as(x)) for d in deals])
            return pairs.mean(0)

        return said

    prices = np.arange(3, 16.01, 0.25)
    x = Slider(
        Text("the one price that you name", "цена, которую вы называете"),
        np.log(prices * 1e6).tolist(),
        lambda p: Text(
            f"{math.exp(p) / 1e6:.2f} M ₽", f"{math.exp(p) / 1e6:.2f} млн ₽".replace(".", ",")
        ),
        start=4,
    )
    return curves(language, x, {name: mean_of(loss) for name, loss in LOSSES.items()})


FIGURES = (
    Figure(
        "Problem",
        "curves",
        Text("Move the valuation", "Подвигайте оценку"),
        Text(
            "A flat and what you say it is worth. Each curve is a loss, the arrow is the way and "
            "the strength in which its gradient pulls. Begin with a cheap flat, then make it a "
            "palace, and look at the shares.",
            "Квартира и ваша оценка. Каждая кривая — функция потерь, стрелка показывает, куда и "
            "как сильно тянет её градиент. Начните с дешёвой квартиры, затем сделайте её дворцом "
            "и следите за долями.",
        ),
        _errors,
    ),
    Figure(
        "Losses",
        "curves",
        Text("4, 6 or 20?", "4, 6 или 20?"),
        Text(
            "Three flats that look alike went for 4, 6 and 20 million. Name one price: where does "
            "each loss have its lowest point, and which way does it pull you?",
            "Три одинаковые на вид квартиры ушли за 4, 6 и 20 миллионов. Назовите одну цену: где у "
            "каждой функции нижняя точка и куда она вас тянет?",
        ),
        _one_price,
    ),
)
