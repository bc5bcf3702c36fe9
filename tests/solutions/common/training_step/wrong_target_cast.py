"""Makes the target of the type that the model answers with."""


def training_step(model, loss, optimizer, inputs, target):
    optimizer.zero_grad()
    prediction = model(*inputs)
    value = loss(prediction, target.to(prediction.dtype))
    value.backward()
    optimizer.step()
    return value.detach()
