"""The network that judges an unrolled thing once more, as NumPy computes it.

Convolutions go round along the angles (circular padding); behind them the largest and the mean
value over all angles are the same however the thing lies.

An exported run takes this file along, so it needs NumPy and OpenCV alone;
`vision.second_look.network` is the same in PyTorch, to be trained.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from vision.second_look.polar_sampling import (
    ANGLES,
    CIRCLES,
    LOOKS,
    MIRRORED,
    RINGS,
    Cut,
    completed,
    cut_out,
    sampled,
    scaled,
)

WORTH = -2.0
"""The logit from which on a thing is worth that: few are."""
CERTAIN = 1e-6
"""How near to 0 and 1 a probability is let come that another one may overrule."""
MOST = 256
"""Things that are judged at a time."""


class Layer(NamedTuple):
    """One convolution of the network, see `convolved`."""

    size: int
    stride: int
    padded: bool
    residual: bool


LAYERS = {
    "stem": Layer(5, 2, True, False),
    "refine": Layer(3, 1, True, True),
    "across": Layer(5, 1, False, False),
    "around": Layer(5, 1, False, True),
}
"""The first halves at once: most of the time goes where there is most to look at. `across` takes
all rings at once, so that behind it only angles are left."""


def convolved(x: np.ndarray, weight: np.ndarray, bias: np.ndarray, layer: Layer) -> np.ndarray:
    """Return a convolution that goes round along the angles, behind it a ReLU.

    x: (n, rings, angles, channels), for NumPy copies what lies side by side fastest. weight:
    (outputs, channels, height, width). The rings are padded with zeros where the layer says so.
    Where it is residual, x is added.

    Counterpart in the field: torch.nn.Conv2d with padding_mode="circular" along one axis.
    """
    (count, rings, angles, channels), (tall, wide) = x.shape, weight.shape[2:]
    above, beside = tall // 2 if layer.padded else 0, wide // 2
    padded = np.zeros((count, rings + 2 * above, angles + 2 * beside, channels), x.dtype)
    inner = padded[:, above : above + rings]
    inner[:, :, beside : beside + angles] = x
    inner[:, :, :beside] = x[:, :, angles - beside :]
    inner[:, :, beside + angles :] = x[:, :, :beside]
    windows = np.lib.stride_tricks.sliding_window_view(padded, (tall, wide), axis=(1, 2))
    windows = windows[:, :: layer.stride, :: layer.stride].transpose(0, 1, 2, 4, 5, 3)
    shape = (*windows.shape[:3], len(weight))
    kernel = weight.transpose(2, 3, 1, 0).reshape(-1, len(weight))
    out = windows.reshape(-1, len(kernel)) @ kernel
    out += bias
    out = np.maximum(out, 0, out=out).reshape(shape)
    return x + out if layer.residual else out


@dataclass(frozen=True, eq=False)
class SecondLook:
    """The trained network, without PyTorch.

    weights: of each layer of `LAYERS` "NAME.weight" and "NAME.bias", the normalisation within; and
    "head.weight" (1, 2 channels), "head.bias" (1,).
    """

    weights: Mapping[str, np.ndarray]

    def __call__(self, image: np.ndarray, centres: np.ndarray, areas: np.ndarray) -> np.ndarray:
        """Return for each thing in a picture how likely it is what is sought, (n,) float64.

        Args:
            image: (height, width, 3) uint8 RGB.
            centres: (n, 2) in pixels, x and y.
            areas: (n,) in pixels.
        """
        cuts = [
            cut_out(image, *completed(float(x), float(y), float(area), image.shape))
            for (x, y), area in zip(centres, areas, strict=True)
        ]
        logits = self.mean_of(cuts, CIRCLES[None])
        again = np.flatnonzero(logits > WORTH)
        others = self.mean_of([cuts[i] for i in again], LOOKS)
        logits[again] = (logits[again] + len(LOOKS) * others) / (1 + len(LOOKS))
        return sigmoid(logits)

    def mean_of(self, cuts: Sequence[Cut], looks: np.ndarray) -> np.ndarray:
        """Return the mean logit of each thing over some looks and what mirrors them, (n,) float64.

        looks: (m, RINGS, ANGLES, 2), places in widths of the thing.
        """
        logits = np.empty(len(cuts))
        each = max(MOST // len(looks), 1)
        for first in range(0, len(cuts), each):
            part = cuts[first : first + each]
            x = scaled(np.stack([sampled(cut, look) for cut in part for look in looks]))
            own = (self.logits(x) + self.logits(x[..., MIRRORED])) / 2
            logits[first : first + each] = own.reshape(len(part), -1).mean(1)
        return logits

    def logits(self, x: np.ndarray) -> np.ndarray:
        """Return the logit of each view, (n,); x: as `scaled` gives them."""
        x = x.transpose(0, 2, 3, 1)
        for name, layer in LAYERS.items():
            x = convolved(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], layer)
        x = x[:, 0]
        pooled = np.concatenate([x.max(1), x.mean(1)], axis=1)
        return (pooled @ self.weights["head.weight"].T + self.weights["head.bias"])[:, 0]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "SecondLook":
        """Return the network of arrays that may come from a stranger.

        Raises:
            ValueError: they cannot be its weights.
        """
        taken: dict[str, np.ndarray] = {}
        channels, rings = 3, RINGS
        for name, layer in LAYERS.items():
            weight, bias = (_finite(arrays, f"{name}.{part}") for part in ("weight", "bias"))
            tall = layer.size if layer.padded else rings
            shape = (len(bias), channels, tall, weight.shape[-1])
            odd = weight.ndim == 4 and weight.shape[-1] % 2 == 1 and weight.shape[-1] <= ANGLES // 2
            alike = not layer.residual or len(bias) == channels
            if bias.ndim != 1 or not odd or weight.shape != shape or not alike:
                raise ValueError(f"second look: {name} is {weight.shape}")
            channels, rings = len(bias), -(-rings // layer.stride) if layer.padded else 1
            taken |= {f"{name}.weight": weight, f"{name}.bias": bias}
        for name, shape_ in (("head.weight", (1, 2 * channels)), ("head.bias", (1,))):
            taken[name] = _finite(arrays, name)
            if taken[name].shape != shape_:
                raise ValueError(f"second look: {name} is {taken[name].shape}")
        return cls(taken)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Return the probabilities that log-odds stand for, without overflow.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    return 0.5 * (1 + np.tanh(0.5 * logits))


def agreed(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return how likely things are by two that judge them, each where as many are things as not.

        odds = odds of the first · odds of the second

    first, second: (n,) probabilities. What one is unsure of, 0.5, the other decides. In the field:
    naive Bayes, for it holds where the two are mistaken independently of each other.

    >>> agreed(np.array([0.5, 0.8, 1.0]), np.array([0.9, 0.8, 0.0])).round(3).tolist()
    [0.9, 0.941, 0.0]
    """
    first = np.clip(first, CERTAIN, 1 - CERTAIN)
    both = first * second
    return both / (both + (1 - first) * (1 - second))


def _finite(arrays: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    array = np.asarray(arrays.get(name, ()))
    if array.dtype != np.float32 or not array.size or not np.isfinite(array).all():
        raise ValueError(f"second look: {name}, expected finite float32")
    return array
