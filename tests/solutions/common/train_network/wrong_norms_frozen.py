"""Leaves BatchNorm in evaluation mode while the rest is trained."""

import torch
from torch import nn
from torch.utils.data import DataLoader


def train_network(model, loss, optimizer, data, valid, *, epochs, batch_size):
    values = []
    for _ in range(epochs):
        model.train()
        for part in model.modules():
            if isinstance(part, nn.modules.batchnorm._BatchNorm):
                part.eval()
        for inputs, target in DataLoader(data, batch_size=batch_size, shuffle=True):
            optimizer.zero_grad()
            loss(model(inputs), target).backward()
            optimizer.step()
        model.eval()
        total = 0.0
        with torch.no_grad():
            for inputs, target in DataLoader(valid, batch_size=batch_size):
                total += loss(model(inputs), target).item() * len(target)
        values.append(total / len(valid))
    return values
