"""Joins axes by view, which tensors that were transposed do not allow."""

import torch


def compare(self, prediction, target, window):
    p, t = (prediction.sqrt().view(len(prediction), -1), target.sqrt().view(len(target), -1))
    d = (p - t).square().mean(1)
    distance = torch.where(d > 0, torch.where(d > 0, d, 1.0).sqrt(), 0.0)
    return distance / t.square().mean(1).sqrt().clamp_min(self.QUIET) + (
        p.log() - t.log()
    ).abs().mean(1)
