"""Leaves the model in training mode."""

import torch
from torch.utils.data import DataLoader


def train_network(model, loss, optimizer, data, valid, *, epochs, batch_size):
    values = []
    for _ in range(epochs):
        model.train()
        for inputs, target in DataLoader(data, batch_size=batch_size, shuffle=True):
            optimizer.zero_grad()
            value = loss(model(inputs), target)
            value.backward()
            optimizer.step()
        model.eval()
        total = 0.0
        with torch.no_grad():
            for inputs, target in DataLoader(valid, batch_size=batch_size):
                total += loss(model(inputs), target).item() * len(target)
        values.append(total / len(valid))
        model.train()
    return values
