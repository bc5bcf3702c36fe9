"""Overlap with prices of its own, once more: the loss of `vision.loss.TverskyLoss` in Keras.

    PyTorch                                     Keras
    (batch, channels, height, width)            (batch, height, width, channels)
    per_example(prediction, target)             call(y_true, y_pred): the other way round
    target of whole numbers                     y_true comes as float32, and is made whole again

The formula and the sources stand beside the loss in PyTorch.
"""

from typing import Any

from common.keras_backend import keras
from vision.loss import IGNORE_INDEX, TverskyLoss

ops = keras.ops


class Tversky(keras.losses.Loss):
    """One minus the share of overlap: `vision.loss.TverskyLoss` in Keras, channels last.

    y_true: (batch, height, width) class numbers; `ignore_index` where nobody knows.
    y_pred: (batch, height, width, channels) logits, one channel or one for each class.
    Arguments and formula: see `vision.loss.TverskyLoss`. (keras.losses.Tversky takes probabilities
    and sums over the whole batch, so that a small object counts for less beside a large one.)

    Raises:
        ValueError: shapes that do not fit, a number that is no class, or a price that is not
            above 0.

    >>> logits = keras.ops.array([[[[9.0], [9.0], [-9.0], [-9.0]]]])
    >>> loss = Tversky(alpha=0.3, beta=0.7, smooth=1e-6)
    >>> round(float(loss(keras.ops.array([[[1, 0, 1, 0]]]), logits)), 3)
    0.5
    """

    def __init__(
        self,
        *,
        alpha: float = 0.3,
        beta: float = 0.7,
        smooth: float = 1.0,
        ignore_index: int = IGNORE_INDEX,
        reduction: str = "sum_over_batch_size",
        name: str = "tversky",
    ) -> None:
        super().__init__(name=name, reduction=reduction)
        TverskyLoss(alpha=alpha, beta=beta, smooth=smooth)  # refuses prices that make no sense
        self.alpha, self.beta, self.smooth = alpha, beta, smooth
        self.ignore_index = ignore_index

    def call(self, y_true: Any, y_pred: Any) -> Any:
        if len(y_pred.shape) != 4 or tuple(y_true.shape) != tuple(y_pred.shape[:3]):
            raise ValueError(
                f"Tversky: shapes {tuple(y_true.shape)} and {tuple(y_pred.shape)}, expected "
                "(batch, height, width) and (batch, height, width, channels)"
            )
        channels = y_pred.shape[3]
        ids = ops.cast(y_true, "int32")
        known = ops.not_equal(ids, self.ignore_index)
        outside = ops.logical_or(ids < 0, ids >= max(channels, 2))
        if ops.any(ops.logical_and(known, outside)):
            raise ValueError(f"Tversky: expected class numbers from 0 to {max(channels, 2) - 1}")
        ids = ops.where(known, ids, 0)
        if channels == 1:
            p, t = ops.sigmoid(y_pred), ops.equal(ids, 1)[..., None]
        else:
            p, t = ops.softmax(y_pred, axis=3)[..., 1:], ops.one_hot(ids, channels)[..., 1:]
        known, t = known[..., None], ops.cast(t, p.dtype)
        p, t = ops.where(known, p, 0.0), ops.where(known, t, 0.0)
        hit, false, missed = (
            ops.sum(x * y, axis=(1, 2)) for x, y in ((p, t), (p, 1 - t), (1 - p, t))
        )
        wrong = self.alpha * false + self.beta * missed
        return ops.mean(wrong / (hit + wrong + self.smooth), axis=1)

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs, so that Keras can save a model with its loss."""
        return {
            "alpha": self.alpha,
            "beta": self.beta,
            "smooth": self.smooth,
            "ignore_index": self.ignore_index,
            "reduction": self.reduction,
            "name": self.name,
        }
