"""A way that needs no learning: everything is the mean of the targets."""

import torch


def train(prepared, settings):
    """Return what gives each point the mean."""
    mean = float(prepared.train.y.mean())
    return lambda x: torch.full((len(x),), mean)
