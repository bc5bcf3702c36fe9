"""How far rounding alone leads a long training astray, and whether ranks add anything to it.

    python benchmarks/rounding.py [--rows 1500] [--epochs 80]

A network of three layers learns prices of drawn flats by the loss `relative`, in float32 and in
float64: in one process; in one with each batch in three micro-batches, whose gradients are added in
another order; from first weights of which one is the next larger number; by three ranks; and by
three ranks for half of the epochs, then by one process from their checkpoint. Printed is the
largest relative difference of the validation loss from that of the first way, within so many
epochs.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, distributed, nn

from common.trainer import Trainer
from tabular.loss import MAPELoss
from tabular.synthetic import simulate

MARK, BATCH, RANKS = "measured ", 66, 3
WAYS = ("one process", "micro-batches", "one weight", "three ranks", "three, then one")
WITHIN = (1, 5, 10, 20, 40, 80)


class Prices(nn.Module):
    def __init__(self, columns: int, middle: float) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.net = nn.Sequential(
            *(nn.Linear(columns, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU()),
            *(nn.Linear(128, 1), nn.Flatten(0)),
        )
        self.middle = middle

    def forward(self, x: Tensor) -> Tensor:
        return self.middle + self.net(x)


def flats(rows: int, kind: torch.dtype) -> tuple[Tensor, Tensor]:
    """Return the numbers of drawn flats, standardised and without empty cells, and their prices."""
    table, _ = simulate(rows, seed=0)
    X = table.select_dtypes("number").drop(columns=["listing_id", "price"]).to_numpy(float)
    X = np.nan_to_num((X - np.nanmean(X, axis=0)) / (np.nanstd(X, axis=0) + 1e-9)).clip(-5, 5)
    return torch.tensor(X, dtype=kind), torch.tensor(table["price"].to_numpy(), dtype=kind)


def train(way: str, kind: torch.dtype, rows: int, epochs: int, checkpoint: str = "") -> list[float]:
    """Return the validation loss of each epoch; with a checkpoint of several ranks, stop midway."""
    torch.set_num_threads(1)
    X, y = flats(rows, kind)
    cut = len(y) * 4 // 5
    model = Prices(X.shape[1], float(y[:cut].log().mean())).to(kind)
    if way == "one weight":
        with torch.no_grad():
            bias = model.net[4].bias
            bias.copy_(torch.nextafter(bias, torch.full_like(bias, torch.inf)))
    parts = 3 if way == "micro-batches" else 1
    alone = not distributed.is_initialized()

    def halt(share: float) -> None:
        if checkpoint and share >= 0.5:
            os.kill(os.getpid(), signal.SIGINT)

    trainer = Trainer(
        model,
        MAPELoss(),
        lr=3e-3,
        epochs=epochs,
        batch_size=BATCH // parts,
        accumulate=parts,
        device="cpu",
        checkpoint=checkpoint or None,
        checkpoint_every=1.0,
        progress=False if alone else halt,
    )
    data, valid = (X[:cut], y[:cut]), (X[cut:], y[cut:])
    return trainer.fit(data, valid=valid, resume=bool(checkpoint)).column("valid_loss")


def by_ranks(facts: dict) -> list[float]:
    """Return what the first of three ranks has measured; nothing where they were halted."""
    launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={RANKS}"]
    command = [sys.executable, *launcher, __file__, "--work", json.dumps(facts)]
    quiet = {**os.environ, "TORCH_CPP_LOG_LEVEL": "ERROR"}
    done = subprocess.run(command, capture_output=True, text=True, env=quiet, check=False)
    found = re.search(re.escape(MARK) + r"(\[[^]]*\])", done.stdout)
    if found is None:
        raise SystemExit((done.stderr or done.stdout)[-2000:])
    return json.loads(found[1])


def work(facts: dict) -> None:
    """Train as one rank, and print what it measured."""
    distributed.init_process_group("gloo")
    facts["kind"] = getattr(torch, facts["kind"])
    try:
        losses = train("three ranks", **facts)
    except KeyboardInterrupt:
        losses = []
    if distributed.get_rank() == 0:
        print(MARK + json.dumps(losses), flush=True)


def measured(way: str, name: str, rows: int, epochs: int) -> list[float]:
    facts = {"kind": name, "rows": rows, "epochs": epochs}
    if way == "three ranks":
        return by_ranks(facts)
    kind = getattr(torch, name)
    if way != "three, then one":
        return train(way, kind, rows, epochs)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "checkpoint")
        by_ranks({**facts, "checkpoint": path})
        return train(way, kind, rows, epochs, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--epochs", type=int, default=80)
    parser.add_argument("--work", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work)
        return
    within = [epoch for epoch in WITHIN if epoch <= options.epochs]
    for name in ("float32", "float64"):
        print(f"\n{name:<18}" + "".join(f"{epoch:>10}" for epoch in within))
        runs = {way: measured(way, name, options.rows, options.epochs) for way in WAYS}
        first = np.array(runs[WAYS[0]])
        for way in WAYS[1:]:
            apart = np.abs(np.array(runs[way]) / first - 1)
            print(f"{way:<18}" + "".join(f"{apart[:epoch].max():>10.1e}" for epoch in within))


if __name__ == "__main__":
    main()
