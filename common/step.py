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


@exercise(points=15, minutes=25, difficulty=2, uses="Python", lesson="Loop")
def early_stopping(
    values: list[float], patience: int | None, *, higher_is_better: bool = False
) -> tuple[int, bool]:
    """Say which epoch was the best so far, and whether it is time to stop.

    values: the watched figure after each epoch so far, oldest first; usually the loss on the
        validation part, where lower is better. It may be empty: best is 0 then. The list stays
        as it is.
    patience: stop when this many epochs in a row brought nothing better than the best before
        them; 0 stops after any epoch, and None never stops.
    higher_is_better: for figures such as an accuracy.

    Returns (best, stop): the number of the best epoch, counted from 1, and a bool. The same
    value again is nothing better: of equal values the earliest is the best. A nan is never
    better than anything; where there is no other value yet, best is 0, and the patience is
    counted from the beginning. An infinity is a value like any other. Only the epochs after the
    best count for stop: a patience that ran out earlier, before something better came, does not.

    >>> early_stopping([0.9, 0.5, 0.6], 2), early_stopping([0.9, 0.5, 0.6, 0.5], 2)
    ((2, False), (2, True))
    """
    best = 0
    for epoch, value in enumerate(values, start=1):
        if value != value:  # true of nan alone
            continue
        record = values[best - 1] if best else None
        if record is None or (value > record if higher_is_better else value < record):
            best = epoch
    return best, patience is not None and len(values) - best >= patience
