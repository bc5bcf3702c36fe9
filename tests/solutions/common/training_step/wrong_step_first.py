"""The weights move before the gradient is there."""


def training_step(model, loss, optimizer, inputs, target):
    value = loss(model(*inputs), target)
    optimizer.step()
    optimizer.zero_grad()
    value.backward()
    return value.item()
