"""A probability that is kept above 0: finite, and without a gradient."""

import torch
from torch.nn import functional as F


def per_example(self, prediction, target):
    rows = self.costs[target].to(prediction.dtype)
    paid = torch.einsum("bc,bc->b", rows, F.softmax(prediction, dim=1))
    true = prediction.softmax(dim=1).gather(1, target[:, None]).squeeze(1)
    surprise = -true.clamp_min(1e-12).log()
    return paid + self.ce_weight * surprise
