"""Padding has a score of -10,000, as one writes where half precision holds no more."""

import torch


def weights(self, x, there):
    mask = there.unsqueeze(2)
    x = x.masked_fill(~mask, 0)
    scores = self.score(torch.tanh(self.hidden(x))).float()
    return scores.masked_fill(~mask, -1e4).softmax(dim=1) * mask
