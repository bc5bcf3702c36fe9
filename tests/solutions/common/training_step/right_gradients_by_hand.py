"""Takes the gradients away by hand."""


def training_step(model, loss, optimizer, inputs, target):
    prediction = model(*inputs)
    value = loss(prediction, target)
    value.sum().backward()
    optimizer.step()
    for parameter in model.parameters():
        parameter.grad = None
    return value.clone().detach()
