"""The gradients are written by hand."""

import torch


def training_step(model, loss, optimizer, inputs, target):
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    value = loss(model(*inputs), target)
    for weight, gradient in zip(weights, torch.autograd.grad(value, weights), strict=True):
        weight.grad = gradient
    optimizer.step()
    for weight in weights:
        weight.grad = None
    return value.tolist()
