"""The losses by name, and sums of them as a person writes one: `tversky + 0.5*focal`."""

import math
from collections.abc import Callable, Iterator, Mapping

from vision.loss import Dice, FocalTversky, Tversky, WeightedSum
from vision.pixel_loss import Boundary, CrossEntropy, Focal, MaskLoss
from vision.preprocessing import PicturePreprocessing
from vision.settings import VisionSettings

Build = Callable[[VisionSettings, PicturePreprocessing], MaskLoss]

SINGLE: dict[str, Callable[[VisionSettings], MaskLoss]] = {
    "cross_entropy": lambda settings: CrossEntropy(),
    "focal": lambda settings: Focal(gamma=settings.gamma),
    "boundary": lambda settings: Boundary(extra=settings.extra),
    "dice": lambda settings: Dice(),
    "tversky": lambda settings: Tversky(alpha=settings.alpha, beta=settings.beta),
    "focal_tversky": lambda settings: FocalTversky(
        alpha=settings.alpha, beta=settings.beta, power=settings.power
    ),
}


class Menu(Mapping[str, Build]):
    """Every loss by its name; any sum of them is there too, though it is not listed.

    >>> menu = Menu()
    >>> list(menu)[:2], "tversky + 0.5*focal" in menu, "tversky + hope" in menu
    (['cross_entropy', 'focal'], True, False)
    """

    def __getitem__(self, name: str) -> Build:
        parts = parse(name)
        if len(parts) == 1 and parts[0][0] == 1:
            return lambda settings, _: SINGLE[parts[0][1]](settings)
        return lambda settings, _: WeightedSum(
            [(weight, SINGLE[part](settings)) for weight, part in parts]
        )

    def __iter__(self) -> Iterator[str]:
        return iter(SINGLE)

    def __len__(self) -> int:
        return len(SINGLE)


def parse(text: str) -> list[tuple[float, str]]:
    """Take a sum of losses apart, into pairs (weight, name).

    Raises KeyError for a name or a weight that cannot be.

    >>> parse("tversky + 0.5*focal")
    [(1.0, 'tversky'), (0.5, 'focal')]
    """
    parts = []
    for term in text.split("+"):
        before, star, name = term.rpartition("*")
        name = name.strip()
        try:
            weight = float(before) if star else 1.0
        except ValueError:
            raise KeyError(text) from None
        if name not in SINGLE or not 0 < weight < math.inf:
            raise KeyError(text)
        parts.append((weight, name))
    return parts
