"""Zeros in place of None."""

import torch


def training_step(model, loss, optimizer, inputs, target):
    with torch.enable_grad():
        optimizer.zero_grad(set_to_none=False)
        prediction = model(*inputs)
        value = loss(prediction, target)
    torch.autograd.backward(value)
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)
    return float(value)
