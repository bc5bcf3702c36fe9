"""One valuation after another, with early returns."""

import torch


def per_example(self, prediction, target):
    def price(error):
        size = abs(error)
        side = self.over if error > 0 else self.under
        if size <= self.catastrophe:
            return side * size / self.unit
        if size <= self.critical:
            size = self.catastrophe + self.catastrophe_weight * (size - self.catastrophe)
            return side * (size / self.unit)
        bend = self.catastrophe_weight * (self.critical - self.catastrophe)
        far = self.critical_weight * (size - self.critical)
        return side * ((self.catastrophe + bend + far) / self.unit)

    errors = self.money(prediction, target) * self.rate
    return torch.stack([price(error) for error in errors])
