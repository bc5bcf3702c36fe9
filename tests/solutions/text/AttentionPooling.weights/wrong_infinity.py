"""Minus infinity: a text of nothing is 0/0."""

import torch


def weights(self, x, there):
    mask = there.unsqueeze(2)
    x = x.masked_fill(~mask, 0)
    scores = self.score(torch.tanh(self.hidden(x))).float()
    return scores.masked_fill(~mask, float("-inf")).softmax(dim=1)
