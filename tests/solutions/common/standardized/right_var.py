"""Var."""


def standardized(x):
    centred = x - x.mean(0, keepdim=True)
    return centred / centred.square().mean(0).sqrt()
