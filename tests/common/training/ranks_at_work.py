"""One rank of the tests in test_ranks.py, each in a process of its own.

Three processes go through all scenes, the last of them through those of three ranks alone. What
each saw is written to FOLDER/WORLD-RANK.json.
"""

import contextlib
import itertools
import json
import math
import os
import signal
import time
import warnings
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, distributed, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, TensorDataset

from common.errors import UserError
from common.trainer import Trainer
from common.training.nonfinite import NonFiniteLossError
from common.training.weighting import Weighting
from tabular.loss import EnsembleLoss, LogCoshLoss
from tabular.model import PriceNetwork
from tabular.neighbours import HiddenNeighbours

ROWS, CLASSES = 41, 3


class Pairs(Dataset):
    """A map-style Dataset of the table's rows."""

    def __init__(self, X: Tensor, y: Tensor) -> None:
        self.X, self.y = X, y

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        return self.X[row], self.y[row]


class Skipping(nn.Module):
    """A part of it is never used, and no gradient reaches it."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.used, self.unused = nn.Linear(3, 1), nn.Linear(3, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.used(x)


class Squares:
    """A metric that is fed batch by batch."""

    def reset(self) -> None:
        self.total, self.rows = 0.0, 0

    def update(self, prediction: Tensor, target: Tensor) -> None:
        self.total += float(((prediction - target) ** 2).sum())
        self.rows += len(target)

    def compute(self) -> float:
        return self.total / self.rows


def table(rows: int = ROWS) -> tuple[Tensor, Tensor]:
    X = torch.randn(rows, 3, generator=torch.Generator().manual_seed(0))
    return X, X @ torch.tensor([[1.0], [-2.0], [0.5]]) + 0.3


def labels(rows: int = ROWS) -> Tensor:
    y = torch.arange(rows) % CLASSES
    y[:15] = -100  # of some batches hardly a row counts
    return y


def network(outputs: int = 1, norm: bool = False, dropout: float = 0.0) -> nn.Module:
    torch.manual_seed(7)
    middle = nn.BatchNorm1d(8) if norm else nn.Identity()
    return nn.Sequential(
        nn.Linear(3, 8), middle, nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, outputs)
    )


def trainer(model: nn.Module, loss: Any = F.mse_loss, **settings: Any) -> Trainer:
    usual = {"device": "cpu", "progress": False, "epochs": 3, "batch_size": 7, "lr": 0.02}
    return Trainer(model, loss, **{**usual, "clip": 1.0, **settings})


def seen(fitted: Trainer) -> dict[str, Any]:
    rows = [{k: v for k, v in row.items() if k != "seconds"} for row in fitted.history.rows]
    weights = torch.cat([tensor.flatten() for tensor in fitted.model.state_dict().values()])
    facts = {"rows": rows, "best": fitted.history.best_epoch, "stopped": fitted.history.stopped}
    return {**facts, "weights": weights.tolist(), "seen": fitted.history.position.seen}


def fit(data: Any, valid: Any = None, model: nn.Module | None = None, **settings: Any) -> Any:
    fitted = trainer(model or network(), **settings)
    resume = settings.get("checkpoint") is not None
    fitted.fit(data, valid=valid, resume=resume)
    return seen(fitted)


def prices() -> dict[str, Any]:
    """Train the network for prices: of the few neighbours of each flat some are hidden."""
    X, y = table()
    near = torch.arange(ROWS * 3).reshape(ROWS, 3).remainder(ROWS).int().flip(0)
    inputs, log_price = (X, torch.zeros(ROWS, 0).int(), X[:, :2], near), y[:, 0] + 3
    torch.manual_seed(7)
    known = X[:, :2], X, log_price
    network = PriceNetwork(3, [], log_price, known=known, width=8, depth=1, members=2, dropout=0.0)
    network.attention.score.bias.requires_grad_(False)  # softmax takes it away: rounding alone
    hide = HiddenNeighbours(seed=1, share=0.5)
    loss = EnsembleLoss(LogCoshLoss())
    return fit((inputs, log_price.exp()), model=network, loss=loss, augment=hide)


def largest(prediction: Tensor, target: Tensor) -> Tensor:
    return (prediction - target).abs().max()


def skipping(data: Any, valid: Any) -> dict[str, Any]:
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # of what is unused
        return fit(data, valid, Skipping())


def as_on_a_card(ignored: int, **settings: Any) -> dict[str, Any]:
    """Let the CPU play an accelerator: what a loss divides by lies there and is not read at once.

    The last of the batches has one row, and so a rank or two have none.
    """
    X, y = table(29)[0], torch.arange(29) % CLASSES
    y[:ignored] = -100
    slow_to_read = patch("common.training.loss_monitor.steps_between_reads", lambda device: 16)
    with slow_to_read, patch.object(Weighting, "on_cpu", Weighting.of):
        return fit((X, y), model=network(CLASSES), loss=nn.CrossEntropyLoss(), **settings)


def histories() -> dict[str, Any]:
    """Everything whose history is the same for any number of ranks."""
    X, y = table()
    valid = table(20)
    metrics = {"largest": largest, "squares": Squares()}
    weighted = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 5.0, 2.0]))
    return {
        # 41 rows in batches of 7: the last has 6, of 20 in batches of 7 as many
        "tensors": fit((X, y), valid, metrics=metrics, monitor="squares", patience=2),
        "fewer rows than ranks": fit((X[:29], y[:29]), (valid[0][:8], valid[1][:8])),
        "dataset": fit(Pairs(X, y), Pairs(*valid)),
        "loader": fit(DataLoader(TensorDataset(X, y), 7, shuffle=True), valid),
        "accumulated": fit((X, y), valid, accumulate=3),
        "accumulated loader": fit([(X[:20], y[:20]), (X[20:30], y[20:30]), (X, y)], accumulate=2),
        "weighted": fit((X, labels()), (X, labels()), network(CLASSES), loss=weighted),
        "on a card": as_on_a_card(0),
        "on a card, ignored": as_on_a_card(9),
        "on a card, accumulated": as_on_a_card(9, accumulate=3),
        "summed": fit((X, y), valid, loss=nn.MSELoss(reduction="sum"), clip=None, lr=1e-3),
        "unused": skipping((X, y), valid),
        "prices": prices(),
        "bf16": fit((X, y), valid, bf16=True, epochs=1),
    }


class StopHere(Exception):  # noqa: N818
    pass


def breaking(steps: float = math.inf) -> Any:
    """Return a loss that breaks off after so many steps; each rank's is asked as often."""
    left = steps

    def loss(prediction: Tensor, target: Tensor) -> Tensor:
        nonlocal left
        left -= prediction.requires_grad
        if left < 0:
            raise StopHere
        return F.mse_loss(prediction, target)

    return loss


def resumed(folder: Path, world: int) -> dict[str, Any]:
    """Go on from the checkpoint that others have left, for a few steps or to the end."""
    X, y = table()
    found = {}
    for kind, data in {
        "tensors": (X, y),
        "loader": DataLoader(TensorDataset(X, y), 7, shuffle=True),
    }.items():
        settings = {"checkpoint": folder / f"{kind}.safetensors", "checkpoint_every": 0}
        loss = breaking({2: 4, 1: 5, 3: math.inf}[world])
        fitted = trainer(network(), loss, **settings)
        try:
            fitted.fit(data, valid=table(20), resume=True)
        except StopHere:
            continue
        found[kind] = seen(fitted)
    return found


def own_dropout(folder: Path) -> dict[str, Any]:
    """Break off in the middle and go on, with draws in it, by as many ranks as before."""
    X, y = table()
    whole = fit((X, y), model=network(dropout=0.5))
    path = folder / "dropout.safetensors"
    settings = {"checkpoint": path, "checkpoint_every": 0}
    with contextlib.suppress(StopHere):
        trainer(network(dropout=0.5), breaking(9), **settings).fit((X, y))
    parts = fit((X, y), model=network(dropout=0.5), loss=breaking(), **settings)
    masks = []
    model = network(dropout=0.5)
    model[3].register_forward_hook(lambda *given: masks.append(given[2][:1].clone() == 0))
    trainer(model, epochs=1).fit((X[:1].repeat(ROWS, 1), y))
    return {"whole": whole, "parts": parts, "masks": torch.cat(masks).tolist()}


def refusals(rank: int) -> dict[str, Any]:
    """What ends all ranks with the same words."""
    X, y = table()
    spoilt = X.clone()
    spoilt[23, 1] = float("nan")
    found: dict[str, Any] = {}
    for name, data, valid, settings in (
        ("training", (spoilt, y), None, {}),
        ("accumulated", (spoilt, y), None, {"accumulate": 2}),
        ("validation", (X, y), (spoilt, y), {}),
        ("loader", DataLoader(TensorDataset(spoilt, y), 7), None, {}),
        ("no mean over rows", (X, y), None, {"loss": largest}),
    ):
        model = network()
        before = [weight.clone() for weight in model.parameters()]
        try:
            trainer(model, **settings).fit(data, valid=valid)
        except NonFiniteLossError as error:
            found[name] = [str(error), error.rows, error.epoch, error.step]
        except UserError as error:
            found[name] = [str(error)]
        if name == "training":
            same = zip(before, model.parameters(), strict=True)
            found["finite"] = all(b.isfinite().all().item() for _, b in same)
    return found


def slowly(seconds: float) -> Any:
    def loss(prediction: Tensor, target: Tensor) -> Tensor:
        time.sleep(seconds)
        return F.mse_loss(prediction, target)

    return loss


def deadline(rank: int) -> dict[str, Any]:
    """One rank is slow, and only its clock would say that time is over."""
    fitted = trainer(network(), slowly(0.02 * rank), epochs=10**6, minutes=0.5 / 60)
    fitted.fit(table(), valid=table(20))
    return {"stopped": fitted.history.stopped, "steps": fitted.history.position.seen}


def interrupted(rank: int) -> dict[str, Any]:
    """Ctrl+C reaches one rank alone; all leave at the same step, with the best weights."""
    steps = itertools.count()

    def loss(prediction: Tensor, target: Tensor) -> Tensor:
        if rank == 1 and next(steps) == 30:
            os.kill(os.getpid(), signal.SIGINT)
        return F.mse_loss(prediction, target)

    model = network()
    fitted = trainer(model, loss, epochs=10**6)
    try:
        fitted.fit(table(), valid=table(20))
    except KeyboardInterrupt:
        return {"position": fitted.history.position.seen, "weights": seen(fitted)["weights"]}
    return {}


def main(rank: int, folder: Path) -> None:
    torch.set_num_threads(1)
    for world in (2, 3):
        if rank >= world:
            continue
        turn = folder / f"resumed-by-{world - 2}"
        while world == 3 and not turn.exists():  # a single process went on in between
            time.sleep(0.05)
        store = distributed.FileStore(str(folder / f"store-{world}"), world)
        distributed.init_process_group("gloo", store=store, rank=rank, world_size=world)
        found: dict[str, Any] = {"histories": histories(), "resumed": resumed(folder, world)}
        if world == 2:
            found["dropout"] = own_dropout(folder)
            with warnings.catch_warnings(action="ignore", category=UserWarning):  # of the first
                found["statistics"] = fit(table(), table(20), network(norm=True))
        else:
            found |= {"refusals": refusals(rank), "deadline": deadline(rank)}
            found["interrupted"] = interrupted(rank)
        distributed.destroy_process_group()
        (folder / f"{world}-{rank}.json").write_text(json.dumps(found))
