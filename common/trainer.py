"""The training loop, in plain PyTorch. `Trainer.fit` is the thing to read."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from common.history import History

Inputs = Tensor | tuple[Tensor, ...]
Pairs = tuple[Inputs, Tensor] | Dataset | Iterable[tuple[Inputs, Tensor]]
Loss = Callable[[Tensor, Tensor], Tensor]
Metric = Callable[[Tensor, Tensor], float | Tensor]
OptimizerMaker = Callable[[list[nn.Parameter]], torch.optim.Optimizer]


class Trainer:
    def __init__(
        self,
        model: nn.Module,
        loss: Loss,
        *,
        lr: float = 1e-3,
        epochs: int = 20,
        batch_size: int = 256,
        device: str | torch.device = "auto",
        seed: int = 0,
        minutes: float | None = None,
        patience: int | None = None,
        metrics: dict[str, Metric] | None = None,
        monitor: str = "valid_loss",
        higher_is_better: bool = False,
        optimizer: OptimizerMaker | None = None,
        weight_decay: float = 0.01,
        clip: float | None = None,
        accumulate: int = 1,
        bf16: bool = False,
        workers: int = 0,
        progress: bool = True,
        tensorboard: str | Path | None = None,
        checkpoint: str | Path | None = None,
        checkpoint_every: float = 30.0,
        deterministic: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        raise NotImplementedError

    def fit(self, data: Pairs, *, valid: Pairs | None = None, resume: bool = False) -> History:
        """Train the model on `data`; leave it with the weights that did best on `valid`."""
        raise NotImplementedError

    def predict(self, data: Inputs | Pairs, *, batch_size: int | None = None) -> Tensor:
        """Return the model's outputs for every row, in order, on the CPU."""
        raise NotImplementedError
