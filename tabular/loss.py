"""Losses for prices: what a wrong valuation costs, and the standard losses that do not know.

Every loss here takes what the network puts out, the logarithm of the price, and the price itself:

    prediction: (batch,) natural logarithm of the price, in the currency of the target
    target:     (batch,) price

Working on the logarithm keeps a price positive, and lets one network serve three million as well
as three hundred. All errors below are written with

    r = prediction - ln max(|target|, epsilon),    p / y = e^r

e^r overflows float32 at r = 89 and its gradient explodes long before. So above r = 3, a valuation
twenty times the price, its tangent line takes over: finite for any input, with a gradient that
still points towards the true price. Below that the formulas are exact.

Targets of zero or below have no logarithm. The commands refuse them; the losses stay finite on
them, with max(|y|, epsilon) in place of y where one divides or takes the logarithm.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from common.exercises import exercise
from common.losses import Loss
from tabular.error_cost import CATASTROPHE, CATASTROPHE_WEIGHT, CRITICAL, CRITICAL_WEIGHT

TANGENT_FROM = 3.0


class PriceLoss(Loss):
    """Base of the losses for prices: turns a log price into an error one can reason about.

    Args:
        epsilon: the smallest price that is divided by, in the target's currency. Keep it well
            below the cheapest price: one near zero lets a single zero target drown all others.
        reduction: "mean", "sum" or "none", as in torch.nn.
    """

    def __init__(self, *, epsilon: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.epsilon = epsilon

    def log_ratio(self, prediction: Tensor, target: Tensor) -> Tensor:
        """ln(p / y), with max(|y|, epsilon) for y."""
        return prediction - target.abs().clamp_min(self.epsilon).log()

    def relative(self, prediction: Tensor, target: Tensor) -> Tensor:
        """(p - y) / max(|y|, epsilon), signed: above zero is overpriced."""
        scale = target.abs().clamp_min(self.epsilon)
        r = prediction - scale.log()
        # expm1 keeps the digits that exp(r) - 1 loses near zero; the last term is 0 from epsilon on
        tangent = math.expm1(TANGENT_FROM) + math.exp(TANGENT_FROM) * (r - TANGENT_FROM)
        error = torch.where(r > TANGENT_FROM, tangent, torch.expm1(r.clamp_max(TANGENT_FROM)))
        return error + (1 - target / scale)

    def money(self, prediction: Tensor, target: Tensor) -> Tensor:
        """p - y in the target's currency, signed."""
        return self.relative(prediction, target) * target.abs().clamp_min(self.epsilon)


class SquaredErrorLoss(PriceLoss):
    """The standard loss: the square of the error in money.

        ((p - y) / unit)²

    One flat that is off by ten million weighs as much as four hundred that are off by half a
    million. `unit` only scales the figure that is printed; the default prints millions squared.

    >>> loss = SquaredErrorLoss()
    >>> loss(torch.tensor([12e6]).log(), torch.tensor([10e6]))
    tensor(4.0000)

    Counterpart in the field: torch.nn.MSELoss of the prices, which is infinite where exp overflows.

    Source: the least squares of Legendre (1805) and Gauss (1809).
    """

    def __init__(self, *, unit: float = 1e6, epsilon: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(epsilon=epsilon, reduction=reduction)
        self.unit = unit

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        return (self.money(prediction, target) / self.unit).square()


class SquaredLogErrorLoss(PriceLoss):
    """The square of the error in log price, the standard loss after the usual first repair.

        (ln p - ln y)²

    Taking logarithms already makes ten per cent weigh the same everywhere; large errors still
    count squared.

    Counterpart in the field: torch.nn.MSELoss of log prices; Keras'
    MeanSquaredLogarithmicError, which adds 1 to both before the logarithm.

    >>> round(SquaredLogErrorLoss()(torch.tensor([20e6]).log(), torch.tensor([10e6])).item(), 4)
    0.4805
    """

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        return self.log_ratio(prediction, target).square()


class MAPELoss(PriceLoss):
    """The share of the price by which a valuation is off; its mean is the MAPE.

        |p - y| / max(|y|, epsilon)

    It does not know the currency: half a million off is a catastrophe for a flat of three
    million, and nothing for one of three hundred. Its best answer for a flat that could fetch
    several prices is not their median but the median weighted by 1/y, so it values a little low;
    watch the bias in the report.

    Counterpart in the field: mean_absolute_percentage_error of scikit-learn; Keras'
    MeanAbsolutePercentageError, which is in per cent.

    >>> MAPELoss()(torch.tensor([9e6, 11e6]).log(), torch.tensor([10e6, 10e6]))
    tensor(0.1000)

    Source: Makridakis, "Accuracy measures: theoretical and practical concerns" (1993); for the
    low bias, Gneiting, "Making and evaluating point forecasts" (2011), section 1.2.
    """

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        return self.relative(prediction, target).abs()


class LogCoshLoss(PriceLoss):
    """The logarithm of the hyperbolic cosine of the error in log price.

        ln cosh r = |r| + softplus(-2|r|) - ln 2,    r = ln p - ln y

    Near zero it is r²/2 and smooth, far out it is |r| - ln 2: an outlier pulls no harder than
    any other mistake. Written as above it cannot overflow, as ln(cosh r) does at r = 89.

    Counterpart in the field: Keras' LogCosh, of log prices; torch.nn.HuberLoss is its cousin, a
    parabola and two straight lines.

    >>> round(LogCoshLoss()(torch.tensor([1000.0]), torch.tensor([1.0])).item(), 3)
    999.307
    """

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        size = self.log_ratio(prediction, target).abs()
        return size + softplus(-2 * size) - math.log(2)


class MoneyCostLoss(PriceLoss):
    """What an error costs in roubles, when some errors are worse than their size.

    With the error in roubles e = (p - y) · rate, every rouble costs

        1                   up to `catastrophe`
        catastrophe_weight  from there on
        critical_weight     beyond `critical`

    and the whole is multiplied by `over` where the valuation is too high (the flat stands unsold)
    or `under` where it is too low (the money is gone at once). It is told in units of `unit`.

    Counterpart in the field: the pinball (quantile) loss, scikit-learn's mean_pinball_loss: it too
    weighs the sides apart, `under` as alpha and `over` as 1 - alpha, but knows no thresholds. The
    usual defaults are at home in `tabular.currency`.

    Args:
        catastrophe: the first threshold, in roubles.
        critical: the second, in roubles.
        catastrophe_weight: what a rouble costs beyond the first.
        critical_weight: what it costs beyond the second. The weights rise from 1 upwards, or a
            larger error would be the cheaper one at the margin.
        over: weight of p > y.
        under: weight of p < y.
        rate: roubles for one unit of the target's currency, so the thresholds keep their meaning
            in any other: prices in dollars with rate=80 cost exactly what the same prices in
            roubles cost.
        unit: roubles in one unit of the loss; the default says millions.
        epsilon: see `PriceLoss`.
        reduction: see `PriceLoss`.

    Raises:
        ValueError: thresholds or weights that fall, or anything that is not above 0.

    >>> cost = MoneyCostLoss(reduction="none")
    >>> cost(torch.tensor([10.4e6, 12e6]).log(), torch.tensor([10e6, 10e6]))
    tensor([0.4000, 3.5000])

    Source: the course's own case: half a million off is a catastrophe, fifteen are critical.
    """

    def __init__(
        self,
        *,
        catastrophe: float = CATASTROPHE,
        critical: float = CRITICAL,
        catastrophe_weight: float = CATASTROPHE_WEIGHT,
        critical_weight: float = CRITICAL_WEIGHT,
        over: float = 1.0,
        under: float = 1.0,
        rate: float = 1.0,
        unit: float = 1e6,
        epsilon: float = 1.0,
        reduction: str = "mean",
    ) -> None:
        super().__init__(epsilon=epsilon, reduction=reduction)
        if not 0 < catastrophe <= critical:
            raise ValueError(
                f"thresholds {catastrophe:g}, {critical:g}: expected 0 < first <= second"
            )
        if not 1 <= catastrophe_weight <= critical_weight:
            weights = f"{catastrophe_weight:g}, {critical_weight:g}"
            raise ValueError(f"weights {weights}: expected 1 <= first <= second")
        if not (over > 0 and under > 0 and rate > 0 and unit > 0):
            raise ValueError("over, under, rate and unit must be above 0")
        self.catastrophe, self.critical = catastrophe, critical
        self.catastrophe_weight, self.critical_weight = catastrophe_weight, critical_weight
        self.over, self.under = over, under
        self.rate, self.unit = rate, unit

    @exercise(points=25, minutes=30, difficulty=2, uses="PyTorch", lesson="Losses")
    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return what each valuation costs, (batch,), in units (by default, millions of roubles).

        prediction: (batch,) log price. target: (batch,) price, in a currency of which one unit is
        `self.rate` roubles.

        `self.money(prediction, target)` gives p - y in the target's currency, signed and safe for
        any log price: take it, and not exp. With the error in roubles e = (p - y) · self.rate,
        the first rouble off costs 1, each beyond self.catastrophe costs self.catastrophe_weight,
        and each beyond self.critical costs self.critical_weight. So, with the defaults, an error
        of 20 million costs 0.5 + 2 · 14.5 + 10 · 5 = 79.5 million. The whole is multiplied by
        self.over where e is above zero and by self.under where it is not, and divided by
        self.unit.

        The thresholds are in roubles, whatever the currency and the unit. Float32 has seven
        digits: divide by the unit early, and do not square. Inputs stay as they are, and the
        answer keeps its gradient. What reduces it to one number is `Loss`, not this method.

        >>> cost = MoneyCostLoss(over=3, under=1)
        >>> cost.per_example(torch.tensor([10.4e6, 9.6e6]).log(), torch.tensor([10e6, 10e6]))
        tensor([1.2000, 0.4000])
        """
        # In units from the start: float32 has seven digits, and roubles would take them all.
        error = self.money(prediction, target) * (self.rate / self.unit)
        size = error.abs()
        beyond_first = (size - self.catastrophe / self.unit).clamp_min(0)
        beyond_second = (size - self.critical / self.unit).clamp_min(0)
        cost = (
            size
            + (self.catastrophe_weight - 1) * beyond_first
            + (self.critical_weight - self.catastrophe_weight) * beyond_second
        )
        # Not a where of two plain numbers: that is float32, and cuts float64 to seven digits.
        return torch.where(error > 0, self.over * cost, self.under * cost)


class EnsembleLoss(nn.Module):
    """Judges each member of an ensemble by itself: the mean of what their answers cost.

        mean over members m of loss(prediction[:, m], target)

    By a convex loss this is at least the loss of the members' mean, and the difference is how
    much they disagree: a loss of the mean would pay them for erring in opposite directions.

    prediction: (batch, members), or (batch,) as the network answers outside training, which is
        judged as it stands. target: (batch,). Raises what the inner loss raises.

    >>> loss = EnsembleLoss(nn.L1Loss())
    >>> loss(torch.tensor([[1.0, 3.0]]), torch.tensor([2.0])), loss(*torch.tensor([[2.0], [2.0]]))
    (tensor(1.), tensor(0.))

    Source: Gorishniy et al., "TabM: advancing tabular deep learning with parameter-efficient
    ensembling" (2024).
    """

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        if prediction.ndim == target.ndim + 1:
            target = target.unsqueeze(-1).expand_as(prediction)
        return self.loss(prediction.flatten(), target.flatten())
