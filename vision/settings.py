"""What can be tuned in segmenting pictures, and where pictures come from. No torch here."""

from dataclasses import dataclass

from common.errors import UserError
from common.settings import ACTIVATIONS, Options, Settings, option

BROKEN = ("refuse", "skip")
NORMS = ("batch", "group")
LEAST_CROP = 16
"""Pixels of the smallest squares to train on."""


@dataclass(frozen=True, kw_only=True)
class PictureSource(Options):
    """A person's pictures with their masks, or the course's flights."""

    images: str | None = option(
        None,
        "folder of pictures; if left out: the course's flights, or the run's own data",
        metavar="DIR",
    )
    masks: str | None = option(
        None, "folder of masks, each of the same name as its picture", metavar="DIR"
    )
    broken: str = option(
        "refuse", "what to do with a picture that cannot be read: refuse, skip", choices=BROKEN
    )
    unpaired: str = option(
        "refuse",
        "what to do with pictures without masks, and the reverse: refuse, skip",
        choices=BROKEN,
    )
    large: bool = option(
        False, "let in pictures of up to a thousand million pixels, each held in memory by itself"
    )


@dataclass(frozen=True, kw_only=True)
class VisionSettings(Settings):
    """The network, the training, and what a mistake costs."""

    loss: str = option(
        "dice + cross_entropy",
        "loss to train with: cross_entropy, focal, boundary, dice, tversky, focal_tversky, or a "
        "sum such as 'tversky + 0.5*focal'",
    )
    depth: int = option(4, "times that the network halves the picture", at_least=1, at_most=8)
    width: int = option(12, "channels at full size", at_least=1, at_most=1024)
    activation: str = option("relu", "activation function", choices=ACTIVATIONS)
    batch_size: int = option(8, "pictures in one training step", at_least=1, at_most=2**16)
    lr: float = option(
        3e-3, "highest learning rate of the one-cycle schedule", above=0, at_most=1000
    )
    epochs: int = option(30, "passes over the training part", at_least=1, at_most=10**6)
    size: int = option(256, "side of the square that pictures are fitted to", at_least=16)
    tiles: bool = option(
        False, "cut large pictures into squares of --size pixels in place of shrinking them"
    )
    crop: int | None = option(
        None,
        "train on squares of so many pixels, half of them around objects, four in place of a "
        "picture; 0: on whole pictures (default: squares where objects are small and rare)",
        at_least=0,
    )
    augment: bool = option(True, "turn, mirror and recolour the training part at random")
    norm: str = option(
        "batch", "what layers are normalised over: batch, group (each picture alone)", choices=NORMS
    )
    own_contrast: bool = option(
        False, "scale each picture by its own brightness: for light and dark ones of one thing"
    )
    alpha: float = option(0.3, "Tversky: weight of a false pixel", above=0)
    beta: float = option(0.7, "Tversky: weight of a missed pixel", above=0)
    power: float = option(0.75, "focal Tversky: the exponent", above=0, at_most=10)
    gamma: float = option(2.0, "focal: the exponent", at_least=0, at_most=10)
    extra: float = option(10.0, "boundary: extra weight at a boundary", at_least=0)
    tolerance: int = option(
        2,
        "pixels that an answer may lie beside a thin thing",
        at_least=0,
        at_most=64,
    )
    miss_price: float = option(10_000.0, "roubles that a missed object costs", at_least=0)
    false_price: float = option(5_000.0, "roubles that a false object costs", at_least=0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.crop and self.tiles:
            raise UserError(
                f"--crop {self.crop} and --tiles: both cut pictures; leave out one of the two",
                ru=f"--crop {self.crop} и --tiles: оба режут снимки; оставьте один из двух",
            )
        if self.crop and not LEAST_CROP <= self.crop <= self.size:
            expected = f"{LEAST_CROP}–{self.size}"
            raise UserError(
                f"--crop {self.crop}: expected 0, or {expected}, up to --size",
                ru=f"--crop {self.crop}: ожидалось 0 или {expected}, не больше --size",
            )
        if self.tiles and (self.norm != "batch" or self.own_contrast):
            other = "--own-contrast" if self.own_contrast else f"--norm {self.norm}"
            raise UserError(
                f"--tiles and {other}: the latter scales each tile by itself, and seams would be "
                "seen between them; leave out one of the two"
            )


@dataclass(frozen=True, kw_only=True)
class PredictOptions(Options):
    """How a run answers for new pictures."""

    rate: float | None = option(
        None, "frames of a video in a second (default: its own)", above=0, at_most=240
    )
    threshold: float | None = option(
        None,
        "probability above which a pixel is an object (default: as the training chose)",
        above=0,
        at_most=1,
    )
    broken: str = option(
        "refuse", "what to do with a picture that cannot be read: refuse, skip", choices=BROKEN
    )
    large: bool = option(
        False, "let in pictures of up to a thousand million pixels, each held in memory by itself"
    )
