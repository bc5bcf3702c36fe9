"""Switches graphs off for validation, and leaves them so in the end."""

import torch
from torch.utils.data import DataLoader


def train_network(model, loss, optimizer, data, valid, *, epochs, batch_size):
    values = []
    for _ in range(epochs):
        torch.set_grad_enabled(True)
        model.train()
        for inputs, target in DataLoader(data, batch_size=batch_size, shuffle=True):
            optimizer.zero_grad()
            loss(model(inputs), target).backward()
            optimizer.step()
        torch.set_grad_enabled(False)
        model.eval()
        total = 0.0
        for inputs, target in DataLoader(valid, batch_size=batch_size):
            total += loss(model(inputs), target).item() * len(target)
        values.append(total / len(valid))
    return values
