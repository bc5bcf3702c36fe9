"""Writes it for one number, and maps it over columns and rows."""

import math

import torch


def forward(self, numbers):

    def one(x, frequency, phase, weight, bias):
        return torch.cos(2 * math.pi * (x * frequency + phase)) @ weight + bias

    columns = torch.vmap(one)
    rows = torch.vmap(columns, in_dims=(0, None, None, None, None))
    features = rows(numbers, self.frequency, self.phase, self.weight, self.bias)
    return torch.hstack([features.reshape(len(numbers), -1), numbers])
