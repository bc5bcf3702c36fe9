"""The cosine of a sum."""

import math

import torch


def forward(self, numbers):
    turn, shift = math.tau * numbers.unsqueeze(-1) * self.frequency, math.tau * self.phase
    waves = turn.cos() * shift.cos() - turn.sin() * shift.sin()
    rows = torch.baddbmm(self.bias.unsqueeze(1), waves.transpose(0, 1), self.weight)
    return torch.cat((*rows.unbind(0), numbers), dim=-1)
