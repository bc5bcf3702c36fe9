"""The trainer beside a bare loop, skorch, Keras on torch and Lightning, in one run.

    python benchmarks/trainer.py [--repeats 9] [--epochs 20] [--threads 2] [--json]
    python benchmarks/trainer.py --only bare ours     # where skorch, Keras, Lightning are missing

Everyone trains the same network from the same weights on the same tensors with AdamW, the same
batches and a validation each epoch, its bars and logs off; two more rows have them on. What is
timed is an epoch: a fit of one epoch is subtracted from a longer one, so that nobody pays for
setting up or warming up. The repeats are interleaved, so that whatever else the computer does
disturbs everyone. A ratio is taken within each repeat, for a computer's speed wavers from minute to
minute; the median of the ratios is printed, and for the bare loop's the middle half of them. The
losses differ in that ours alone anneals the learning rate. The column cpu is the processor's time
against the bare loop's, of use where the computer has other work as well. Memory is the peak of a
process of its own. The deadline is one of 0.1 minutes on the real clock.
"""

import argparse
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"
warnings.filterwarnings("ignore")

import torch  # noqa: E402
from torch import Tensor, nn  # noqa: E402

from common.trainer import Trainer  # noqa: E402

BATCH, LR, DECAY = 256, 1e-3, 0.01


def tables() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    torch.manual_seed(0)
    X = torch.randn(16_384 + 4_096, 8)
    y = (X[:, :1] * X[:, 1:2]).sin() + X[:, 2:3].abs()
    return X[:16_384], y[:16_384], X[16_384:], y[16_384:]


def images() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    torch.manual_seed(0)
    X = torch.randn(1_280, 3, 32, 32)
    y = X.mean((1, 2, 3)).unsqueeze(1) * 10
    return X[:1_024], y[:1_024], X[1_024:], y[1_024:]


def mlp() -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Linear(8, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 1)
    )


def cnn() -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, 1),
    )


def bare(model: nn.Module, data: tuple[Tensor, ...], epochs: int) -> float:
    """What a careful person writes by hand: index batches, fused Adam, inference_mode."""
    X, y, X_valid, y_valid = data
    loss_function = nn.MSELoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LR, weight_decay=DECAY, fused=True)
    for _ in range(epochs):
        model.train()
        total = 0.0
        for rows in torch.randperm(len(X)).split(BATCH):
            loss = loss_function(model(X[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        model.eval()
        total = 0.0
        with torch.inference_mode():
            for start in range(0, len(X_valid), BATCH):
                part = slice(start, start + BATCH)
                loss = loss_function(model(X_valid[part]), y_valid[part])
                total += loss.item() * len(y_valid[part])
    return total / len(X_valid)


def ours(model: nn.Module, data: tuple[Tensor, ...], epochs: int) -> float:
    X, y, X_valid, y_valid = data
    trainer = Trainer(
        model,
        nn.MSELoss(),
        lr=LR,
        weight_decay=DECAY,
        batch_size=BATCH,
        epochs=epochs,
        device="cpu",
        progress=False,
    )
    return trainer.fit((X, y), valid=(X_valid, y_valid)).rows[-1]["valid_loss"]


def ours_with_bar(model: nn.Module, data: tuple[Tensor, ...], epochs: int) -> float:
    X, y, X_valid, y_valid = data
    trainer = Trainer(model, nn.MSELoss(), lr=LR, batch_size=BATCH, epochs=epochs, device="cpu")
    return trainer.fit((X, y), valid=(X_valid, y_valid)).rows[-1]["valid_loss"]


def by_skorch(model: nn.Module, data: tuple[Tensor, ...], epochs: int) -> float:
    import skorch
    from skorch.helper import predefined_split

    X, y, X_valid, y_valid = data
    net = skorch.NeuralNetRegressor(
        model,
        criterion=nn.MSELoss,
        optimizer=torch.optim.AdamW,
        optimizer__fused=True,
        optimizer__weight_decay=DECAY,
        lr=LR,
        batch_size=BATCH,
        max_epochs=epochs,
        iterator_train__shuffle=True,
        train_split=predefined_split(torch.utils.data.TensorDataset(X_valid, y_valid)),
        verbose=0,
    )
    net.fit(X, y)
    return net.history[-1, "valid_loss"]


def by_keras(model: nn.Module, data: tuple[Tensor, ...], epochs: int) -> float:
    import keras

    X, y, X_valid, y_valid = data
    keras.utils.set_random_seed(1)
    network = keras.Sequential(
        [
            keras.layers.Input((8,)),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    network.compile(optimizer=keras.optimizers.AdamW(LR, weight_decay=DECAY), loss="mse")
    history = network.fit(
        X.numpy(),
        y.numpy(),
        batch_size=BATCH,
        epochs=epochs,
        validation_data=(X_valid.numpy(), y_valid.numpy()),
        validation_batch_size=BATCH,
        verbose=0,
    )
    return history.history["val_loss"][-1]


def by_lightning(
    model: nn.Module, data: tuple[Tensor, ...], epochs: int, **settings: object
) -> float:
    import logging

    import lightning
    from torch.utils.data import DataLoader, TensorDataset

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model, self.loss = model, nn.MSELoss()

        def training_step(self, batch: list[Tensor], _: int) -> Tensor:
            return self.loss(self.model(batch[0]), batch[1])

        def validation_step(self, batch: list[Tensor], _: int) -> None:
            self.log("valid_loss", self.loss(self.model(batch[0]), batch[1]))

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.AdamW(self.parameters(), lr=LR, weight_decay=DECAY, fused=True)

    X, y, X_valid, y_valid = data
    settings = settings or {
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "num_sanity_val_steps": 0,
    }
    trainer = lightning.Trainer(max_epochs=epochs, accelerator="cpu", **settings)
    trainer.fit(
        Module(),
        DataLoader(TensorDataset(X, y), batch_size=BATCH, shuffle=True),
        DataLoader(TensorDataset(X_valid, y_valid), batch_size=BATCH),
    )
    return float(trainer.callback_metrics["valid_loss"])


def by_lightning_as_it_comes(model: nn.Module, data: tuple[Tensor, ...], epochs: int) -> float:
    """With its bar, logs and checkpoints, as somebody has it who changes nothing."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        return by_lightning(model, data, epochs, default_root_dir=folder)


Runner = Callable[[nn.Module, tuple[Tensor, ...], int], float]
SCENES: dict[str, tuple[Callable, Callable, dict[str, Runner]]] = {
    "MLP": (
        mlp,
        tables,
        {
            "bare loop": bare,
            "ours": ours,
            "ours with its bar": ours_with_bar,
            "skorch": by_skorch,
            "Keras on torch": by_keras,
            "Lightning": by_lightning,
            "Lightning as it comes": by_lightning_as_it_comes,
        },
    ),
    "CNN": (cnn, images, {"bare loop": bare, "ours": ours}),
}


def chosen(scene: str, only: list[str] | None) -> dict[str, Runner]:
    """Return the competitors named in `only`; the bare loop and ours are always there."""
    runners = SCENES[scene][2]
    if only is None:
        return runners
    return {n: run for n, run in runners.items() if n in ("bare loop", "ours", *only)}


def compare(
    scene: str, *, repeats: int, epochs: int, only: list[str] | None
) -> dict[str, dict[str, float]]:
    """Return for each competitor the median seconds per epoch, of its ratios, and its loss."""
    make, load, _ = SCENES[scene]
    runners = chosen(scene, only)
    data = load()
    times: dict[str, list[float]] = {name: [] for name in runners}
    work: dict[str, list[float]] = {name: [] for name in runners}
    losses: dict[str, float] = {}
    for run in runners.values():
        run(make(), data, 1)
    for repeat in range(repeats):
        # Each repeat starts with another competitor: nobody is always the first or the last.
        order = list(runners.items())
        for name, run in order[repeat % len(order) :] + order[: repeat % len(order)]:
            marks = [(time.perf_counter(), time.process_time())]
            for count in (1, epochs + 1):
                losses[name] = run(make(), data, count)
                marks.append((time.perf_counter(), time.process_time()))
            for kind, spans in enumerate((times, work)):
                first, second, third = (mark[kind] for mark in marks)
                spans[name].append((third - second - (second - first)) / epochs)
    return {
        name: {
            "seconds per epoch": statistics.median(times[name]),
            "against bare loop": statistics.median(ratios(times, name, "bare loop")),
            "middle half": statistics.quantiles(ratios(times, name, "bare loop"))[::2],
            "against ours": statistics.median(ratios(times, name, "ours")),
            "processor time against bare loop": statistics.median(ratios(work, name, "bare loop")),
            "valid loss": losses[name],
        }
        for name in runners
    }


def ratios(spans: dict[str, list[float]], name: str, base: str) -> list[float]:
    return [own / other for own, other in zip(spans[name], spans[base], strict=True)]


def peak_memory(scene: str, name: str, repeats: int = 5) -> float:
    """Return the median peak of fresh processes that train for three epochs, in MiB."""
    command = [sys.executable, __file__, "--peak", scene, name]
    peaks = []
    for _ in range(repeats):
        output = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks.append(float(output.stdout.splitlines()[-1]))
    return statistics.median(peaks)


def print_peak(scene: str, name: str) -> None:
    """Print this process's peak; not ru_maxrss, which a child takes over from its parent."""
    make, load, runners = SCENES[scene]
    runners[name](make(), load(), 3)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    print(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024)


def keep_deadline(minutes: float = 0.1) -> dict[str, float]:
    """Return how long a training took that would have needed hours."""
    X, y, X_valid, y_valid = images()
    trainer = Trainer(cnn(), nn.MSELoss(), epochs=10_000, minutes=minutes, progress=False)
    began = time.perf_counter()
    history = trainer.fit((X, y), valid=(X_valid, y_valid))
    took = time.perf_counter() - began
    return {"asked": minutes * 60, "took": took, "final lr": history.rows[-1]["lr"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="bare, ours, skorch, …")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--peak", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.peak:
        print_peak(*options.peak)
        return
    results: dict[str, dict] = {}
    for scene in SCENES:
        results[scene] = compare(
            scene, repeats=options.repeats, epochs=options.epochs, only=options.only
        )
        for name in ("bare loop", "ours"):
            results[scene][name]["peak MiB"] = peak_memory(scene, name)
    results["deadline"] = keep_deadline()
    if options.json:
        print(json.dumps(results, indent=1))
        return
    for scene in SCENES:
        columns = f"{'s/epoch':>10}{'/ bare':>8}{'middle half':>14}{'/ ours':>8}{'cpu':>8}"
        columns += f"{'loss':>9}{'peak MiB':>10}"
        print(f"\n{scene:<24}{columns}")
        for name, row in results[scene].items():
            low, high = row["middle half"]
            print(
                f"{name:<24}{row['seconds per epoch']:>10.4f}{row['against bare loop']:>8.2f}"
                f"{f'{low:.2f} to {high:.2f}':>14}"
                f"{row['against ours']:>8.2f}{row['processor time against bare loop']:>8.2f}"
                f"{row['valid loss']:>9.4f}"
                + (f"{row['peak MiB']:>10.0f}" if "peak MiB" in row else "")
            )
    asked, took = results["deadline"]["asked"], results["deadline"]["took"]
    print(f"\ndeadline: asked for {asked:.1f} s, took {took:.2f} s")


if __name__ == "__main__":
    main()
