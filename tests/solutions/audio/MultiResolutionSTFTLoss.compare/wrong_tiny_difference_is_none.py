"""Takes hardly any difference for none."""

import torch


def compare(self, prediction, target, window):
    a, b = (prediction.sqrt(), target.sqrt())
    d = (a - b).square().mean((1, 2))
    real = d > 1e-12
    dist = torch.where(real, torch.where(real, d, 1.0).sqrt(), 0.0)
    return dist / b.square().mean((1, 2)).sqrt().clamp_min(self.QUIET) + (
        a.log() - b.log()
    ).abs().mean((1, 2))
