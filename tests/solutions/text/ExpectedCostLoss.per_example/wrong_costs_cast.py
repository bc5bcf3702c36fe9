"""Casts the prices for good: the next batch, in float64, has those of float32."""

from torch.nn import functional as F


def per_example(self, prediction, target):
    self.costs = self.costs.to(prediction.dtype) if prediction.dtype.itemsize < 8 else self.costs
    paid = (self.costs[target].to(prediction.dtype) * prediction.softmax(1)).sum(1)
    return paid + self.ce_weight * F.cross_entropy(prediction, target, reduction="none")
