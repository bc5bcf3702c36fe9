"""A whole training in one function: data, batches, learning, validation.

`common.trainer.Trainer` is the same with everything that real work needs beside it.
"""

from typing import Protocol

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from common.exercises import exercise


class Optimizer(Protocol):
    """What a training needs of an optimizer; those of torch.optim have it."""

    def step(self) -> object: ...

    def zero_grad(self) -> object: ...


class Pairs(Dataset):
    """A Dataset of (input, target) pairs, from two tensors of as many rows.

    >>> pairs = Pairs(torch.tensor([[1.0], [2.0]]), torch.tensor([3.0, 5.0]))
    >>> len(pairs), pairs[1]
    (2, (tensor([2.]), tensor(5.)))
    """

    def __init__(self, inputs: Tensor, target: Tensor) -> None:
        self.inputs, self.target = inputs, target

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.inputs[index], self.target[index]


@exercise(points=25, minutes=45, difficulty=3, uses="PyTorch", lesson="Loop")
def train_network(
    model: nn.Module,
    loss: nn.Module,
    optimizer: Optimizer,
    data: Dataset,
    valid: Dataset,
    *,
    epochs: int,
    batch_size: int,
) -> list[float]:
    """Train a network, and return its validation loss after each epoch.

    data, valid: a training and a validation set, each a Dataset of (input, target) pairs of
    tensors. model: takes a batch of inputs. loss: takes (prediction, target) of a batch, and gives
    a tensor with one number, the mean over the batch. optimizer: holds the model's weights.

    In every epoch each training example is used once, in an order of its own for each epoch, in
    batches of batch_size; the last batch may be smaller, and counts. After each batch the
    optimizer takes a step, by the gradient of that batch alone. After each epoch the whole
    validation set is looked at, also in batches of batch_size: nothing is learned from it, its
    order does not matter, and no graph is built. The model may hold Dropout or BatchNorm, so it
    must know when it is trained and when it is examined. Afterwards it is in evaluation mode.

    Returns a list of `epochs` plain floats: the mean loss over all validation examples, each of
    them counting the same, whatever batch it was in.

    >>> _ = torch.manual_seed(0)
    >>> x = torch.linspace(-1, 1, 20)[:, None]
    >>> model = nn.Linear(1, 1)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> pairs = Pairs(x, 3 * x)
    >>> losses = train_network(
    ...     model, nn.MSELoss(), optimizer, pairs, pairs, epochs=30, batch_size=8
    ... )
    >>> len(losses), losses[-1] < 0.01
    (30, True)
    """
    values = []
    for _ in range(epochs):
        model.train()
        for inputs, target in DataLoader(data, batch_size, shuffle=True):
            optimizer.zero_grad()
            loss(model(inputs), target).backward()
            optimizer.step()
        model.eval()
        total, count = 0.0, 0
        with torch.no_grad():
            for inputs, target in DataLoader(valid, batch_size):
                total += loss(model(inputs), target).item() * len(target)
                count += len(target)
        values.append(total / count)
    return values
