"""All in a closure, as some optimizers need it; the step returns what the closure does."""


def training_step(model, loss, optimizer, inputs, target):
    def closure():
        optimizer.zero_grad()
        value = loss(model(*inputs), target)
        value.backward()
        return value

    return optimizer.step(closure).item()
