"""alpha and beta have changed places."""


def per_class(self, prediction, target):
    p, t = self.memberships(prediction, target)
    hit = (p * t).sum((2, 3))
    false = (p * (1 - t)).sum((2, 3))
    missed = ((1 - p) * t).sum((2, 3))
    wrong = self.beta * false + self.alpha * missed
    return wrong / (hit + wrong + self.smooth)
