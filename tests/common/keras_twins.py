"""Compares a loss in Keras with its twin in PyTorch, value and gradient."""

import doctest
import importlib

import torch


def assert_same(theirs, ours, prediction, target, *, to_keras=None):
    """The value and the gradient of both, to 1e-6, relative to the largest of ours.

    to_keras: what Keras has to see of (prediction, target); the gradient is that of `prediction`.
    """
    values, gradients = [], []
    for loss in (ours, theirs):
        leaf = prediction.detach().clone().requires_grad_()
        if loss is theirs:
            seen, mask = to_keras(leaf, target) if to_keras else (leaf, target)
            value = loss(mask, seen)
        else:
            value = loss(leaf, target)
        (gradient,) = torch.autograd.grad(value.sum(), leaf)
        values.append(value.detach()), gradients.append(gradient)
    for expected, found in (values, gradients):
        scale = float(expected.abs().max()) if expected.numel() else 0.0
        torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-6 * max(scale, 1e-30))


def assert_examples_are_right(module):
    """Run the examples of a module that is left out where examples are collected."""
    how = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, tried = doctest.testmod(importlib.import_module(module), optionflags=how)
    assert tried
    assert not failed
