"""Adds the bias with every wave."""

import math

import torch


def forward(self, numbers):
    waves = torch.cos(2 * math.pi * (numbers[..., None] * self.frequency + self.phase))
    features = (waves[..., None] * self.weight + self.bias[:, None]).sum(2)
    return torch.cat([features.flatten(1), numbers], dim=1)
