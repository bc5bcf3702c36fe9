"""A branch for each stretch of the line."""

import torch


def per_example(self, prediction, target):
    error = self.money(prediction, target).mul(self.rate).div(self.unit)
    size = torch.maximum(error, -error)
    first, second = self.catastrophe / self.unit, self.critical / self.unit
    bend = first + self.catastrophe_weight * (second - first)
    middle = first + self.catastrophe_weight * (size - first)
    cost = torch.where(size > second, bend + self.critical_weight * (size - second), middle)
    cost = torch.where(size > first, cost, size)
    return torch.where(error > 0, self.over * cost, self.under * cost)
