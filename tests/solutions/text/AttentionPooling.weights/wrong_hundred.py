"""Padding has a score of -100, and nothing is cut off after it."""

import torch


def weights(self, x, there):
    mask = there.unsqueeze(2)
    x = x.masked_fill(~mask, 0)
    scores = self.score(torch.tanh(self.hidden(x))).float()
    return scores.masked_fill(~mask, -100).softmax(dim=1)
