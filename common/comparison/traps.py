"""Two mistakes that are made in silence, made here: what Keras does with them, and what we do.

Each function is run when the page is written, and its code is shown there.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from common.errors import UserError
from common.trainer import Trainer
from common.training.nonfinite import NonFiniteLossError


@dataclass(frozen=True)
class Trap:
    """A mistake: its name, what came of it in Keras and here, and the code that was run."""

    name: str
    keras: str
    ours: str
    code: tuple[str, str]


def column_against_row_in_keras() -> str:
    """Eight answers (8, 1) and eight targets (8,): the loss compares each with all others."""
    from common.keras_backend import keras

    compared = []

    class AbsoluteError(keras.losses.Loss):
        def call(self, y_true, y_pred):
            error = keras.ops.abs(y_true - y_pred)
            compared.append(tuple(error.shape))
            return error

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss=AbsoluteError())
    model.fit(torch.ones(8, 1).numpy(), torch.arange(8.0).numpy(), verbose=0)
    return f"trains on, and says nothing: 8 errors have become {compared[-1]}"


def column_against_row_here() -> str:
    """The same network, loss and data."""

    def absolute_error(prediction, target):
        return (prediction - target).abs().mean()

    trainer = Trainer(nn.Linear(1, 1), absolute_error, epochs=1, device="cpu", progress=False)
    try:
        trainer.fit((torch.ones(8, 1), torch.arange(8.0)))
    except UserError as error:
        return f"refuses before the first step: {error}"
    return "trains on, and says nothing"


def price_of_zero_in_keras() -> str:
    """One target is 0, and its logarithm no number that can be learned from."""
    from common.keras_backend import keras

    class SquaredLogError(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return keras.ops.square(y_pred - keras.ops.log(y_true))

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss=SquaredLogError())
    price = torch.tensor([[5.0], [0.0], [9.0]])
    fitted = model.fit(torch.ones(3, 1).numpy(), price.numpy(), epochs=3, verbose=0)
    losses = ", ".join(f"{loss:.3g}" for loss in fitted.history["loss"])
    kept = all(bool(weight.isfinite().all()) for weight in model.state_dict().values())
    return f"trains to the end; loss by epoch: {losses}; weights finite: {kept}"


def price_of_zero_here() -> str:
    """The same network, loss and data."""

    def squared_log_error(prediction, target):
        return (prediction - target.log()).square().mean()

    trainer = Trainer(nn.Linear(1, 1), squared_log_error, epochs=3, device="cpu", progress=False)
    price = torch.tensor([[5.0], [0.0], [9.0]])
    try:
        trainer.fit((torch.ones(3, 1), price))
    except (NonFiniteLossError, UserError) as error:
        return f"ends at once: {error}"
    return "trains to the end"


PAIRS: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "a column against a row": (column_against_row_in_keras, column_against_row_here),
    "a loss that is no number": (price_of_zero_in_keras, price_of_zero_here),
}


def sprung() -> list[Trap]:
    """Run them all.

    Raises:
        UserError: Keras is not installed.
    """
    return [
        Trap(name, theirs(), ours(), (inspect.getsource(theirs), inspect.getsource(ours)))
        for name, (theirs, ours) in PAIRS.items()
    ]
