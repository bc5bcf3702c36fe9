"""Takes no step where the loss is infinite."""

import torch
from torch.utils.data import DataLoader


def train_network(model, loss, optimizer, data, valid, *, epochs, batch_size):
    out = []
    for _ in range(epochs):
        model.train()
        for x, y in DataLoader(data, batch_size, shuffle=True):
            optimizer.zero_grad()
            v = loss(model(x), y)
            if not torch.isfinite(v):
                continue
            v.backward()
            optimizer.step()
        model.eval()
        s = 0.0
        with torch.no_grad():
            for x, y in DataLoader(valid, batch_size):
                s += loss(model(x), y).item() * len(y)
        out.append(s / len(valid))
    return out
