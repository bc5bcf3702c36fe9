"""The logarithm of a softmax, infinite where that is 0."""

import torch
from torch.nn import functional as F


def per_example(self, prediction, target):
    rows = self.costs[target].to(prediction.dtype)
    paid = torch.einsum("bc,bc->b", rows, F.softmax(prediction, dim=1))
    true = prediction.softmax(dim=1).gather(1, target[:, None]).squeeze(1)
    surprise = -true.log()
    return paid + self.ce_weight * surprise
