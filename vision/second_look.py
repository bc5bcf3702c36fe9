"""The second look: what the first network marked, unrolled about its middle and judged once more.

From the air there is no up, and a letter that is turned is another picture to a convolution. Along
circles about its middle a turned thing is the same thing, shifted:

    rings x angles        a turn of the thing shifts the angles, and what is left of them at one
    end comes in at the other: convolutions go round (circular padding)

Behind them the largest and the mean value over all angles are the same however the thing lies.

An exported run takes this file along, so it needs NumPy and OpenCV alone; `vision.polar_network`
trains the network. Two stages, a fast one that must miss nothing and a choosy one that looks at
little: Viola and Jones, "Rapid object detection using a boosted cascade of simple features" (2001).
Circles in place of rows: Esteves et al., "Polar Transformer Networks" (2018).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

RINGS, ANGLES = 12, 32
REACH = 0.65
"""How far out the last ring lies, in widths of the thing: a little of its surroundings is seen."""
LEAST_WIDTH = 8.0
"""Pixels that a thing is taken to be wide at least."""
SHARP = 40.0
"""Pixels of width from which on a picture is made smaller first: circles would miss what lies
between them."""
FAINTEST = 1.0
"""Grey levels of deviation at least by which a view is scaled."""
DEPTHS = np.linspace(-0.5, 1, 64)
"""How far inside a picture the middle of a disc lies, in radii; 1: all of it is seen."""
SEGMENTS = np.pi / 2 + DEPTHS * np.sqrt(1 - DEPTHS**2) + np.arcsin(DEPTHS)
"""The area of what is seen of it, in squares of the radius."""
NEARNESS = (DEPTHS + 2 / 3 * (1 - DEPTHS**2) ** 1.5 / SEGMENTS) / np.sqrt(SEGMENTS)
"""How far from the edge the centroid of that lies, in roots of its area."""
CUT = 0.5
"""The nearness from which on a thing is whole: a square's that touches the edge with a side."""
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


class Cut(NamedTuple):
    """A thing with its surroundings, cut out of a picture.

    image: (height, width, 3) uint8. x, y: of its middle, and across: its width, in pixels of that.
    """

    image: np.ndarray
    x: float
    y: float
    across: float


def cut_out(image: np.ndarray, x: float, y: float, across: float) -> Cut:
    """Return what lies about a place (x, y) of a picture, as far as circles may reach, in pixels
    no finer than they need."""
    across = max(across, LEAST_WIDTH)
    left, top = max(int(x - across), 0), max(int(y - across), 0)
    part = image[top : int(y + across) + 2, left : int(x + across) + 2]
    x, y, scale = x - left, y - top, SHARP / across
    if scale < 1:
        tall, wide = (max(round(side * scale), 1) for side in part.shape[:2])
        part = cv2.resize(part, (wide, tall), interpolation=cv2.INTER_AREA)
        x, y, across = (x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5, SHARP
    return Cut(np.ascontiguousarray(part), x, y, across)


def completed(x: float, y: float, area: float, size: tuple[int, ...]) -> tuple[float, float, float]:
    """Return the middle x, y and the width of a disc of which a picture of `size` (height, width)
    shows a part; x, y: the centroid of that part, in pixels, and area: its own.

    An edge that cuts a disc leaves a segment. The farther the disc lies outside, the nearer is the
    segment's centroid to the edge, for its area: so both tell where the disc's middle is. A thing
    that no edge cuts stays as it is.

    >>> left_half = np.argwhere(np.hypot(*np.mgrid[-30:31, 0:31]) <= 20)
    >>> y, x = left_half.mean(0) - (30, 0) + (50, 0)
    >>> [round(value) for value in completed(x, y, len(left_half), (100, 100))]
    [0, 50, 40]
    """
    height, width = size[:2]
    away = (x + 0.5, width - 0.5 - x, y + 0.5, height - 0.5 - y)
    edge = int(np.argmin(away))
    nearness = away[edge] / math.sqrt(area)
    if nearness >= CUT:
        return x, y, 2 * math.sqrt(area / math.pi)
    depth = float(np.interp(nearness, NEARNESS, DEPTHS))
    radius = math.sqrt(area / float(np.interp(depth, DEPTHS, SEGMENTS)))
    inside = depth * radius - 0.5
    if edge < 2:
        return (inside, width - 1 - inside)[edge], y, 2 * radius
    return x, (inside, height - 1 - inside)[edge - 2], 2 * radius


def sampled(cut: Cut, places: np.ndarray) -> np.ndarray:
    """Return the colours at some places about a thing's middle, (rows, columns, 3) uint8.

    At CIRCLES it is what the network sees. Beyond the picture's edge lies the mean colour of what
    is cut out: mirrored, half a plate would look like a whole one whose letter is as even as an H.

    places: (rows, columns, 2) float32, x and y in widths of the thing.

    >>> half = np.zeros((9, 5, 3), np.uint8)
    >>> half[:, 3:] = 50
    >>> sampled(cut_out(half, 4.0, 4.0, 8.0), np.array([[[0, 0], [0.5, 0]]], np.float32))[..., 0]
    array([[50, 20]], dtype=uint8)
    >>> disc = np.zeros((40, 40, 3), np.uint8)
    >>> _ = cv2.circle(disc, (20, 20), 10, (9, 9, 9), -1)
    >>> sampled(cut_out(disc, 20.0, 20.0, 20.0), CIRCLES)[:, 0, 0].tolist()
    [9, 9, 9, 9, 9, 9, 9, 9, 9, 6, 0, 0]
    """
    own = places * np.float32(cut.across) + np.array([cut.x, cut.y], np.float32)
    beyond, value = cv2.BORDER_CONSTANT, cv2.mean(cut.image)
    x, y = cv2.split(own)
    return cv2.remap(cut.image, x, y, cv2.INTER_LINEAR, borderMode=beyond, borderValue=value)


def _circles() -> np.ndarray:
    radius = REACH * (np.arange(RINGS) + 0.5) / RINGS
    angle = 2 * np.pi * np.arange(ANGLES) / ANGLES
    directions = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return (radius[:, None, None] * directions).astype(np.float32)


CIRCLES = _circles()
"""(RINGS, ANGLES, 2): x and y, in widths of a thing."""
MIRRORED = -np.arange(ANGLES) % ANGLES
"""The angles of a mirrored thing, which is as likely: the mean of both is surer than one."""

LOOKS = np.stack(
    [CIRCLES * np.float32(1 + nearer) for nearer in (-0.06, 0.07)]
    + [
        CIRCLES + np.array(aside, np.float32)
        for aside in ((0.05, 0), (-0.05, 0), (0, 0.05), (0, -0.05))
    ]
)
"""How a thing is looked at again: nearer, from farther off, and a little aside each way, for what
is marked is seldom all of it. Turned by a quarter, they are the same."""
WORTH = -2.0
"""The logit from which on a thing is worth that: few are."""


def scaled(views: np.ndarray) -> np.ndarray:
    """Return views (n, RINGS, ANGLES, 3) as the network takes them, (n, 3, RINGS, ANGLES) float32:
    each by its own mean and deviation, one for all colours."""
    views = views.astype(np.float32).transpose(0, 3, 1, 2)
    views = views - views.mean((1, 2, 3), keepdims=True)
    return views / np.maximum(views.std((1, 2, 3), keepdims=True), FAINTEST)


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
