"""The plots of a price report: the data, the valuations, and where they went wrong."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from common.outcome import Outcome
from common.report.plots import (
    BAND,
    FAINT,
    INK,
    LEGEND,
    TEXT,
    grid_of_panels,
    label,
    legend_below,
    literal,
    new_figure,
    series_styles,
    styled,
)
from common.report.section import Section
from tabular.currency import money
from tabular.price_axes import money_axis, price_range
from tabular.price_table import PriceTable

_AREAS = {"area", "total_area", "full_area", "площадь", "общая площадь", "sqft", "m2", "м2"}
_MAX_POINTS = 4_000
"""A denser cloud shows no more and takes longer to draw."""


def draw(train: PriceTable, test: PriceTable, outcomes: Sequence[Outcome]) -> list[Section]:
    """Draw what a report says of prices.

    Args:
        train: the training part.
        test: the part that was evaluated.
        outcomes: their artifacts are the predicted prices (n,) of `test`; those without a history
            are baselines, not trained.
    """
    # a network gone astray says exp(1000): that must not cost the page of those that did not
    trained = [
        replace(outcome, artifacts=np.minimum(outcome.artifacts, 1e30))
        for outcome in outcomes
        if outcome.history is not None
    ]
    pictures = [_prices(train, test)]
    if test.coordinates is not None and train.coordinates is not None:
        pictures += _map(train, train.coordinates)
    if trained:
        pictures += [_predicted(test, trained), _errors(test, trained), _worst(test, trained)]
    return pictures


def _prices(train: PriceTable, test: PriceTable) -> Section:
    prices = np.concatenate([train.price, test.price])
    low, high = price_range(prices)
    bins = np.geomspace(low, high, 41)
    figure, (axes,) = grid_of_panels(1, height=2.8)
    filled = {"histtype": "stepfilled", "color": FAINT}
    outline = {"histtype": "step", "color": INK, "linewidth": 1.6}
    for name, part, look in (("training", train, filled), ("evaluated", test, outline)):
        count = len(part.price)
        weights = np.full(count, 100 / count)
        axes.hist(part.price, bins.tolist(), weights=weights, label=f"{name}, {count:,}", **look)
    axes.set_xscale("log")
    money_axis(axes.xaxis, low, high, train.currency)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.3g} %")
    label(axes, x="price (logarithmic scale)", y="share of the part")
    axes.legend(**LEGEND)
    middle, top = np.quantile(train.price, [0.5, 0.99])
    caption = (
        f"Half of the prices are below {money(middle, train.currency)}, one in a hundred is above "
        f"{money(top, train.currency)}. The two parts should look alike."
    )
    return Section("Prices", caption, figure)


def _map(table: PriceTable, coordinates: tuple[str, str]) -> list[Section]:
    """Where it is expensive; nothing where fewer than two rows have usable coordinates."""
    places = [pd.to_numeric(table.frame[name], errors="coerce") for name in coordinates]
    latitude, longitude = (place.to_numpy(np.float64, na_value=np.nan) for place in places)
    area, what = _area(table.frame), "price"
    value = table.price
    if area is not None:
        what, value = f"price per unit of “{area.name}”", value / area.to_numpy()
    on_earth = (np.abs(latitude) <= 90) & (np.abs(longitude) <= 180)
    known = np.flatnonzero(on_earth & np.isfinite(value))
    typical = np.median(value[known]) if len(known) else 1.0
    # an area typed a thousand times too small would take the whole scale of colours
    known = known[np.abs(np.log(value[known] / typical)) < math.log(1_000)]
    if len(known) < 2:
        return []
    known = np.random.default_rng(0).permutation(known)[:_MAX_POINTS]
    low, high = np.quantile(value[known], [0.02, 0.98])
    if not high > low:
        low, high = price_range(value[known])
    figure = new_figure(4.6)
    axes = styled(figure.add_subplot())
    dots = axes.scatter(
        longitude[known],
        latitude[known],
        c=value[known],
        cmap="viridis_r",
        norm=LogNorm(low, high),
        s=max(4, min(40, 6_000 / len(known))),
        linewidths=0,
    )
    middle = np.clip(np.median(latitude[known]), -80, 80)
    axes.set_aspect(1 / math.cos(math.radians(middle)), adjustable="datalim")
    axes.locator_params(nbins=5)
    axes.ticklabel_format(useOffset=False)
    label(axes, x="longitude", y="latitude")
    bar = figure.colorbar(dots, ax=axes, location="bottom", extend="both", aspect=30)
    bar.set_label(literal(what), loc=None, **TEXT)
    styled(bar.ax).grid(False)
    money_axis(bar.ax.xaxis, low, high, table.currency)
    return [
        Section(
            "Where it is expensive",
            f"The training part on the map, coloured by {what}: darker is more expensive. "
            "The colours end at the lowest and the highest 2\u00a0%.",
            figure,
        )
    ]


def _area(frame: pd.DataFrame) -> pd.Series | None:
    """The column that holds the area, as numbers above zero, if one is called that."""
    for name in frame.columns:
        if str(name).strip().lower() in _AREAS:
            area = pd.to_numeric(frame[name], errors="coerce").astype(np.float64)
            return area.where((area > 1e-6) & np.isfinite(area))
    return None


def _predicted(test: PriceTable, trained: Sequence[Outcome]) -> Section:
    low, high = price_range(test.price)
    floor, ceiling = low / 3, high * 3
    figure, panels = grid_of_panels(len(trained), height=2.5 if len(trained) > 1 else 4.2)
    edges = np.array([floor, ceiling])
    chosen = np.random.default_rng(0).permutation(len(test.price))[:_MAX_POINTS]
    for axes, outcome, style in zip(panels, trained, series_styles(len(trained)), strict=True):
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.grid(False)
        for width, colour in ((0.2, BAND), (0.1, FAINT)):
            axes.fill_between(edges, edges * (1 - width), edges * (1 + width), color=colour, lw=0)
        for factor, width in ((0.8, 0.5), (1, 1), (1.2, 0.5)):
            axes.plot(edges, edges * factor, color=INK, linewidth=width, zorder=3)
        axes.scatter(
            test.price[chosen],
            np.clip(outcome.artifacts[chosen], floor, ceiling),
            s=max(2, min(30, 3_000 / len(chosen))),
            color=style.colour,
            alpha=1 if len(chosen) < 300 else 0.45,
            linewidths=0,
        )
        label(axes, title=outcome.name)
        for axis in (axes.xaxis, axes.yaxis):
            money_axis(axis, low, high, test.currency, gap=0.4 if len(trained) > 1 else 0.17)
        axes.set(xlim=(low, high), ylim=(low, high))
    for place, axes in enumerate(panels):
        axes.tick_params(labelleft=place % 2 == 0, labelbottom=place + 2 >= len(panels))
    figure.supxlabel("true price", **TEXT)
    figure.supylabel("predicted price", **TEXT)
    return Section(
        "Predicted against true",
        "A point on the line is a valuation without error. The darker band holds those within "
        "10\u00a0% of the true price, the lighter one those within 20\u00a0%. "
        "Both scales are logarithmic.",
        figure,
    )


def _errors(test: PriceTable, trained: Sequence[Outcome]) -> Section:
    tenths = np.array_split(np.argsort(test.price, kind="stable"), min(10, len(test.price)))
    figure, panels = grid_of_panels(1, height=2.2, extra_rows=2)
    lines = [style.line() for style in series_styles(len(trained))]
    series = [(o.name, o.artifacts, line) for o, line in zip(trained, lines, strict=True)]
    if test.fair_price is not None:
        dotted = {"color": "#777777", "linestyle": (0, (1, 1)), "linewidth": 1.8}
        series.append(("perfect valuer", test.fair_price, dotted))
    for name, predicted, line in series:
        error = np.abs(predicted - test.price)
        share = error / test.price
        for axes, values in zip(
            panels,
            (
                [np.median(share[rows]) for rows in tenths],
                [np.quantile(share[rows], 0.9) for rows in tenths],
                [error[rows].mean() for rows in tenths],
            ),
            strict=True,
        ):
            axes.plot(range(len(tenths)), values, label=name, **line)
    _error_axes(panels, [np.median(test.price[rows]) for rows in tenths], test.currency)
    legend_below(figure, *panels[0].get_legend_handles_labels())
    return Section(
        "Error by price",
        f"The evaluated rows in {len(tenths)} equal groups, from the cheapest to the most "
        "expensive."
        if len(tenths) > 1
        else "Only one row was evaluated.",
        figure,
    )


def _error_axes(panels: Sequence[Axes], medians: Sequence[float], currency: str) -> None:
    titles = ("Median error", "Error that one in ten exceeds", "Mean error in money")
    for axes, title in zip(panels, titles, strict=True):
        label(axes, title=title)
        axes.set_xticks(range(len(medians)), [""] * len(medians))
        axes.set_xlim(-0.5, len(medians) - 0.5)
    for axes in panels[:2]:
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g} %")
    names = [literal(money(value, digits=2)) for value in medians]
    panels[2].set_xticklabels(names, rotation=45, fontsize=9)
    label(
        panels[2],
        title=titles[2],
        x="median price of the group" + (f", {currency}" if currency else ""),
    )
    drawn = np.concatenate([line.get_ydata() for line in panels[2].get_lines()])
    if drawn.min() > 0:
        panels[2].set_yscale("log")
        low, high = price_range(drawn, least=2)
        panels[2].set_ylim(low, high)
        money_axis(panels[2].yaxis, low, high, currency, gap=0.12)
    else:
        panels[2].yaxis.set_major_formatter(lambda value, _: literal(money(value, currency)))


def _worst(test: PriceTable, trained: Sequence[Outcome]) -> Section:
    """The ten valuations of the best network that are furthest off in money."""
    best = min(trained, key=lambda outcome: outcome.metrics["money_lost"])
    error = np.abs(best.artifacts - test.price)
    rows = np.argsort(-error, kind="stable")[:10]
    amounts = {"price": test.price}
    if test.fair_price is not None:
        amounts["fair price"] = test.fair_price
    others = [outcome for outcome in trained if outcome is not best]
    for outcome in [best, *others][: 7 - len(amounts)]:
        amounts[f"by {outcome.name}"] = outcome.artifacts
    names = _informative_columns(test.frame, test.price, 8 - len(amounts))
    table = []
    for row in rows:
        line = {name: money(values[row], test.currency) for name, values in amounts.items()}
        line |= {str(name): _cell(test.frame[name].iloc[row]) for name in names}
        table.append(line)
    return Section(
        "The worst valuations",
        f"Where the network trained with {best.name} was furthest off in money"
        + (", the one of all that lost the least." if others else "."),
        table=table,
        worded=tuple(amounts),
    )


def _informative_columns(frame: pd.DataFrame, price: np.ndarray, count: int) -> list[Any]:
    """Choose columns that tell most of the price, numbers and words in turn, the area first."""
    area = _area(frame)
    numbers, words = [], []
    rank = pd.Series(price).rank()
    for name in frame.columns:
        column = frame[name].reset_index(drop=True)
        if area is not None and name == area.name:
            numbers.append((math.inf, name))
        elif pd.api.types.is_numeric_dtype(column):
            known = column.notna()
            own, others = column[known].rank(), rank[known]
            if own.nunique() > 1 and others.nunique() > 1:
                numbers.append((abs(np.corrcoef(own, others)[0, 1]), name))
        elif 2 <= column.astype(str).nunique() <= max(2, len(column) / 5):
            words.append((rank.groupby(column.astype(str)).transform("mean").std(), name))
    order = [[name for _, name in sorted(found, key=lambda f: -f[0])] for found in (numbers, words)]
    turns = [name for pair in itertools.zip_longest(*order) for name in pair if name is not None]
    return (turns or list(frame.columns))[:count]


def _cell(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "-"
    text = f"{value:.6g}" if isinstance(value, float | np.floating) else str(value)
    return text if len(text) <= 24 else text[:23] + "…"
