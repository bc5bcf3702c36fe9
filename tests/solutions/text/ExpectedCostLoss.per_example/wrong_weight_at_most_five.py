"""Takes the second term's weight for no more than five."""

from torch.nn import functional as F


def per_example(self, prediction, target):
    e = (self.costs.to(prediction.dtype)[target] * prediction.softmax(1)).sum(1)
    return e + min(self.ce_weight, 5.0) * F.cross_entropy(prediction, target, reduction="none")
