"""What a mix-up costs, once more: the loss of `text.loss.ExpectedCostLoss` in Keras.

    PyTorch                                     Keras
    per_example(prediction, target)             call(y_true, y_pred): the other way round
    target int64                                y_true comes as float32, and is made whole again
    ignore_index                                a weight of 0 for a row, mean_with_sample_weight
    register_buffer                             a constant of the loss

The formula and the sources stand beside the loss in PyTorch.
"""

from collections.abc import Sequence
from typing import Any

from common.keras_backend import keras
from text.loss import IGNORE_INDEX, ExpectedCostLoss

ops = keras.ops


class ExpectedCost(keras.losses.Loss):
    """The expected cost of a mix-up plus cross-entropy: `text.loss.ExpectedCostLoss` in Keras.

    y_true: (batch,) class numbers. y_pred: (batch, classes) logits.
    Arguments and formula: see `text.loss.ExpectedCostLoss`. A label of `ignore_index` costs 0, and
    the mean is taken over the others.

    Raises:
        ValueError: shapes that do not fit, a label that is no class, or costs that make no sense.

    >>> loss = ExpectedCost([[0.0, 100.0], [1.0, 0.0]], ce_weight=0, reduction="none")
    >>> loss(keras.ops.array([0, 1]), keras.ops.zeros((2, 2)))
    tensor([0.9901, 0.0099])
    """

    def __init__(
        self,
        costs: Sequence[Sequence[float]],
        *,
        ce_weight: float = 0.5,
        ignore_index: int = IGNORE_INDEX,
        reduction: str = "mean_with_sample_weight",
        name: str = "expected_cost",
    ) -> None:
        super().__init__(name=name, reduction=reduction)
        ours = ExpectedCostLoss(costs, ce_weight=ce_weight)  # refuses costs that make no sense
        self.scaled = ops.convert_to_tensor(ours.costs.numpy(), dtype="float32")
        self.costs = [[float(cost) for cost in row] for row in costs]
        self.ce_weight, self.ignore_index = ce_weight, ignore_index

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Give the ignored a weight of 0: that is how Keras leaves a row out of its mean."""
        labels = ops.convert_to_tensor(y_true)
        known = ops.cast(ops.not_equal(labels, self.ignore_index), "float32")
        weight = known if sample_weight is None else known * ops.cast(sample_weight, "float32")
        return super().__call__(y_true, y_pred, weight)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        if len(y_pred.shape) != 2 or tuple(y_true.shape) != tuple(y_pred.shape[:1]):
            shapes = f"{tuple(y_true.shape)} and {tuple(y_pred.shape)}"
            raise ValueError(f"ExpectedCost: shapes {shapes}, expected (batch,), (batch, classes)")
        true = ops.cast(y_true, "int32")
        known = ops.not_equal(true, self.ignore_index)
        strange = ops.logical_and(known, ops.logical_or(true < 0, true >= len(self.costs)))
        if ops.any(strange):
            raise ValueError(f"ExpectedCost: expected labels from 0 to {len(self.costs) - 1}")
        true = ops.where(known, true, 0)
        expected = ops.sum(ops.take(self.scaled, true, axis=0) * ops.softmax(y_pred, axis=1), 1)
        log_p = ops.log_softmax(y_pred, axis=1)
        surprise = -ops.take_along_axis(log_p, true[:, None], axis=1)[:, 0]
        return expected + self.ce_weight * surprise

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs, so that Keras can save a model with its loss."""
        return {
            "costs": self.costs,
            "ce_weight": self.ce_weight,
            "ignore_index": self.ignore_index,
            "reduction": self.reduction,
            "name": self.name,
        }
