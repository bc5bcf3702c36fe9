"""With sums of p and of t: what is false is what was said less what was hit."""

import torch


def per_class(self, prediction, target):
    p, t = self.memberships(prediction, target)
    hit = torch.einsum("bchw,bchw->bc", p, t)
    false = torch.einsum("bchw,bchw->bc", p, t.logical_not().to(p.dtype))
    missed = torch.einsum("bchw,bchw->bc", p.neg().add(1), t)
    whole = hit + self.alpha * false + self.beta * missed + self.smooth
    return (self.alpha * false + self.beta * missed) / whole
