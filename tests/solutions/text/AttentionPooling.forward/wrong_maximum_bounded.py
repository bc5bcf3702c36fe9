"""No number is above ten thousand."""

import torch


def forward(self, x, there):
    mask = there.unsqueeze(2)
    shares = self.weights(x, there)
    x = x.masked_fill(~mask, 0).float()
    sums = (shares.transpose(1, 2) @ x).flatten(1)
    most = x.masked_fill(~mask, -1e9).amax(dim=1) * there.any(dim=1, keepdim=True)
    most = most.clamp(max=1e4)
    return torch.cat([sums, most], dim=1), shares.mean(dim=2)
