"""No gradient can reach the weights."""


def training_step(model, loss, optimizer, inputs, target):
    value = loss(model(*inputs).detach().requires_grad_(), target)
    value.backward()
    optimizer.step()
    optimizer.zero_grad()
    return value.item()
