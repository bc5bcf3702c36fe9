"""Leaves the second term out where its weight is small."""

from torch.nn import functional as F


def per_example(self, prediction, target):
    p = prediction.softmax(1)
    e = (self.costs.to(prediction.dtype)[target] * p).sum(1)
    if self.ce_weight > 0.001:
        e = e + self.ce_weight * F.cross_entropy(prediction, target, reduction="none")
    return e
