"""One training step: the five lines that all of deep learning turns on."""

from collections.abc import Callable

import torch
from torch import Tensor

from common.exercises import exercise


@exercise(points=20, minutes=15, difficulty=1, uses="PyTorch", lesson="Loop")
def training_step(
    model: Callable[..., Tensor],
    loss: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    inputs: tuple[Tensor, ...],
    target: Tensor,
) -> Tensor | float:
    """Learn from one batch, and return its loss without the graph.

    1. Call the model, once, with the tensors of `inputs`, one argument each: `model(*inputs)`.
    2. Call `loss(prediction, target)`, in this order: prediction first. It gives a tensor with
       one number.
    3. Let autograd find the gradients: `backward()`.
    4. Let the optimizer change the weights: `optimizer.step()`, once.
    5. Leave no gradient to the next batch: gradients add up until `optimizer.zero_grad()` is
       called. Calling it right before `backward()` serves as well.

    The model stays in the mode that it came in, training or evaluation: `train()` and `eval()` are
    for the caller.

    What is returned is the loss before the step. As it comes, that tensor would keep its whole
    graph in memory for as long as somebody remembers the loss. Return `loss.detach()`, the same
    number without the graph, or `loss.item()`, a float: on a graphics card that one has to wait
    until all is computed.

    >>> import torch
    >>> model = torch.nn.Linear(1, 1)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> x, y = torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [5.0]])
    >>> first = training_step(model, torch.nn.functional.mse_loss, optimizer, (x,), y)
    >>> second = training_step(model, torch.nn.functional.mse_loss, optimizer, (x,), y)
    >>> bool(second < first)
    True
    """
    prediction = model(*inputs)
    value = loss(prediction, target)
    value.backward()
    optimizer.step()
    optimizer.zero_grad()
    return value.detach()
