"""Masks by two hands: PyTorch and Keras. No AutoML that can be installed here knows masks."""

from typing import Any

from common.comparison.ways import EVERYTHING, LAYERS, Comparison, Way
from common.errors import UserError


def check(settings: Any) -> None:
    """Refuse a size that the plain networks cannot halve so often."""
    least = 2 ** (settings.depth + 1)
    if settings.size % least:
        raise UserError(f"--size {settings.size}: to compare, expected a multiple of {least}")
    if settings.tiles:
        raise UserError("--tiles: compare fits whole pictures; leave it out")


COMPARISON = Comparison(
    metrics=("iou", "found", "false", "cost"),
    ways=(
        Way(
            "PyTorch",
            "vision.comparison.with_pytorch",
            EVERYTHING,
            loss="vision.loss:TverskyLoss",
        ),
        Way(
            "Keras",
            "vision.comparison.with_keras",
            LAYERS,
            loss="vision.keras_loss:Tversky",
        ),
    ),
    missing={
        "AutoML": "none: FLAML knows tables and no masks, and AutoKeras 3.0 classifies pictures "
        "and wants Keras before 3.15; here the autopilot searches"
    },
    check=check,
)
