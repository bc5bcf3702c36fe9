"""Calls forward itself, and not the model."""


def training_step(model, loss, optimizer, inputs, target):
    value = loss(model.forward(*inputs), target)
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()
