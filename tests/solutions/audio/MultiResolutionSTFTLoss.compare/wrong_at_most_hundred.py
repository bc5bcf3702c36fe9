"""No example costs more than a hundred."""

import torch


def compare(self, prediction, target, window):
    p, t = (power.flatten(1).sqrt() for power in (prediction, target))
    distance = (p - t).square().mean(1).clamp_min(1e-24).sqrt()
    norm = torch.linalg.vector_norm(t, dim=1) / t.shape[1] ** 0.5
    ratio = distance / torch.maximum(norm, torch.full_like(norm, self.QUIET))
    return (ratio + (p / t).log().abs().mean(1)).clamp(max=100)
