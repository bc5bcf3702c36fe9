"""Asks for the gradient of the inputs, too, which stay marked."""


def training_step(model, loss, optimizer, inputs, target):
    optimizer.zero_grad()
    value = loss(model(*(one.requires_grad_() for one in inputs)), target)
    value.backward()
    optimizer.step()
    return value.detach()
