"""Joins axes by view, which tensors that were transposed do not allow."""

import torch


def weights(self, x, there):
    rows, mask = (x.view(-1, x.shape[-1]), there.reshape(-1, 1))
    scores = self.score(torch.tanh(self.hidden(rows.masked_fill(~mask, 0)))).float()
    scores = scores.masked_fill(~mask, -1000000000.0).reshape(*there.shape, -1)
    return scores.softmax(1) * there[..., None]
