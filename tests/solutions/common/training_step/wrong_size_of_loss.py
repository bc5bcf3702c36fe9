"""The size of the loss: a negative one turns positive."""


def training_step(model, loss, optimizer, inputs, target):
    optimizer.zero_grad()
    value = loss(model(*inputs), target)
    value.backward()
    optimizer.step()
    return abs(value.item())
