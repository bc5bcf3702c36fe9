"""Leaves the table a tensor."""

import torch


def pad(values, text, count, *, most=None):
    rows = [torch.from_numpy(values[text == i][:most]) for i in range(count)]
    longest = max(1, *map(len, rows))
    return torch.stack([torch.nn.functional.pad(row, (0, longest - len(row))) for row in rows])
