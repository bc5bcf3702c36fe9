"""Seeds the random numbers anew with each step."""

import torch


def training_step(model, loss, optimizer, inputs, target):
    torch.manual_seed(0)
    optimizer.zero_grad()
    value = loss(model(*inputs), target)
    value.backward()
    optimizer.step()
    return value.item()
