"""Makes a number of what is none."""

import math

import torch


def forward(self, numbers):
    numbers = torch.nan_to_num(numbers)
    waves = torch.cos(2 * math.pi * (numbers[..., None] * self.frequency + self.phase))
    f = torch.einsum("bcw,cwf->bcf", waves, self.weight) + self.bias
    return torch.cat([f.flatten(1), numbers], 1)
