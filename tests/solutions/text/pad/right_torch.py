"""By torch's own padding."""

import torch
from torch.nn.utils.rnn import pad_sequence


def pad(values, text, count, *, most=None):
    lengths = torch.bincount(torch.tensor(text), minlength=count).tolist()
    rows = [row[:most] for row in torch.tensor(values).split(lengths)]
    rows[0] = torch.nn.functional.pad(rows[0], (0, int(max(map(len, rows)) == 0)))
    return pad_sequence(rows, batch_first=True).numpy()
