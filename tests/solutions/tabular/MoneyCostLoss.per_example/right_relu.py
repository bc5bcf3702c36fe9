"""Hinges."""

from torch.nn import functional as F


def per_example(self, prediction, target):
    error = self.money(prediction, target) * (self.rate / self.unit)
    sides = self.over * F.relu(error), self.under * F.relu(-error)
    total = 0
    for side, price in zip(sides, (self.over, self.under), strict=True):
        first, second = self.catastrophe / self.unit * price, self.critical / self.unit * price
        total = total + side + (self.catastrophe_weight - 1) * F.relu(side - first)
        total = total + (self.critical_weight - self.catastrophe_weight) * F.relu(side - second)
    return total
