"""Forgets the gradient before the step can use it."""


def training_step(model, loss, optimizer, inputs, target):
    value = loss(model(*inputs), target)
    value.backward()
    optimizer.zero_grad()
    optimizer.step()
    return value.item()
