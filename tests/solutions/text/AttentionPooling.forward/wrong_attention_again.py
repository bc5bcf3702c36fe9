"""Normalises the attention over the batch's longest text."""

import torch


def forward(self, x, there):
    attention = self.weights(x, there)
    x = x.masked_fill(~there[..., None], 0).float()
    heads = torch.einsum("bth,btw->bhw", attention, x).flatten(1)
    most = x.masked_fill(~there[..., None], -1e9).amax(dim=1)
    most = torch.where(there.any(dim=1, keepdim=True), most, 0.0)
    seen = attention.mean(dim=2)
    return torch.cat([heads, most], dim=1), seen / seen.amax(1, keepdim=True).clamp_min(1e-9)
