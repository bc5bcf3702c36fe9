"""Makes the prices add up to one."""


def per_class(self, prediction, target):
    p, t = self.memberships(prediction, target)
    hit = (p * t).sum((2, 3))
    whole = self.alpha + self.beta
    rest = (self.alpha * (p * (1 - t)).sum((2, 3)) + self.beta * ((1 - p) * t).sum((2, 3))) / whole
    return rest / (hit + rest + self.smooth)
