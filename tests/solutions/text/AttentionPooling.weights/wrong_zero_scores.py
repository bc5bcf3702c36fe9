"""A score of 0 for padding is no score of nothing."""

import torch


def weights(self, x, there):
    mask = there.unsqueeze(2)
    x = x.masked_fill(~mask, 0)
    scores = self.score(torch.tanh(self.hidden(x))).float()
    return (scores * mask).softmax(dim=1) * mask
