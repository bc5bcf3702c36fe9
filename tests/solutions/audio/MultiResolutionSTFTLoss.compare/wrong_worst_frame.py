"""The worst frame in place of the mean."""

import torch


def compare(self, prediction, target, window):
    difference = (prediction.sqrt() - target.sqrt()).square().mean((1, 2))
    distance = torch.where(difference > 0, difference, 1.0).sqrt() * (difference > 0)
    convergence = distance / target.mean((1, 2)).sqrt().clamp_min(self.QUIET)
    return convergence + 0.5 * (prediction.log() - target.log()).abs().mean(1).amax(1)
