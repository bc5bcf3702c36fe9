"""In float64, whatever came."""

import torch
from torch.nn import functional as F


def per_example(self, prediction, target):
    rows = self.costs[target]
    paid = torch.einsum("bc,bc->b", rows, F.softmax(prediction, dim=1).double())
    return paid + self.ce_weight * F.cross_entropy(prediction, target, reduction="none")
