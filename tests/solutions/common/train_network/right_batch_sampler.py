"""With a BatchSampler, and a function for both halves of an epoch."""

import math

import torch
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler


def train_network(model, loss, optimizer, data, valid, *, epochs, batch_size):
    def walk(dataset, sampler, learn):
        model.train(learn)
        parts = []
        batches = DataLoader(dataset, batch_sampler=BatchSampler(sampler, batch_size, False))
        with torch.set_grad_enabled(learn):
            for x, y in batches:
                value = loss(model(x), y)
                if learn:
                    optimizer.zero_grad()
                    value.backward()
                    optimizer.step()
                parts.append(value.item() * x.shape[0])
        return math.fsum(parts) / len(dataset)

    orders = RandomSampler(data), SequentialSampler(valid)
    values = []
    while len(values) < epochs:
        walk(data, orders[0], True)
        values.append(walk(valid, orders[1], False))
    return values
