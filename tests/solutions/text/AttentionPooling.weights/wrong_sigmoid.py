"""Sigmoids that are made to add up to one."""

import torch


def weights(self, x, there):
    scores = self.score(torch.tanh(self.hidden(x.masked_fill(~there[..., None], 0)))).float()
    shares = scores.sigmoid().masked_fill(~there[..., None], 0)
    return shares / shares.sum(1, keepdim=True).clamp_min(1e-30)
