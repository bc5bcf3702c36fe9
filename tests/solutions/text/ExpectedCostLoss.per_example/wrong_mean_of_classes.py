"""The mean over the classes."""

from torch.nn import functional as F


def per_example(self, prediction, target):
    rows = self.costs[target].to(prediction.dtype)
    paid = (rows * F.softmax(prediction, dim=1)).mean(dim=1)
    return paid + self.ce_weight * F.cross_entropy(prediction, target, reduction="none")
