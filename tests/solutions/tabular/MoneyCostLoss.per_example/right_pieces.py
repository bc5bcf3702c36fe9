"""Three pieces between the thresholds."""

import torch


def per_example(self, prediction, target):
    error = self.money(prediction, target) * self.rate / self.unit
    catastrophe, critical = self.catastrophe / self.unit, self.critical / self.unit
    size = error.abs()
    cost = (
        size.clamp(max=catastrophe)
        + self.catastrophe_weight * (size - catastrophe).clamp(0, critical - catastrophe)
        + self.critical_weight * torch.relu(size - critical)
    )
    return cost * torch.where(error > 0, self.over, self.under)
