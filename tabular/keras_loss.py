"""What an error costs in roubles, once more: the loss of `tabular.loss.MoneyCostLoss` in Keras.

    PyTorch                                     Keras
    nn.Module                                   keras.losses.Loss
    per_example(prediction, target)             call(y_true, y_pred): the other way round
    reduction="mean"                            reduction="sum_over_batch_size"
    shapes that differ are an error             shapes that differ broadcast in silence

The formula, the arguments and the sources stand beside the loss in PyTorch.
"""

import math
from typing import Any

from common.keras_backend import keras
from tabular.error_cost import CATASTROPHE, CATASTROPHE_WEIGHT, CRITICAL, CRITICAL_WEIGHT
from tabular.loss import TANGENT_FROM, MoneyCostLoss

ops = keras.ops


class MoneyCost(keras.losses.Loss):
    """What an error costs in roubles, with two thresholds: `tabular.loss.MoneyCostLoss` in Keras.

    y_true: (batch,) or (batch, 1) prices. y_pred: log prices, of the same shape: (batch, 1)
    against (batch,) would broadcast to (batch, batch), and Keras says nothing, so `call` refuses.
    Keras computes in float32 whatever comes in. Arguments: see `tabular.loss.MoneyCostLoss`.

    Raises:
        ValueError: shapes that differ, and thresholds or weights that make no sense.

    >>> cost = MoneyCost(reduction="none")
    >>> price, valued = keras.ops.array([10e6, 10e6]), keras.ops.array([10.4e6, 12e6])
    >>> cost(price, keras.ops.log(valued))
    tensor([0.4000, 3.5000])
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
        reduction: str = "sum_over_batch_size",
        name: str = "money_cost",
    ) -> None:
        super().__init__(name=name, reduction=reduction)
        self.settings: dict[str, Any] = {
            "catastrophe": catastrophe,
            "critical": critical,
            "catastrophe_weight": catastrophe_weight,
            "critical_weight": critical_weight,
            "over": over,
            "under": under,
            "rate": rate,
            "unit": unit,
            "epsilon": epsilon,
        }
        MoneyCostLoss(**self.settings)  # refuses thresholds and weights that make no sense

    def call(self, y_true: Any, y_pred: Any) -> Any:
        if y_true.shape != y_pred.shape:
            shapes = f"{tuple(y_true.shape)} and {tuple(y_pred.shape)}"
            raise ValueError(f"MoneyCost: shapes {shapes}, expected the same twice")
        s = self.settings
        error = self._money(y_true, y_pred) * (s["rate"] / s["unit"])
        size = ops.abs(error)
        beyond_first = ops.relu(size - s["catastrophe"] / s["unit"])
        beyond_second = ops.relu(size - s["critical"] / s["unit"])
        cost = (
            size
            + (s["catastrophe_weight"] - 1) * beyond_first
            + (s["critical_weight"] - s["catastrophe_weight"]) * beyond_second
        )
        return ops.where(error > 0, s["over"] * cost, s["under"] * cost)

    def _money(self, y_true: Any, y_pred: Any) -> Any:
        """p - y in the target's currency: a tangent replaces exp where that would overflow."""
        scale = ops.maximum(ops.abs(y_true), self.settings["epsilon"])
        r = y_pred - ops.log(scale)
        tangent = math.expm1(TANGENT_FROM) + math.exp(TANGENT_FROM) * (r - TANGENT_FROM)
        near = ops.expm1(ops.minimum(r, TANGENT_FROM))
        return (ops.where(r > TANGENT_FROM, tangent, near) + (1 - y_true / scale)) * scale

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs, so that Keras can save a model with its loss."""
        return {**self.settings, "reduction": self.reduction, "name": self.name}
