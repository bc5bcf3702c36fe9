"""The prices are made to add up to one."""


def per_class(self, prediction, target):
    p, t = self.memberships(prediction, target)
    hit, false, missed = ((x * y).sum((2, 3)) for x, y in ((p, t), (p, 1 - t), (1 - p, t)))
    whole = self.alpha + self.beta
    wrong = self.alpha / whole * false + self.beta / whole * missed
    return wrong / (hit + wrong + self.smooth)
