"""Graph."""

import torch


def gradient(function, x):
    leaf = x.clone().requires_grad_()
    return torch.autograd.grad(function(leaf), leaf, create_graph=True)[0]
