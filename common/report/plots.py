"""How every plot of a report looks: readable on a phone, in grey print, by the colour-blind.

Drawings are plain `matplotlib.figure.Figure` objects; pyplot and its global state are not used.
"""

import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

WIDTH = 4.6
"""Inches, hence 460 pixels of a page; a phone shrinks that by a quarter, so text is 9 points."""

INK, FAINT, BAND = "#222222", "#d0d0d0", "#ececec"
_FONT = "DejaVu Sans"
TEXT: dict[str, Any] = {"fontsize": 9, "fontfamily": _FONT, "color": INK}
"""What `Axes.text` and its like take."""
LEGEND = {"prop": {"family": _FONT, "size": 9}, "frameon": False, "handlelength": 3.2}

_COLOURS = ("#14213d", "#8f1d5c", "#0a7a8c", "#d9652b", "#6a9f2d", "#d9a400")
_MARKERS = ("o", "s", "^", "D", "v", "P")
_DASHES = ((0, ()), (0, (6, 1.5)), (0, (3, 1, 1, 1)), (0, (2, 1)), (0, (8, 2, 2, 2)), (0, (1, 1)))


@dataclass(frozen=True)
class Series:
    """What tells one series from the others: a colour, a marker and dashes, each enough alone."""

    colour: str
    marker: str
    dashes: tuple[float, tuple[float, ...]]

    def line(self) -> dict[str, Any]:
        """Return what `Axes.plot` takes to draw a line with markers.

        >>> series_styles(2)[0].line()["marker"]
        'o'
        """
        return {
            "color": self.colour,
            "linestyle": self.dashes,
            "marker": self.marker,
            "linewidth": 1.6,
            "markersize": 4.5,
            "markeredgecolor": "white",
            "markeredgewidth": 0.5,
        }


def series_styles(count: int) -> list[Series]:
    """Return a style for each of `count` series.

    The first six differ in colour, marker and dashes, and grow lighter one by one, so that grey
    print keeps them apart; further ones combine a colour with another marker.

    >>> len(set(series_styles(20)))
    20
    """
    looks = itertools.cycle(zip(_COLOURS, _DASHES, strict=True))
    return [
        Series(colour, _MARKERS[(i + i // 6) % 6], dashes)
        for i, (colour, dashes) in zip(range(count), looks, strict=False)
    ]


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """Return an empty white figure, `height` inches high, as wide as a page's column.

    width: in inches, where the figure is to be wider, for a `Section` that is `wide`.
    """
    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


def grid_of_panels(count: int, *, height: float, extra_rows: int = 0) -> tuple[Figure, list[Axes]]:
    """Return a figure with `count` panels, two in a row, each `height` inches high.

    A single panel takes the whole width. Then come `extra_rows` panels of the whole width.

    >>> figure, panels = grid_of_panels(3, height=2.0, extra_rows=1)
    >>> len(panels)
    4
    """
    columns = min(count, 2)
    rows = -(-count // columns) if columns else 0
    figure = new_figure(height * (rows + extra_rows))
    spans = [(i // columns, slice(i % columns, i % columns + 1)) for i in range(count)]
    spans += [(rows + i, slice(None)) for i in range(extra_rows)]
    grid = figure.add_gridspec(rows + extra_rows, max(columns, 1))
    return figure, [styled(figure.add_subplot(grid[row, span])) for row, span in spans]


def styled(axes: Axes) -> Axes:
    """Give axes the common look, and return them."""
    axes.set_facecolor("white")
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(INK)
    axes.grid(True, color="#e6e6e6", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=9, labelfontfamily=_FONT, colors=INK, length=3)
    return axes


def label(axes: Axes, *, title: str = "", x: str = "", y: str = "") -> None:
    """Write a panel's words, taking every character as it is."""
    axes.set_title(literal(title), **{**TEXT, "fontsize": 10}, fontweight="bold", loc="left")
    axes.set_xlabel(literal(x), **TEXT)
    axes.set_ylabel(literal(y), **TEXT)


def literal(text: str) -> str:
    """Return text that Matplotlib shows as it is: a pair of dollars would begin a formula.

    >>> print(literal("12 M $"))
    12 M \\$
    """
    return text.replace("$", r"\$")


def legend_below(figure: Figure, handles: Sequence[Any], labels: Sequence[str]) -> None:
    """Put one legend for all panels under the figure, in as many columns as the words leave."""
    longest = max((len(text) for text in labels), default=1)
    columns = int(np.clip(48 // (longest + 6), 1, max(len(labels), 1)))
    figure.legend(
        handles,
        [literal(text) for text in labels],
        loc="outside lower center",
        ncols=columns,
        **LEGEND,
    )


def png(figure: Figure) -> bytes:
    """Return the figure as a PNG of twice the page's pixels, the same bytes for the same figure."""
    file = io.BytesIO()
    figure.set_dpi(200)
    FigureCanvasAgg(figure).print_png(file, metadata={"Software": None})
    return file.getvalue()
