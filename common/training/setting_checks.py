"""The trainer's settings: which make sense, and numbers of other libraries as plain ones."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from numbers import Integral, Real
from operator import le
from typing import TYPE_CHECKING, Any

from torch import Tensor

from common.errors import UserError, unknown
from common.training.optimizers import check_optimizer
from common.training.tensors import describe

if TYPE_CHECKING:
    from common.trainer import Trainer

COLUMNS = ("epoch", "lr", "train_loss", "valid_loss", "seconds")
COUNTS = {"epochs": 1, "batch_size": 1, "accumulate": 1, "patience": 1, "workers": 0}
POSITIVE = ("lr", "minutes", "clip")
NOT_NEGATIVE = ("weight_decay", "checkpoint_every")
MAY_BE_NONE = ("patience", "minutes", "clip")
HIGHER = {"accuracy", "acc", "auc", "auroc", "f1", "precision", "recall", "iou", "dice", "jaccard"}
HIGHER |= {"mcc", "kappa", "bleu", "psnr", "ssim"}
LOWER = {"loss", "error", "err", "mae", "mse", "rmse", "mape", "msle", "perplexity", "wer", "cer"}
"""Names of metrics that are better the higher, or the lower, they are."""
LARGEST_SEED = 2**43
"""Above it, the seed of an epoch is no number of 64 bits."""


def check_settings(trainer: "Trainer") -> None:
    """Raise UserError for the first of the trainer's settings that makes no sense.

    Numbers of NumPy's and PyTorch's own types become plain ones.
    """
    for name, least in COUNTS.items():
        _make_plain(trainer, name, Integral, partial(le, least), f"of at least {least}")
    for name in POSITIVE:
        _make_plain(trainer, name, Real, lambda value: 0 < value < math.inf, "above 0")
    for name in NOT_NEGATIVE:
        _make_plain(trainer, name, Real, partial(le, 0), "of at least 0")
    most = f"of at most {LARGEST_SEED:,}"
    _make_plain(trainer, "seed", Integral, lambda value: abs(value) <= LARGEST_SEED, most)
    check_optimizer(trainer.optimizer)
    if trainer.augment is not None and not callable(trainer.augment):
        raise UserError(f"augment={describe(trainer.augment)}, expected a function")
    if trainer.monitor not in ("valid_loss", *trainer.metrics):
        raise unknown("monitor", trainer.monitor, ["valid_loss", *trainer.metrics])
    # The whole name: an accuracy_gap is better the lower it is, and a mae_skill the higher.
    measure = trainer.monitor.lower().removeprefix("val_").removeprefix("valid_")
    higher = measure in HIGHER
    if (higher or measure in LOWER) and bool(trainer.higher_is_better) != higher:
        raise UserError(
            f"monitor={trainer.monitor!r} is better the {'higher' if higher else 'lower'} it is: "
            f"give higher_is_better={higher}"
        )


def _make_plain(
    trainer: "Trainer", name: str, kind: type, fits: Callable[[Any], bool], words: str
) -> None:
    value: Any = getattr(trainer, name)
    if value is None and name in MAY_BE_NONE:
        return
    if isinstance(value, Tensor) and value.numel() == 1:
        value = value.item()
    whole = kind is Integral
    suits = isinstance(value, kind) and not isinstance(value, bool) and fits(value)
    if not suits:
        number = "whole number" if whole else "number"
        raise UserError(f"{name}={value!r}, expected a {number} {words}")
    setattr(trainer, name, int(value) if whole else float(value))


def check_metrics(metrics: Any) -> None:
    """Raise UserError for what are no metrics with names."""
    if not isinstance(metrics, Mapping):
        raise UserError(
            f"metrics={describe(metrics)}, expected names and functions, such as {{'mae': l1_loss}}"
        )
    for name, metric in metrics.items():
        if name in COLUMNS:
            raise UserError(f"a metric cannot be called {name!r}: the history has such a column")
        if isinstance(metric, type):
            kind = metric.__name__
            raise UserError(f"the metric {name} is the class {kind}, expected {kind}()")
        if not callable(metric) and not hasattr(metric, "compute"):
            raise UserError(
                f"the metric {name} is {describe(metric)}, expected a function of predictions and "
                "targets"
            )
