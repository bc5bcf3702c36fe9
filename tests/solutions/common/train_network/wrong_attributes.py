"""Takes a Dataset for one that has all rows in two attributes."""

import torch


def train_network(model, loss, optimizer, data, valid, *, epochs, batch_size):
    out = []
    for _ in range(epochs):
        model.train()
        for i in torch.randperm(len(data)).split(batch_size):
            optimizer.zero_grad()
            loss(model(data.inputs[i]), data.target[i]).backward()
            optimizer.step()
        model.eval()
        s = 0.0
        with torch.no_grad():
            for i in torch.arange(len(valid)).split(batch_size):
                s += loss(model(valid.inputs[i]), valid.target[i]).item() * len(i)
        out.append(s / len(valid))
    return out
