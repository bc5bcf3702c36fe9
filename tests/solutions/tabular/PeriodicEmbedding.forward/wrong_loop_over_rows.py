"""One flat after another."""

import math

import torch


def forward(self, numbers):
    rows = []
    for row in numbers:
        waves = torch.cos(2 * math.pi * (row[:, None] * self.frequency + self.phase))
        features = torch.einsum("cw,cwf->cf", waves, self.weight) + self.bias
        rows.append(torch.cat([features.flatten(), row]))
    return torch.stack(rows)
