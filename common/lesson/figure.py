"""What a living figure of a lesson is: words, and data that the library's own functions computed.

The script of the page draws and looks values up. It knows no loss: whatever it shows, a function
of the course said when the page was made. So the page and the library agree, and a page of the
student edition gives no solution away; what an unsolved exercise would say, is missing there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from common.i18n import Text


@dataclass(frozen=True)
class Figure:
    """A living figure.

    section: the section of the English lesson that it opens. kind: the function of the page's
    scripts that draws it. data: makes what that needs, plain data. words: texts in the drawing.
    """

    section: str
    kind: str
    title: Text
    about: Text
    data: Callable[[str], dict[str, Any]]
    words: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class Slider:
    """A scale that the reader moves. values: where it can stand; text: how one of them is told."""

    name: Text
    values: Sequence[float]
    text: Callable[[float], Text]
    start: int

    def plain(self, language: str) -> dict[str, Any]:
        """Return it as the page's script takes it."""
        return {
            "name": self.name.to(language),
            "values": [_short(value) for value in self.values],
            "texts": [self.text(value).to(language) for value in self.values],
            "start": self.start,
        }


def curves(
    language: str,
    x: Slider,
    losses: Mapping[str, Callable[[Any, float], Any]],
    *,
    family: Slider | None = None,
    beside: tuple[Text, Mapping[str, Callable[[], Any]]] | None = None,
    sounds: Sequence[bytes] = (),
) -> dict[str, Any]:
    """Return what the figure "curves" shows: each loss over x, and how its gradient pulls.

    losses: by name a function of x, a float64 tensor (n,) that may ask for a gradient, and of the
    value of `family`; it returns (n,). A loss whose exercise is empty is named among the missing.
    beside: what else is in the batch: its name, and by a loss's name what the loss says to it.
    sounds: a WAV for each value of x.
    """
    import base64

    import torch

    series, missing, others = [], [], {}
    for name, loss in losses.items():
        values, pulls = [], []
        try:
            for parameter in family.values if family else [0.0]:
                place = torch.tensor(list(x.values), dtype=torch.float64, requires_grad=True)
                said = loss(place, parameter)
                (slope,) = torch.autograd.grad(said.sum(), place)
                values.append([_short(v) for v in said.tolist()])
                pulls.append([_short(-v) for v in slope.tolist()])
            if beside is not None:
                others[name] = _short(float(beside[1][name]()))
        except NotImplementedError:
            missing.append(name)
            continue
        series.append({"name": name, "values": values, "pulls": pulls})
    return {
        "x": x.plain(language),
        "family": family and family.plain(language),
        "series": series,
        "missing": missing,
        "beside": beside and {"name": beside[0].to(language), "values": others},
        "sounds": [base64.b64encode(sound).decode() for sound in sounds],
    }


def _short(value: float) -> float:
    """Keep the digits that a page can show: it need not be larger for others."""
    return float(f"{value:.6g}")
