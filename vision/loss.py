"""Losses that look at a whole object: how much of it overlaps what was found.

The losses that judge pixel by pixel are in `vision.pixel_loss`, which also says what all of them
take and return, on ignored pixels too. Their names are handed on from here.
"""

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from common.exercises import exercise
from vision.pixel_loss import (
    IGNORE_INDEX,
    BoundaryWeightedLoss,
    CrossEntropyLoss,
    FocalLoss,
    MaskLoss,
)

__all__ = [
    "IGNORE_INDEX",
    "BoundaryWeightedLoss",
    "CrossEntropyLoss",
    "DiceLoss",
    "FocalLoss",
    "FocalTverskyLoss",
    "MaskLoss",
    "TverskyLoss",
]

STRAIGHT_BELOW = 1e-3
"""Below this loss the power in `FocalTverskyLoss` goes on as a straight line."""


class TverskyLoss(MaskLoss):
    """One minus the share of overlap, where a missed and a false pixel have prices of their own.

        1 - TP / (TP + alpha FP + beta FN)
        TP = Σ p t,    FP = Σ p (1 - t),    FN = Σ (1 - p) t

    p: the probability of a class, t: 1 where the mask has it; for each picture and each class
    but the background, then the mean over classes. The land around a pad enters only where it is
    taken for a pad, so "nothing there" costs all that can be lost. alpha is the price of a false
    positive, beta that of a false negative: beta above alpha finds more and invents more.

    Counterpart in the field: MONAI's TverskyLoss, whose alpha and beta are the same two, with
    include_background=False.

    Args:
        alpha: weight of a false pixel (FP).
        beta: weight of a missed pixel (FN).
        smooth: pixels added to the overlap. It decides what a false pixel costs in a picture
            without the class: the larger it is, the less.
        ignore_index, reduction: see `MaskLoss`.

    Raises:
        ValueError: a number that is not above 0; and as `MaskLoss`.

    >>> logits = torch.tensor([[[[9.0, 9.0, -9.0, -9.0]]]])
    >>> mask = torch.tensor([[[1, 0, 1, 0]]])
    >>> round(TverskyLoss(alpha=0.3, beta=0.7, smooth=1e-6)(logits, mask).item(), 3)
    0.5

    Source: Salehi et al., "Tversky loss function for image segmentation using 3D fully
    convolutional deep networks" (2017); the index is Tversky's, "Features of similarity" (1977).
    """

    def __init__(
        self,
        *,
        alpha: float = 0.3,
        beta: float = 0.7,
        smooth: float = 1.0,
        ignore_index: int = IGNORE_INDEX,
        reduction: str = "mean",
    ) -> None:
        super().__init__(ignore_index=ignore_index, reduction=reduction)
        if not (alpha > 0 and beta > 0 and smooth > 0):
            raise ValueError(
                f"alpha {alpha:g}, beta {beta:g}, smooth {smooth:g}: expected numbers above 0"
            )
        self.alpha, self.beta, self.smooth = alpha, beta, smooth

    @exercise(points=20, minutes=25, difficulty=2, uses="PyTorch", lesson="Losses")
    def per_class(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return the loss of each picture and class: (batch, classes).

        The background is no class here. `self.memberships(prediction, target)` gives
        p and t, both (batch, classes, height, width): the probability that a pixel
        is of the class, and 1 where the mask says so, 0 elsewhere. Where nobody knows
        both are 0, so that such a pixel takes no part.

            TP = Σ p t        marked and right
            FP = Σ p (1 - t)  marked and wrong
            FN = Σ (1 - p) t  missed

            loss = 1 - (TP + smooth) / (TP + alpha FP + beta FN + smooth)

        Each sum goes over the pixels of one picture and one class. The prices are
        self.alpha, self.beta and self.smooth.

        An answer that is nearly right has a fraction of nearly 1, and "one minus
        nearly one" has lost its digits in float32: at 1 - 1e-8 nothing is left of
        it. Bring it to one fraction on paper first, and compute that. Inputs stay
        as they are, and the answer keeps its gradient. What makes one number of all
        this is the rest of the class, not this method.

        >>> logits = torch.tensor([[[[9.0, 9.0, -9.0, -9.0]]]])
        >>> mask = torch.tensor([[[1, 0, 0, 0]]])
        >>> TverskyLoss(alpha=0.5, beta=0.5, smooth=1.0).per_class(logits, mask)
        tensor([[0.2000]])
        """
        p, t = self.memberships(prediction, target)
        hit = (p * t).sum((2, 3))  # TP
        false = (p * (1 - t)).sum((2, 3))  # FP
        missed = ((1 - p) * t).sum((2, 3))  # FN
        wrong = self.alpha * false + self.beta * missed
        # Not one minus a quotient near one, which would lose its digits.
        return wrong / (hit + wrong + self.smooth)

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return the loss of each picture, (batch,): the mean over its classes."""
        return self.per_class(prediction, target).mean(1)

    def memberships(self, prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """Return p and t of each class but the background, both 0 where nothing is known.

        Both are (batch, classes, height, width), p with its gradient.
        """
        known, ids = self.known(target)
        channels = prediction.shape[1]
        if channels == 1:
            p, t = prediction.sigmoid(), (ids == 1).unsqueeze(1)
        else:
            # one_hot puts the classes last; 1: leaves the background out.
            p, t = prediction.softmax(1)[:, 1:], one_hot(ids, channels).permute(0, 3, 1, 2)[:, 1:]
        known = known.unsqueeze(1)
        return torch.where(known, p, 0.0), torch.where(known, t, 0).to(p.dtype)


class DiceLoss(TverskyLoss):
    """One minus the Dice coefficient: Tversky's loss with equal prices.

        1 - (2 Σ p t + smooth) / (Σ p + Σ t + smooth)

    For each picture and class by itself; a picture without the class still punishes false pixels.
    FP and FN cost the same, a half.

    Counterpart in the field: MONAI's DiceLoss.

    >>> logits = torch.tensor([[[[9.0, 9.0, -9.0, -9.0]]]])
    >>> round(DiceLoss(smooth=1e-6)(logits, torch.tensor([[[1, 0, 0, 0]]])).item(), 3)
    0.333

    Source: Milletari et al., "V-Net" (2016), without their squares.
    """

    def __init__(
        self, *, smooth: float = 1.0, ignore_index: int = IGNORE_INDEX, reduction: str = "mean"
    ) -> None:
        super().__init__(
            alpha=0.5,
            beta=0.5,
            smooth=smooth / 2,
            ignore_index=ignore_index,
            reduction=reduction,
        )


class FocalTverskyLoss(TverskyLoss):
    """Tversky's loss to a power: below 1 it keeps pulling when nearly all is found.

        (1 - TI)^gamma,    TI = TP / (TP + alpha FP + beta FN)

    The power is taken for each picture and class, then the mean: not the power of a mean. With a
    gamma below 1 the gradient at zero would be infinite, so below 0.001 the curve is the straight
    line to zero. alpha is the weight of FP and beta that of FN, as in `TverskyLoss`.

    Counterpart in the field: TverskyLoss(gamma=) of segmentation_models_pytorch, whose gamma is
    this exponent too.

    >>> logits = torch.tensor([[[[9.0, 9.0, -9.0, -9.0]]]])
    >>> mask = torch.tensor([[[1, 0, 1, 0]]])
    >>> round(FocalTverskyLoss(gamma=0.75, smooth=1e-6)(logits, mask).item(), 4)
    0.5946

    Source: Abraham and Khan, "A novel focal Tversky loss function with improved attention U-Net
    for lesion segmentation" (2019), whose exponent is 1/gamma with gamma = 4/3.
    """

    def __init__(
        self,
        *,
        alpha: float = 0.3,
        beta: float = 0.7,
        gamma: float = 0.75,
        smooth: float = 1.0,
        ignore_index: int = IGNORE_INDEX,
        reduction: str = "mean",
    ) -> None:
        super().__init__(
            alpha=alpha, beta=beta, smooth=smooth, ignore_index=ignore_index, reduction=reduction
        )
        if not gamma > 0:
            raise ValueError(f"gamma {gamma:g}: expected a number above 0")
        self.gamma = gamma

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        loss = self.per_class(prediction, target)
        if self.gamma >= 1:
            return loss.pow(self.gamma).mean(1)
        curve = loss.clamp_min(STRAIGHT_BELOW).pow(self.gamma)
        line = loss * STRAIGHT_BELOW ** (self.gamma - 1)
        return torch.where(loss < STRAIGHT_BELOW, line, curve).mean(1)
