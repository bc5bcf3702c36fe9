"""Rounds the loss, as for a log."""


def training_step(model, loss, optimizer, inputs, target):
    value = loss(model(*inputs), target)
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    optimizer.zero_grad()
    return round(value.item(), 6)
