"""A last batch of a single example is left out."""

import torch
from torch.utils.data import DataLoader


def train_network(model, loss, optimizer, data, valid, *, epochs, batch_size):
    values = []
    lonely = len(data) % batch_size == 1
    for _ in range(epochs):
        model.train()
        for inputs, target in DataLoader(data, batch_size, shuffle=True, drop_last=lonely):
            optimizer.zero_grad()
            loss(model(inputs), target).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            batches = DataLoader(valid, batch_size)
            total = sum(loss(model(x), y).item() * len(y) for x, y in batches)
        values.append(total / len(valid))
    return values
