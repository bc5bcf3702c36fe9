"""The loss as a number of NumPy."""


def training_step(model, loss, optimizer, inputs, target):
    optimizer.zero_grad(set_to_none=False)
    value = loss(model(*inputs), target)
    value.backward()
    before = value.detach().numpy().copy()
    optimizer.step()
    return before[()]
