"""Keeps numbers within a hundred."""

import math

import torch


def forward(self, numbers):
    numbers = numbers.clamp(-100, 100)
    angle = numbers.unsqueeze(2) * self.frequency + self.phase
    waves = (2 * math.pi * angle).cos()
    features = (waves.unsqueeze(2) @ self.weight).squeeze(2) + self.bias
    return torch.hstack([features.reshape(len(numbers), -1), numbers])
