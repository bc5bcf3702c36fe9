"""Returns the loss in float32."""


def training_step(model, loss, optimizer, inputs, target):
    value = loss(model(*inputs), target)
    value.backward()
    optimizer.step()
    optimizer.zero_grad()
    return value.detach().float()
