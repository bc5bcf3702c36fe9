"""Wraps the phases in place: the waves are the same, the weights are not."""

import math

import torch


def forward(self, numbers):
    with torch.no_grad():
        self.phase.sub_(self.phase.round())
    waves = (2 * math.pi * (numbers.unsqueeze(2) * self.frequency + self.phase)).cos()
    features = (waves.unsqueeze(2) @ self.weight).squeeze(2) + self.bias
    return torch.hstack([features.reshape(len(numbers), -1), numbers])
