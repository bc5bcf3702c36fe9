"""What is followed while a network learns, over all pixels of the validation part."""

import torch
from torch import Tensor

from vision.loss import IGNORE_INDEX


class PixelIoU:
    """IoU over all pixels of a part together, fed batch by batch, for the learning curves.

    prediction: (batch, channels, height, width) logits; target: (batch, height, width) class ids.
    1 where there is nothing to find and nothing was found.

    >>> iou = PixelIoU()
    >>> iou.reset()
    >>> iou.update(torch.tensor([[[[3.0, 3.0, -3.0]]]]), torch.tensor([[[1, 0, 1]]]))
    >>> round(iou.compute(), 3)
    0.333
    """

    def reset(self) -> None:
        """Forget what was fed."""
        self.shared = self.covered = 0

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Add a batch."""
        predicted = classes(prediction)
        known = target != IGNORE_INDEX
        self.shared += int(((predicted == target) & (target != 0) & known).sum())
        self.covered += int((((predicted != 0) | (target != 0)) & known).sum())

    def compute(self) -> float:
        """Return the IoU of all that was fed since `reset`."""
        return self.shared / self.covered if self.covered else 1.0


class PixelAveragePrecision:
    """Average precision over all pixels of a part together: how well they are put in order.

        AP = Σ (R_n − R_(n−1)) P_n    over thresholds n from the surest on

    P_n, R_n: precision and recall of the pixels above threshold n, there being anything against
    the background. No threshold has to be chosen for it, and a network that is too sure of
    everything, as one that was shown things oftener than they are, loses nothing by that. Logits
    are counted in steps of 0.05 up to ±20. 1 where there is nothing to find.

    prediction: (batch, channels, height, width) logits; target: (batch, height, width) class ids.
    In the field: scikit-learn's `average_precision_score`, torchmetrics' `BinaryAveragePrecision`.

    >>> precision = PixelAveragePrecision()
    >>> precision.reset()
    >>> precision.update(torch.tensor([[[[3.0, 2.0, 1.0]]]]), torch.tensor([[[1, 0, 1]]]))
    >>> round(precision.compute(), 3)
    0.833
    """

    steps, limit = 800, 20.0

    def reset(self) -> None:
        """Forget what was fed."""
        self.counts = torch.zeros(2, self.steps + 1, dtype=torch.int64)

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Add a batch."""
        if prediction.shape[1] == 1:
            logit = prediction[:, 0]
        else:
            logit = prediction[:, 1:].logsumexp(1) - prediction[:, 0]
        known = target != IGNORE_INDEX
        limit = self.limit
        step = (logit[known].float().clamp(-limit, limit) + limit) * (self.steps / (2 * limit))
        numbers = step.round().long() + (self.steps + 1) * (target[known] != 0)
        self.counts += torch.bincount(numbers, minlength=self.counts.numel()).cpu().view(2, -1)

    def compute(self) -> float:
        """Return the average precision of all that was fed since `reset`."""
        false, true = self.counts.flip(1).cumsum(1).double()
        if not true[-1]:
            return 1.0
        gained = true.diff(prepend=true.new_zeros(1)) / true[-1]
        return float((gained * true / (true + false).clamp(min=1)).sum())


def classes(logits: Tensor) -> Tensor:
    """Return the likeliest class of each pixel, (batch, height, width) uint8.

    >>> classes(torch.tensor([[[[2.0, -2.0]]]])).tolist()
    [[[1, 0]]]
    """
    if logits.shape[1] == 1:
        return (logits[:, 0] > 0).to(torch.uint8)
    return logits.argmax(1).to(torch.uint8)
