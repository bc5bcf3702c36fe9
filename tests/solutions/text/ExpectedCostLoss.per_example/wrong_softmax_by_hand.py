"""A softmax by hand, of logits that are cut off where exp would overflow."""

from torch.nn import functional as F


def per_example(self, prediction, target):
    parts = prediction.clamp(-80, 80).exp()
    paid = (self.costs[target].to(prediction.dtype) * parts).sum(1) / parts.sum(1)
    return paid + self.ce_weight * F.cross_entropy(prediction, target, reduction="none")
