"""What is followed while a network learns: IoU over all pixels of the validation part."""

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


def classes(logits: Tensor) -> Tensor:
    """Return the likeliest class of each pixel, (batch, height, width) uint8.

    >>> classes(torch.tensor([[[[2.0, -2.0]]]])).tolist()
    [[[1, 0]]]
    """
    if logits.shape[1] == 1:
        return (logits[:, 0] > 0).to(torch.uint8)
    return logits.argmax(1).to(torch.uint8)
