"""The lowest number that float32 has, and a product with the mask."""

import torch


def weights(self, x, there):
    mask = there.unsqueeze(2)
    x = x.masked_fill(~mask, 0)
    scores = self.score(torch.tanh(self.hidden(x))).to(torch.float32)
    lowest = torch.finfo(torch.float32).min
    return torch.where(mask, scores, lowest).softmax(dim=-2).masked_fill(~mask, 0)
