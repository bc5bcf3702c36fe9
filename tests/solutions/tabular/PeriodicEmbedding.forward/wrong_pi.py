"""3.14 for π."""

import torch


def forward(self, numbers):
    waves = torch.cos(2 * 3.14 * (numbers[..., None] * self.frequency + self.phase))
    features = torch.einsum("bcw,cwf->bcf", waves, self.weight) + self.bias
    return torch.cat([features.flatten(1), numbers], dim=1)
