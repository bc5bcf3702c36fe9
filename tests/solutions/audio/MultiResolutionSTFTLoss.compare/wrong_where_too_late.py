"""The root of zero is taken, and then thrown away."""

import torch


def compare(self, prediction, target, window):
    p, t = prediction.sqrt(), target.sqrt()
    apart = (p - t).square().mean((1, 2))
    distance = torch.where(apart == 0, 0.0, apart.sqrt())
    norm = t.square().mean((1, 2)).sqrt().clamp_min(self.QUIET)
    return distance / norm + (p.log() - t.log()).abs().mean((1, 2))
