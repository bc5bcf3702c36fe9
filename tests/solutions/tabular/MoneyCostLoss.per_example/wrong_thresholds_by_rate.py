"""Takes the thresholds for ones in the currency."""

import torch


def per_example(self, prediction, target):
    error = self.money(prediction, target)
    size = error.abs()
    cost = size.clamp(max=self.catastrophe)
    cost = cost + self.catastrophe_weight * (size - self.catastrophe).clamp(
        0, self.critical - self.catastrophe
    )
    cost = cost + self.critical_weight * (size - self.critical).clamp(min=0)
    return torch.where(error > 0, self.over, self.under) * cost * self.rate / self.unit
