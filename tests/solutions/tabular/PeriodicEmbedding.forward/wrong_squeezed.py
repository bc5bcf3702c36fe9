"""Every axis of length one is dropped, that of the batch too."""

import math

import torch


def forward(self, numbers):
    angle = numbers.unsqueeze(2) * self.frequency + self.phase
    waves = (2 * math.pi * angle).cos()
    features = (waves.unsqueeze(2) @ self.weight).squeeze() + self.bias
    return torch.hstack([features.reshape(len(numbers), -1), numbers])
