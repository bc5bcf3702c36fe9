"""A domain's losses by name, and sums of them as a person writes one: `tversky + 0.5*focal`."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from common.training.weighting import Weighting

Build = Callable[[Any, Any], nn.Module]
"""Builds a loss from a domain's settings and its fitted preprocessing."""


def names_in(text: str) -> list[str]:
    """Return the names of the losses in a sum.

    >>> names_in("cost + 0.5*focal")
    ['cost', 'focal']
    """
    return [term.rpartition("*")[2].strip() for term in text.split("+")]


class WeightedSumLoss(nn.Module):
    """Several losses at once, each with its weight.

        Σ_i weight_i · loss_i(prediction, target)

    Each sees what another is blind to: an overlap loss the object, cross-entropy every pixel;
    SI-SDR the phases, a spectral distance the volume. Each part checks its inputs, leaves out what
    it ignores, and reduces by itself.

    Counterpart in the field: MONAI's DiceCELoss and its kin, one class for each pair.

    Args:
        parts: pairs (weight, loss), each weight above 0.
        reduction: "mean", "sum" or "none" for all parts; None leaves each part its own.

    Raises:
        ValueError: no part, or a weight that is not a finite number above 0.

    >>> import torch
    >>> both = WeightedSumLoss([(1.0, nn.L1Loss()), (0.5, nn.MSELoss())])
    >>> both(torch.tensor([2.0]), torch.tensor([0.0]))
    tensor(4.)
    """

    def __init__(
        self, parts: Sequence[tuple[float, nn.Module]], *, reduction: str | None = None
    ) -> None:
        super().__init__()
        if not parts or not all(0 < weight < math.inf for weight, _ in parts):
            weights = [weight for weight, _ in parts]
            raise ValueError(f"weights {weights}: expected one or more, all finite and above 0")
        self.weights = tuple(float(weight) for weight, _ in parts)
        self.parts = nn.ModuleList(part for _, part in parts)
        if reduction is not None:
            for part in self.parts:
                part.reduction = reduction  # type: ignore[assignment]  # no submodule, a word
        words: set[Any] = {getattr(part, "reduction", "mean") for part in self.parts}
        self._weighting = [Weighting(part) for part in self.parts]
        self.reduction = words.pop() if len(words) == 1 else "mixed"

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        return self._sum([part(prediction, target) for part in self.parts])

    def weight_of(self, target: Tensor) -> float | Tensor | None:
        """Return what all parts divide by in a batch; None where they differ in that."""
        if self.reduction == "mixed":
            return None
        if target.device.type != "cpu":  # to compare there is to wait; see Weighting.tells
            return self._weighting[0].of(target)
        if not all(part.tells(target) for part in self._weighting):
            return None
        first, *others = (float(part.of(target)) for part in self._weighting)
        return first if all(other == first for other in others) else None

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return the weighted sum of the parts' losses of each example."""
        parts: list[Any] = list(self.parts)  # losses of ours, which have this method
        return self._sum([part.per_example(prediction, target) for part in parts])

    def _sum(self, values: Sequence[Tensor]) -> Tensor:
        total = self.weights[0] * values[0]
        for weight, value in zip(self.weights[1:], values[1:], strict=True):
            total = total + weight * value
        return total


class LossRegistry(Mapping[str, Build]):
    """Every loss of a domain by its name; any sum of them is there too, though it is not listed.

    >>> import torch
    >>> losses = LossRegistry({"l1": lambda *_: nn.L1Loss(), "mse": lambda *_: nn.MSELoss()})
    >>> list(losses), "l1 + 0.5*mse" in losses, "l1 + hope" in losses
    (['l1', 'mse'], True, False)
    >>> losses["l1 + 0.5*mse"](None, None)(torch.tensor([2.0]), torch.tensor([0.0]))
    tensor(4.)
    """

    def __init__(self, single: Mapping[str, Build]) -> None:
        self.single = dict(single)

    def __getitem__(self, name: str) -> Build:
        parts = self._parse(name)
        if len(parts) == 1 and parts[0][0] == 1:
            return self.single[parts[0][1]]

        def build(settings: Any, preprocessing: Any) -> nn.Module:
            return WeightedSumLoss(
                [(weight, self.single[part](settings, preprocessing)) for weight, part in parts]
            )

        return build

    def __iter__(self) -> Iterator[str]:
        return iter(self.single)

    def __len__(self) -> int:
        return len(self.single)

    def _parse(self, text: str) -> list[tuple[float, str]]:
        """Take a sum apart, into pairs (weight, name); raise KeyError for what cannot be."""
        parts = []
        for term in text.split("+"):
            before, star, name = term.rpartition("*")
            try:
                weight = float(before) if star else 1.0
            except ValueError:
                raise KeyError(text) from None
            if name.strip() not in self.single or not 0 < weight < math.inf:
                raise KeyError(text)
            parts.append((weight, name.strip()))
        return parts
