"""Noise out of speech by two hands: PyTorch and Keras."""

from typing import Any

from common.comparison.ways import EVERYTHING, LAYERS, Comparison, Way


def evaluate(pipeline: Any, examples: Any) -> dict[str, float]:
    """Evaluate what cannot be streamed: whole clips, with their levels restored."""
    from audio.level import restored
    from audio.metrics import figures

    return figures(restored(examples.noisy, pipeline(examples).numpy()), examples)


COMPARISON = Comparison(
    metrics=("lsd", "si_sdr", "gain", "stoi"),
    ways=(
        Way(
            "PyTorch",
            "audio.comparison.with_pytorch",
            EVERYTHING,
            loss="audio.loss:MultiResolutionSTFTLoss",
        ),
        Way(
            "Keras",
            "audio.comparison.with_keras",
            LAYERS,
            loss="audio.keras_loss:MultiResolutionSTFT",
        ),
    ),
    missing={
        "AutoML": "none: FLAML and AutoKeras answer with a class or a number, not with a sound; "
        "here the autopilot searches"
    },
    evaluate=evaluate,
)
