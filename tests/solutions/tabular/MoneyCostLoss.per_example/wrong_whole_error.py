"""The higher weight for the whole error."""

import torch


def per_example(self, prediction, target):
    error = self.money(prediction, target) * (self.rate / self.unit)
    size = error.abs()
    weight = torch.where(size > self.catastrophe / self.unit, self.catastrophe_weight, 1.0)
    weight = torch.where(size > self.critical / self.unit, self.critical_weight, weight)
    return torch.where(error > 0, self.over, self.under) * weight * size
