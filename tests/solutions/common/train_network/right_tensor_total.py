"""The total is a tensor of float32."""

import torch
from torch.utils.data import DataLoader


def train_network(model, loss, optimizer, data, valid, *, epochs, batch_size):
    losses = []
    for _ in range(epochs):
        model.train()
        for x, y in DataLoader(data, batch_size, shuffle=True):
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()
        model.eval()
        total = torch.zeros(())
        with torch.no_grad():
            for x, y in DataLoader(valid, batch_size):
                total += loss(model(x), y) * len(y)
        losses.append((total / len(valid)).item())
    return losses
