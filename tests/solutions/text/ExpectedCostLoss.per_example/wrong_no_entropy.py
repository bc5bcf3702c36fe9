"""The price list alone."""

import torch
from torch.nn import functional as F


def per_example(self, prediction, target):
    rows = self.costs[target].to(prediction.dtype)
    return torch.einsum("bc,bc->b", rows, F.softmax(prediction, dim=1))
