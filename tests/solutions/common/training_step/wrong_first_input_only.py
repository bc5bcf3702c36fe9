"""A model of several inputs gets one."""


def training_step(model, loss, optimizer, inputs, target):
    value = loss(model(inputs[0], inputs[0][:, : inputs[1].shape[1]]), target)
    value.backward()
    optimizer.step()
    optimizer.zero_grad()
    return value.item()
