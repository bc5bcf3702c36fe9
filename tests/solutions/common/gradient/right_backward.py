"""Backward."""


def gradient(function, x):
    leaf = x.detach().clone().requires_grad_()
    function(leaf).backward()
    return leaf.grad
