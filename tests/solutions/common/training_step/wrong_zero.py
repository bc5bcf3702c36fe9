"""Does nothing, and says that all is well."""


def training_step(model, loss, optimizer, inputs, target):
    return 0.0
