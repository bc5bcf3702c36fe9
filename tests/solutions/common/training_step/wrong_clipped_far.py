"""Clips gradients that are longer than ten thousand."""

from torch import nn


def training_step(model, loss, optimizer, inputs, target):
    optimizer.zero_grad()
    value = loss(model(*inputs), target)
    value.backward()
    every = [weight for group in optimizer.param_groups for weight in group["params"]]
    nn.utils.clip_grad_norm_(every, 1e4)
    optimizer.step()
    return value.detach()
