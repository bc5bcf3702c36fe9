"""Beyond the second threshold, all of the error at the highest price."""

import torch


def per_example(self, prediction, target):
    error = self.money(prediction, target) * self.rate / self.unit
    size, first, second = error.abs(), self.catastrophe / self.unit, self.critical / self.unit
    cost = size.clamp(max=first) + self.catastrophe_weight * (size - first).clamp(0, second - first)
    cost = torch.where(size > second, self.critical_weight * size, cost)
    return torch.where(error > 0, self.over, self.under) * cost
