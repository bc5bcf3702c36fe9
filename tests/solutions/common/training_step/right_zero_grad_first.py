"""The order of most tutorials."""


def training_step(model, loss, optimizer, inputs, target):
    optimizer.zero_grad()
    prediction = model(*inputs)
    value = loss(prediction, target)
    value.backward()
    optimizer.step()
    return float(value.detach())
