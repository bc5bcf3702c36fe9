"""The largest of three lines: each weight is at least the one before."""

import torch


def per_example(self, prediction, target):
    error = self.money(prediction, target) * (self.rate / self.unit)
    size = error.abs()
    first, second = self.catastrophe / self.unit, self.critical / self.unit
    slow = first + self.catastrophe_weight * (size - first)
    paid = first + self.catastrophe_weight * (second - first)
    fast = paid + self.critical_weight * (size - second)
    cost = torch.maximum(size, torch.maximum(slow, fast))
    return torch.where(error > 0, self.over, self.under) * cost
