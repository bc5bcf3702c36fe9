"""All in a closure, as some optimizers need it."""


def training_step(model, loss, optimizer, inputs, target):
    values = []

    def closure():
        optimizer.zero_grad()
        value = loss(model(*inputs), target)
        value.backward()
        values.append(value.item())
        return value

    optimizer.step(closure)
    return values[0]
