"""Takes no step where the loss is infinite."""

import torch


def training_step(model, loss, optimizer, inputs, target):
    value = loss(model(*inputs), target)
    optimizer.zero_grad()
    if torch.isfinite(value):
        value.backward()
        optimizer.step()
    return value.detach()
