"""Keeps the logits within ±100."""

from torch.nn import functional as F


def per_example(self, prediction, target):
    logits = prediction.clamp(-100, 100)
    price = self.costs.to(prediction.dtype)[target]
    expected = (price * logits.softmax(dim=1)).sum(dim=1)
    return expected + self.ce_weight * F.cross_entropy(logits, target, reduction="none")
