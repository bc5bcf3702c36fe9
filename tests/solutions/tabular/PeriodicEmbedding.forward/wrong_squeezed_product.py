"""Takes every axis of length one away from the product."""

import math

import torch


def forward(self, numbers):
    waves = torch.cos(2 * math.pi * (numbers[..., None] * self.frequency + self.phase))
    features = (waves[..., None, :] @ self.weight).squeeze() + self.bias
    return torch.cat([features.flatten(1), numbers], dim=1)
