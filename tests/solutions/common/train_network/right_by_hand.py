"""Without a DataLoader: a permutation, and batches stacked by hand."""

import torch


def train_network(model, loss, optimizer, data, valid, *, epochs, batch_size):
    def batches(rows, examples):
        for start in range(0, len(rows), batch_size):
            pairs = [examples[int(i)] for i in rows[start : start + batch_size]]
            yield torch.stack([x for x, _ in pairs]), torch.stack([y for _, y in pairs])

    def examine():
        model.eval()
        with torch.inference_mode():
            pieces = [(loss(model(x), y), len(y)) for x, y in batches(range(len(valid)), valid)]
        return float(sum(value * n for value, n in pieces) / len(valid))

    losses = []
    for _ in range(epochs):
        model.train()
        for x, y in batches(torch.randperm(len(data)), data):
            loss(model(x), y).backward()
            optimizer.step()
            optimizer.zero_grad()
        losses.append(examine())
    return losses
