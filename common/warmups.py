"""Warm-ups on tensors: shapes, broadcasting, masks, indices, gradients. Five minutes, no points."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from common.exercises import exercise


@exercise(points=0, minutes=5, lesson="Data")
def picture_batch(pictures: Sequence[Tensor]) -> Tensor:
    """Return pictures as a batch for a network: (batch, 3, height, width) float32, from 0 to 1.

    pictures: each (height, width, 3) uint8, from 0 to 255, all of one size. They do not change.

    >>> batch = picture_batch([torch.full((2, 5, 3), 255, dtype=torch.uint8)])
    >>> batch.shape, batch.max()
    (torch.Size([1, 3, 2, 5]), tensor(1.))
    """
    return torch.stack(list(pictures)).permute(0, 3, 1, 2).float() / 255


@exercise(points=0, minutes=5, lesson="Data")
def standardized(x: Tensor) -> Tensor:
    """Return each column of x with mean 0 and standard deviation 1; x itself does not change.

    x: (rows, columns) float32, at least two rows, no column constant. The variance is the mean of
    the squared differences from the mean (divided by rows, not by rows - 1).

    >>> standardized(torch.tensor([[1.0, 10.0], [3.0, 30.0]]))
    tensor([[-1., -1.],
            [ 1.,  1.]])
    """
    return (x - x.mean(dim=0)) / x.std(dim=0, correction=0)


@exercise(points=0, minutes=5, lesson="Data")
def masked_mean(x: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of each text's tokens: (batch, width).

    x: (batch, tokens, width) float32. mask: (batch, tokens) bool, False where there is only
    padding, whose numbers must not matter. Every text has at least one token.

    >>> x = torch.tensor([[[1.0], [3.0], [99.0]]])
    >>> masked_mean(x, torch.tensor([[True, True, False]]))
    tensor([[2.]])
    """
    return torch.where(mask[..., None], x, 0).sum(dim=1) / mask.sum(dim=1, keepdim=True)


@exercise(points=0, minutes=5, lesson="Losses")
def score_of_target(scores: Tensor, target: Tensor) -> Tensor:
    """Return from each row the score of its true class: (batch,).

    scores: (batch, classes) float32. target: (batch,) int64, which column to take. No loop.

    >>> score_of_target(torch.tensor([[0.1, 0.9], [0.8, 0.2]]), torch.tensor([1, 0]))
    tensor([0.9000, 0.8000])
    """
    return scores.gather(1, target[:, None]).squeeze(1)


@exercise(points=0, minutes=5, lesson="Loop")
def gradient(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Return the gradient of function(x) by x, of the shape of x and without a graph.

    function: takes a tensor of the shape of x and returns a tensor with one number. x: float32,
    without a gradient; it stays so: neither `x.requires_grad` nor `x.grad` changes.

    >>> gradient(lambda x: (x**2).sum(), torch.tensor([1.0, 3.0]))
    tensor([2., 6.])
    """
    leaf = x.clone().requires_grad_()
    return torch.autograd.grad(function(leaf), leaf)[0]
