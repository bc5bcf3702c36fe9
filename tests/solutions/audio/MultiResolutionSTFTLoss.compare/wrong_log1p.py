"""The logarithm of one plus."""

import torch


def compare(self, prediction, target, window):
    difference = (prediction.sqrt() - target.sqrt()).square().mean((1, 2))
    distance = torch.where(difference > 0, difference, 1.0).sqrt() * (difference > 0)
    convergence = distance / target.mean((1, 2)).sqrt().clamp_min(self.QUIET)
    return convergence + (prediction.sqrt().log1p() - target.sqrt().log1p()).abs().mean((1, 2))
