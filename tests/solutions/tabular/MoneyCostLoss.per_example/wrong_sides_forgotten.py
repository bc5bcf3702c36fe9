"""Both sides cost the same."""


def per_example(self, prediction, target):
    error = self.money(prediction, target) * (self.rate / self.unit)
    size = error.abs()
    first = (size - self.catastrophe / self.unit).clamp_min(0)
    second = (size - self.critical / self.unit).clamp_min(0)
    return (
        size
        + (self.catastrophe_weight - 1) * first
        + (self.critical_weight - self.catastrophe_weight) * second
    )
