"""Joins axes by view, which tensors that were transposed do not allow."""

import torch


def forward(self, x, there):
    shares = self.weights(x, there)
    rows = x.view(-1, x.shape[-1]).masked_fill(~there.reshape(-1, 1), 0).float()
    x = rows.reshape(x.shape)
    heads = torch.einsum("bth,btw->bhw", shares, x).flatten(1)
    most = x.masked_fill(~there[..., None], -1000000000.0).amax(1) * there.any(1, keepdim=True)
    return (torch.cat([heads, most], 1), shares.mean(2))
