"""Computes in bfloat16 where float32 comes in."""

import torch


def training_step(model, loss, optimizer, inputs, target):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        value = loss(model(*inputs), target)
    value.backward()
    optimizer.step()
    return value.detach()
