"""What all losses for masks share, and those that are a mean over pixels: cross-entropy and kin.

Every loss for masks takes what the network puts out, scores before any sigmoid or softmax, and a
mask:

    prediction: (batch, channels, height, width) logits. One channel: the log odds of class 1
                against class 0. Several: a score for each class, 0 being the background.
    target:     (batch, height, width) class ids, whole numbers; `ignore_index` where nobody knows.
                Any other number is an error: at once on a processor; on an accelerator, where a
                look at every label would stop the training for a moment, the loss is nan.

Ignored pixels take no part. `reduction="none"` gives one figure for each picture, (batch,), and
"mean" is their mean, so that a picture weighs the same whatever part of it is known. A picture
with nothing known costs 0.

From logits, and not from probabilities: at a score of 20 a float32 probability is exactly 1, its
logarithm 0, and no gradient is left. Everything below is finite, with finite gradients, for scores
of any size.
"""

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid, max_pool2d

from common.losses import Loss

IGNORE_INDEX = 255
"""Stands in a mask where nobody knows the class."""


class MaskLoss(Loss):
    """Base of the losses for masks: checks shapes and class ids, and knows which pixels count.

    Args:
        ignore_index: stands in a target where nobody knows the class, as in
            torch.nn.CrossEntropyLoss.
        reduction: "mean", "sum" or "none" over the pictures.

    Raises:
        ValueError: shapes that do not fit, targets that are no whole numbers, or a class id that
            is none.
    """

    def __init__(self, *, ignore_index: int = IGNORE_INDEX, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.ignore_index = ignore_index

    def check(self, prediction: Tensor, target: Tensor) -> None:
        expected = (*prediction.shape[:1], *prediction.shape[2:])
        if prediction.ndim != 4 or target.shape != expected:
            raise ValueError(
                f"{type(self).__name__}: prediction has shape {tuple(prediction.shape)}, target "
                f"{tuple(target.shape)}, expected (batch, channels, height, width) and "
                "(batch, height, width)"
            )
        if target.is_floating_point() or target.dtype == torch.bool:
            raise ValueError(f"target holds {target.dtype}, expected class ids as whole numbers")
        if target.device.type == "cpu":
            strange = self.strange(prediction, target)
            if strange.any():
                raise ValueError(
                    f"{type(self).__name__}: target holds {int(target[strange][0])}, expected "
                    f"class ids from 0 to {_classes(prediction) - 1}, or {self.ignore_index} where "
                    "nobody knows"
                )

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        if target.device.type == "cpu":
            return super().forward(prediction, target)
        return self.forward_unread(prediction, target)

    def forward_unread(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return the loss, or nan for a class id that is none, without reading anything back."""
        self.check(prediction, target)
        strange = self.strange(prediction, target)
        loss = super().forward(prediction, torch.where(strange, 0, target))
        return torch.where(strange.any(), torch.nan, loss)

    def strange(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return which pixels of the target hold neither a class id nor `ignore_index`."""
        outside = (target < 0) | (target >= _classes(prediction))
        return outside & (target != self.ignore_index)

    def known(self, target: Tensor) -> tuple[Tensor, Tensor]:
        """Return which pixels count, and class ids with 0 in place of what does not."""
        known = target != self.ignore_index
        return known, torch.where(known, target, 0).long()


def _classes(prediction: Tensor) -> int:
    return max(prediction.shape[1], 2)


class PixelLoss(MaskLoss):
    """Base of the losses that are a mean over pixels.

        per_example: Σ weight · per_pixel / Σ weight over the known pixels of a picture, (batch,)

    A subclass says what one pixel costs, and how much it weighs.
    """

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        known, ids = self.known(target)
        weight = known * self.weight(known, ids).to(prediction.dtype)
        # A plain product would turn an ignored infinity into NaN: inf * 0.
        values = torch.where(known, self.per_pixel(margin(prediction, ids), ids), 0.0) * weight
        total = weight.sum((1, 2))
        return values.sum((1, 2)) / torch.where(total == 0, 1.0, total)

    def weight(self, known: Tensor, ids: Tensor) -> Tensor:
        """How much each pixel counts in its picture's mean."""
        return known

    def per_pixel(self, margin: Tensor, ids: Tensor) -> Tensor:
        """Return what each pixel costs, (batch, height, width); for its margin see `margin`."""
        raise NotImplementedError


def margin(logits: Tensor, ids: Tensor) -> Tensor:
    """Return m = ln p - ln(1 - p) for the probability p of each pixel's true class.

        one channel z:  m = z where the class is 1, -z where it is 0
        several:        m = z_true - ln Σ exp(z_other)

    so p = sigmoid(m) in both cases, and a loss of p need not know how many classes there are.

    >>> margin(torch.tensor([[[[2.0]], [[-1.0]]]]), torch.tensor([[[1]]]))
    tensor([[[-3.]]])
    """
    if logits.shape[1] == 1:
        return torch.where(ids == 1, logits[:, 0], -logits[:, 0])
    # The true class's score is put at minus infinity, of which the exponential is 0: it drops out.
    place = ids.unsqueeze(1)
    others = logits.scatter(1, place, -torch.inf).logsumexp(1)
    return logits.gather(1, place).squeeze(1) - others


class CrossEntropyLoss(PixelLoss):
    """The standard loss: minus the logarithm of the true class's probability.

        -ln p

    Every pixel weighs the same. Where a pad is half a per cent of a picture, 99.5 % of the loss
    is the land around it (class imbalance).

    Counterpart in the field: torch.nn.CrossEntropyLoss; with one channel,
    torch.nn.BCEWithLogitsLoss. Here each picture weighs the same.

    >>> loss = CrossEntropyLoss()(torch.zeros(1, 1, 8, 8), torch.zeros(1, 8, 8, dtype=torch.uint8))
    >>> round(loss.item(), 4)
    0.6931

    Source: Good, "Rational decisions" (1952).
    """

    def per_pixel(self, margin: Tensor, ids: Tensor) -> Tensor:
        return -logsigmoid(margin)


class FocalLoss(PixelLoss):
    """Cross-entropy that gives little weight to pixels that are already right.

        -w (1 - p)^gamma ln p,    w = alpha for class 1 and above, 1 - alpha for the background

    A pixel that has p = 0.99 weighs a ten-thousandth at gamma = 2, so the easy land hardly counts.
    Without alpha, w = 1. The mean is over known pixels, not over the weights.

    Counterpart in the field: torchvision.ops.sigmoid_focal_loss and MONAI's FocalLoss.

    >>> p = torch.tensor([0.5, 0.9, 0.99])
    >>> focal = FocalLoss()(p.logit().view(3, 1, 1, 1), torch.ones(3, 1, 1, dtype=torch.uint8))
    >>> round(focal.item(), 4)
    0.0581

    Source: Lin et al., "Focal Loss for Dense Object Detection" (2017).
    """

    def __init__(
        self,
        *,
        gamma: float = 2.0,
        alpha: float | None = None,
        ignore_index: int = IGNORE_INDEX,
        reduction: str = "mean",
    ) -> None:
        super().__init__(ignore_index=ignore_index, reduction=reduction)
        if gamma < 0 or not (alpha is None or 0 <= alpha <= 1):
            raise ValueError(
                f"gamma {gamma:g}, alpha {alpha}: expected gamma >= 0, 0 <= alpha <= 1"
            )
        self.gamma, self.alpha = gamma, alpha

    def per_pixel(self, margin: Tensor, ids: Tensor) -> Tensor:
        # (1 - p)^gamma by its logarithm: a power of 1 - p has no gradient at p = 1 for gamma < 1.
        value = -torch.exp(self.gamma * logsigmoid(-margin)) * logsigmoid(margin)
        if self.alpha is None:
            return value
        return value * torch.where(ids > 0, self.alpha, 1 - self.alpha)


class BoundaryWeightedLoss(PixelLoss):
    """Cross-entropy in which pixels near a boundary between classes weigh more.

        -(1 + extra · exp(-d² / (2 reach²))) ln p

    d: chessboard distance in pixels to the nearest pixel that touches another class. The mean is
    over the weights, so that a picture without any boundary costs its plain cross-entropy. Small
    things are all boundary: this is also a way to make them heavier.

    Counterpart in the field: the weight map of the first U-Net. It is not the "boundary loss" of
    Kervadec et al. (2019), which measures distances of the prediction.

    >>> logits, mask = torch.zeros(1, 1, 9, 9), torch.zeros(1, 9, 9, dtype=torch.uint8)
    >>> round(BoundaryWeightedLoss()(logits, mask).item(), 4)
    0.6931

    Source: the weight map of Ronneberger et al., "U-Net" (2015), for one object's border.
    """

    def __init__(
        self,
        *,
        extra: float = 10.0,
        reach: float = 2.0,
        ignore_index: int = IGNORE_INDEX,
        reduction: str = "mean",
    ) -> None:
        super().__init__(ignore_index=ignore_index, reduction=reduction)
        if extra < 0 or not reach > 0:
            raise ValueError(f"extra {extra:g}, reach {reach:g}: expected extra >= 0, reach > 0")
        self.extra, self.reach = extra, reach

    def weight(self, known: Tensor, ids: Tensor) -> Tensor:
        near = edges(known, ids).float().unsqueeze(1)
        weight = torch.ones_like(near)
        for d in range(round(3 * self.reach) + 1):
            level = 1 + self.extra * torch.exp(torch.tensor(-(d**2) / (2 * self.reach**2)))
            weight = torch.where((near > 0) & (weight == 1), level, weight)
            near = max_pool2d(near, 3, stride=1, padding=1)  # a pixel further on each side
        return weight.squeeze(1)

    def per_pixel(self, margin: Tensor, ids: Tensor) -> Tensor:
        return -logsigmoid(margin)


def edges(known: Tensor, ids: Tensor) -> Tensor:
    """Return which pixels touch a pixel of another class, left, right, above or below.

    >>> ids = torch.tensor([[[0, 0, 1, 1]]])
    >>> edges(ids >= 0, ids).int()
    tensor([[[0, 1, 1, 0]]], dtype=torch.int32)
    """
    touching = torch.zeros_like(known)
    for axis in (1, 2):
        length = ids.shape[axis] - 1
        a, b = (ids.narrow(axis, start, length) for start in (0, 1))
        sure = known.narrow(axis, 0, length) & known.narrow(axis, 1, length)
        for start in (0, 1):
            touching.narrow(axis, start, length).logical_or_((a != b) & sure)
    return touching
