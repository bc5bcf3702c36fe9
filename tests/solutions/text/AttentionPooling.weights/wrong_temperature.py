"""Divides the scores by the root of the heads' number."""

import torch


def weights(self, x, there):
    scores = self.score(torch.tanh(self.hidden(x.masked_fill(~there[..., None], 0)))).float()
    scores = scores / scores.shape[-1] ** 0.5
    scores = scores.masked_fill(~there[..., None], torch.finfo(torch.float32).min)
    return scores.softmax(1).masked_fill(~there[..., None], 0)
