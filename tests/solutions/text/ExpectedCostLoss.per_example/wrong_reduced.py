"""One number for the batch."""

import torch
from torch.nn import functional as F


def per_example(self, prediction, target):
    rows = self.costs[target].to(prediction.dtype)
    paid = torch.einsum("bc,bc->b", rows, F.softmax(prediction, dim=1))
    return (paid + self.ce_weight * F.cross_entropy(prediction, target, reduction="none")).mean()
