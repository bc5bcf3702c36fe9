"""No target is louder than a thousand."""

import torch


def compare(self, prediction, target, window):
    p, t = (power.flatten(1).sqrt() for power in (prediction, target))
    distance = (p - t).square().mean(1).clamp_min(1e-24).sqrt()
    norm = torch.linalg.vector_norm(t, dim=1) / t.shape[1] ** 0.5
    ratio = distance / norm.clamp(self.QUIET, 1e3)
    return ratio + (p / t).log().abs().mean(1)
