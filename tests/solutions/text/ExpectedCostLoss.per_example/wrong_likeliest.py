"""The price of the likeliest class."""

import torch
from torch.nn import functional as F


def per_example(self, prediction, target):
    rows = self.costs[target].to(prediction.dtype)
    paid = rows[torch.arange(len(rows)), prediction.argmax(dim=1)]
    return paid + self.ce_weight * F.cross_entropy(prediction, target, reduction="none")
