"""Spectra at several resolutions, once more: `audio.loss.MultiResolutionSTFTLoss` in Keras.

    PyTorch                                     Keras
    per_example(prediction, target)             call(y_true, y_pred): the other way round
    complex spectra                             a pair: real and imaginary parts
    unfold                                      keras.ops.extract_sequences
    register_buffer                             a constant of the loss

The formula and the sources stand beside the loss in PyTorch.
"""

from collections.abc import Sequence
from typing import Any

from audio.loss import FLOOR, RESOLUTIONS, MultiResolutionSTFTLoss
from common.keras_backend import keras

ops = keras.ops


class MultiResolutionSTFT(keras.losses.Loss):
    """Spectral convergence and the distance of logarithms: `MultiResolutionSTFTLoss` in Keras.

    y_true, y_pred: (batch, samples) waveforms. Formula: see `audio.loss.MultiResolutionSTFTLoss`.

    Args:
        resolutions: pairs (window, hop) in samples.

    Raises:
        ValueError: shapes that differ or are not (batch, samples); a hop beyond its window.

    >>> time = keras.ops.arange(4000) / 16000
    >>> tone = 0.5 * keras.ops.sin(2 * 3.14159265 * 440 * time)[None]
    >>> loss = MultiResolutionSTFT()
    >>> bool(loss(tone, tone) == 0), bool(loss(tone, 0.9 * tone) < loss(tone, 0.5 * tone))
    (True, True)
    """

    def __init__(
        self,
        *,
        resolutions: Sequence[tuple[int, int]] = RESOLUTIONS,
        reduction: str = "sum_over_batch_size",
        name: str = "multi_resolution_stft",
    ) -> None:
        super().__init__(name=name, reduction=reduction)
        ours = MultiResolutionSTFTLoss(resolutions=resolutions)  # refuses an impossible hop
        self.resolutions = tuple((window, hop) for window, hop in resolutions)
        self.windows = {
            window: ops.convert_to_tensor(ours.get_buffer(f"hann_{window}").numpy())
            for window, _ in self.resolutions
        }

    def call(self, y_true: Any, y_pred: Any) -> Any:
        if y_true.shape != y_pred.shape or len(y_pred.shape) != 2 or y_pred.shape[1] == 0:
            shapes = f"{tuple(y_true.shape)} and {tuple(y_pred.shape)}"
            raise ValueError(f"MultiResolutionSTFT: shapes {shapes}, expected (batch, samples)")
        costs = [
            self._compare(self._power(y_pred, window, hop), self._power(y_true, window, hop))
            for window, hop in self.resolutions
        ]
        return ops.mean(ops.stack(costs), axis=0)

    def _power(self, sound: Any, window: int, hop: int) -> Any:
        """|STFT|², (batch, frames, bins), never below FLOOR; silent beyond the sound's ends."""
        padded = ops.pad(sound, ((0, 0), (window // 2, window // 2)))
        frames = ops.extract_sequences(padded, window, hop)
        real, imaginary = ops.rfft(frames * self.windows[window])
        return ops.maximum(ops.square(real) + ops.square(imaginary), FLOOR)

    def _compare(self, prediction: Any, target: Any) -> Any:
        difference = ops.mean(ops.square(ops.sqrt(prediction) - ops.sqrt(target)), axis=(1, 2))
        differs = difference > 0  # the gradient of a root is infinite at zero
        distance = ops.where(differs, ops.sqrt(ops.where(differs, difference, 1.0)), 0.0)
        quiet = MultiResolutionSTFTLoss.QUIET
        norm = ops.maximum(ops.sqrt(ops.mean(target, axis=(1, 2))), quiet)
        logarithms = ops.abs(ops.log(prediction) - ops.log(target))
        return distance / norm + 0.5 * ops.mean(logarithms, axis=(1, 2))

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs, so that Keras can save a model with its loss."""
        return {
            "resolutions": self.resolutions,
            "reduction": self.reduction,
            "name": self.name,
        }
