"""The gradients are never forgotten."""


def training_step(model, loss, optimizer, inputs, target):
    value = loss(model(*inputs), target)
    value.backward()
    optimizer.step()
    return value.item()
