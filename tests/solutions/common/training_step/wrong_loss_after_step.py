"""The loss of the new weights."""


def training_step(model, loss, optimizer, inputs, target):
    loss(model(*inputs), target).backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss(model(*inputs), target).item()
