"""The softmax in half precision, and float32 only after it."""

import torch


def weights(self, x, there):
    mask = there.unsqueeze(2)
    x = x.masked_fill(~mask, 0)
    scores = self.score(torch.tanh(self.hidden(x)))
    return (scores.masked_fill(~mask, -1e9).softmax(dim=1) * mask).float()
