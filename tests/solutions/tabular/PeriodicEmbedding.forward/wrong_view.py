"""Joins axes by view, which tensors that were transposed do not allow."""

import math

import torch


def forward(self, numbers):
    x = numbers.view(-1, 1, 1).reshape(*numbers.shape, 1)
    waves = torch.cos(math.tau * (x * self.frequency + self.phase))
    features = torch.einsum("bcw,cwf->bcf", waves, self.weight) + self.bias
    return torch.cat([features.flatten(1), numbers], 1)
