"""What the settings of a training must be, and what tells one training from another."""

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from common.errors import UserError, unknown
from common.training.checkpoint import weights_of

if TYPE_CHECKING:
    from common.trainer import Trainer

COLUMNS = ("epoch", "lr", "train_loss", "valid_loss", "seconds")
COUNTS = ("epochs", "batch_size", "accumulate", "patience")
POSITIVE = ("lr", "minutes", "clip")
NOT_NEGATIVE = ("weight_decay", "checkpoint_every", "workers")
MUST_AGREE = ("lr", "epochs", "batch_size", "seed", "monitor", "higher_is_better", "weight_decay")
MUST_AGREE += ("clip", "accumulate", "bf16", "patience", "deterministic")


def check_settings(trainer: "Trainer") -> None:
    """Raise UserError for the first of the trainer's settings that makes no sense."""
    for name in COUNTS:
        value = getattr(trainer, name)
        if value is not None and (not isinstance(value, int) or value < 1):
            raise UserError(f"{name}={value!r}, expected a whole number of at least 1")
    for name in POSITIVE:
        value = getattr(trainer, name)
        if value is not None and not 0 < value < float("inf"):
            raise UserError(f"{name}={value!r}, expected a number above 0")
    for name in NOT_NEGATIVE:
        value = getattr(trainer, name)
        if not value >= 0:
            raise UserError(f"{name}={value!r}, expected 0 or more")
    for name in trainer.metrics:
        if name in COLUMNS:
            raise UserError(f"a metric cannot be called {name!r}: the history has such a column")
    if trainer.monitor not in ("valid_loss", *trainer.metrics):
        raise unknown("monitor", trainer.monitor, ["valid_loss", *trainer.metrics])


def identity_of(trainer: "Trainer", train: Any, valid: Any) -> dict[str, Any]:
    """Return what must be equal for one training to go on from another's checkpoint."""
    shapes = {name: str(tuple(w.shape)) for name, w in weights_of(trainer.model).items()}
    digest = sha256(repr(sorted(shapes.items())).encode()).hexdigest()[:8]
    return {
        "the model": f"{type(trainer.model).__name__} of {len(shapes)} tensors ({digest})",
        "the loss": _name(trainer.loss),
        "the optimizer": "adamw" if trainer.optimizer is None else "given",
        "the training data": train.describe(),
        "the validation data": valid.describe() if valid else None,
        "metrics": sorted(trainer.metrics),
        **{name: getattr(trainer, name) for name in MUST_AGREE},
    }


def _name(loss: Any) -> str:
    # A module's text holds its settings; a function's would hold an address.
    return getattr(loss, "__name__", None) or str(loss).replace("\n", " ").partition(" at 0x")[0]
