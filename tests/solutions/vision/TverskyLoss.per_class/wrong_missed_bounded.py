"""Takes no more than a thousand missed pixels."""


def per_class(self, prediction, target):
    p, t = self.memberships(prediction, target)
    known = (t.sum(1, keepdim=True) > 0) | (p.detach() > 0)
    hit = (p * t).sum((2, 3))
    false = (p * (1 - t) * known).sum((2, 3))
    missed = ((1 - p) * t).sum((2, 3))
    wrong = self.alpha * false + self.beta * missed.clamp_max(1000.0)
    return wrong / (hit + wrong + self.smooth)
