"""Squeezes what the model said and the target before the loss, which asks for two axes."""


def training_step(model, loss, optimizer, inputs, target):
    optimizer.zero_grad()
    value = loss(model(*inputs).squeeze(), target.squeeze())
    value.backward()
    optimizer.step()
    return value.detach()
