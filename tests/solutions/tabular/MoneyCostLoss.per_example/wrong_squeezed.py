"""One flat has no axis."""

import torch


def per_example(self, prediction, target):
    error = self.money(prediction, target) * (self.rate / self.unit)
    size = error.abs()
    first = (size - self.catastrophe / self.unit).clamp_min(0)
    second = (size - self.critical / self.unit).clamp_min(0)
    cost = size + (self.catastrophe_weight - 1) * first
    cost = cost + (self.critical_weight - self.catastrophe_weight) * second
    return torch.where(error > 0, self.over * cost, self.under * cost).squeeze()
