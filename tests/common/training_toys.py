"""What the trainer's tests train: a small network on a small table."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.trainer import Trainer


def table(rows: int = 40, seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(rows, 3, generator=generator)
    return X, X @ torch.tensor([[1.0], [-2.0], [0.5]]) + 0.3


def network(dropout: float = 0.0) -> nn.Module:
    torch.manual_seed(7)
    return nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Dropout(dropout), nn.Linear(8, 1))


def trainer(model: nn.Module, loss=F.mse_loss, **settings) -> Trainer:
    quiet = {"device": "cpu", "progress": False, "epochs": 3, "batch_size": 8}
    return Trainer(model, loss, **{**quiet, **settings})


def weights(model: nn.Module) -> list[Tensor]:
    return [tensor.clone() for tensor in model.state_dict().values()]


def same(first: list[Tensor], second: list[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
