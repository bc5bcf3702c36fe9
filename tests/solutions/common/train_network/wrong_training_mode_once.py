"""Goes into training mode before the first epoch only."""

import torch
from torch.utils.data import DataLoader


def train_network(model, loss, optimizer, data, valid, *, epochs, batch_size):
    values = []
    model.train()
    for _ in range(epochs):
        for x, y in DataLoader(data, batch_size, shuffle=True):
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            total = sum(loss(model(x), y).item() * len(y) for x, y in DataLoader(valid, batch_size))
        values.append(total / len(valid))
    return values
