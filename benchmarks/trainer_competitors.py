"""What benchmarks/trainer.py compares: the scenes, and those who train the same network in them.

A competitor takes a model, the data, and a number of epochs, and returns the last validation loss.
"""

import contextlib
import math
import os
import tempfile
import warnings
from collections.abc import Callable

os.environ["KERAS_BACKEND"] = "torch"
warnings.filterwarnings("ignore")

import torch  # noqa: E402
from torch import Tensor, nn  # noqa: E402

from common.trainer import Trainer  # noqa: E402
from common.training.schedule import one_cycle  # noqa: E402

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
        valid_loss = validated(model, loss_function, X_valid, y_valid)
    return valid_loss


def validated(model: nn.Module, loss_function: nn.Module, X: Tensor, y: Tensor) -> float:
    """Return the mean loss of a validation, as the bare loops do it."""
    model.eval()
    total = 0.0
    with torch.inference_mode():
        for start in range(0, len(X), BATCH):
            part = slice(start, start + BATCH)
            total += loss_function(model(X[part]), y[part]).item() * len(y[part])
    return total / len(X)


def bare_with_the_same_duties(model: nn.Module, data: tuple[Tensor, ...], epochs: int) -> float:
    """The same loop that also does by hand what `Trainer` does at every step and epoch.

    It anneals the learning rate, takes no step by a loss or gradient that is not finite, and keeps
    the weights that did best.
    """
    X, y, X_valid, y_valid = data
    loss_function = nn.MSELoss()
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=LR, weight_decay=DECAY, fused=True)
    steps = epochs * -(-len(X) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: one_cycle(step / steps))
    best, best_weights = math.inf, model.state_dict()
    for _ in range(epochs):
        model.train()
        total = 0.0
        for rows in torch.randperm(len(X)).split(BATCH):
            loss = loss_function(model(X[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            norm = nn.utils.get_total_norm([each.grad for each in parameters])
            if not (math.isfinite(loss.item()) and math.isfinite(norm.item())):
                raise FloatingPointError("the loss or its gradient is not finite")
            optimizer.step()
            schedule.step()
            total += loss.item() * len(rows)
        valid_loss = validated(model, loss_function, X_valid, y_valid)
        if valid_loss < best:
            best = valid_loss
            best_weights = {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(best_weights)
    return valid_loss


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
            "bare, same duties": bare_with_the_same_duties,
            "ours": ours,
            "ours with its bar": ours_with_bar,
            "skorch": by_skorch,
            "Keras on torch": by_keras,
            "Lightning": by_lightning,
            "Lightning as it comes": by_lightning_as_it_comes,
        },
    ),
    "CNN": (
        cnn,
        images,
        {"bare loop": bare, "bare, same duties": bare_with_the_same_duties, "ours": ours},
    ),
}
