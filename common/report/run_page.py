"""The page of a run: one HTML file with everything inside, for a phone, a desk or a printer."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from common.outcome import Metric, Outcome
from common.report.console import metrics_table
from common.report.pages import template
from common.report.plots import LEGEND, Series, grid_of_panels, label, legend_below, series_styles
from common.report.section import Section
from common.training.history import History
from common.translation import translate_names, translate_section, translator

PARTS = {
    "test": "the test part, which training never saw and which was touched once, for this page",
    "valid": "the validation part, which also chose the best epoch (there was no test part), "
    "so they are a little optimistic",
}
_KEPT = {"epoch", "lr", "train_loss", "valid_loss", "seconds"}


def render(
    *,
    title: str,
    about: str,
    metrics: Sequence[Metric],
    outcomes: Sequence[Outcome],
    part: str,
    pictures: Sequence[Section],
    notes: Sequence[str],
    settings: Mapping[str, Any],
    sizes: Mapping[str, int] | None = None,
    language: str = "en",
    module: str = "common",
) -> str:
    """Return the page. It needs no network and no script, and shows every text as it is.

    part: what the figures were computed on, "test" or "valid".
    notes: how the data was read and what was decided, a line each.
    sizes: the number of examples in the parts "train", "valid" and "test".
    language: of the page, "en" or "ru"; what is said comes in English.
    module: whose phrases are known in other languages beside those of common.
    """
    trained = [outcome for outcome in outcomes if outcome.history is not None]
    ordered = [*trained, *(outcome for outcome in outcomes if outcome.history is None)]
    t = translator(language, module)
    rows = metrics_table(metrics, ordered, t)
    return template("report.html").render(
        language=language,
        t=t,
        title=t(title),
        about=t(about),
        part=PARTS[part],
        examined=None if sizes is None else sizes[part],
        sizes=sizes,
        notes=[t(note) for note in notes],
        outcomes=translate_names(ordered, t),
        trained=len(trained),
        rows=rows,
        marked=any(any(row.best) for row in rows),
        pictures=[translate_section(section, t) for section in pictures],
        settings=settings,
    )


def learning_curves(histories: Mapping[str, History]) -> Section:
    """Draw the loss by epoch, a panel for each training: losses have scales of their own.

    A metric that was followed in all of them compares them in one more panel.
    """
    shared = _shared_metric(histories)
    figure, panels = grid_of_panels(
        len(histories), height=2.2, extra_rows=1 if shared and len(histories) > 1 else 0
    )
    train, valid, best, _ = series_styles(4)
    for axes, (name, history) in zip(panels, histories.items(), strict=False):
        _loss_panel(axes, name, history, train, valid)
    handles = [
        panels[0].plot([], [], **{**style.line(), "marker": ""})[0] for style in (train, valid)
    ]
    handles.append(panels[0].plot([], [], "*", color=best.colour, markersize=11)[0])
    legend_below(figure, handles, ["training", "validation", "best epoch"])
    if shared and len(panels) > len(histories):
        _shared_panel(panels[-1], shared, histories)
    caption = (
        "Loss by epoch. Each panel has its own scale, for losses are in different units: compare "
        "the shape of the curves, not their heights. The star marks the epoch whose weights were "
        "kept."
    )
    if len(panels) > len(histories):
        caption += f" The last panel shows {shared} of the validation part, the same for all."
    return Section("How they learned", caption, figure)


def _shared_metric(histories: Mapping[str, History]) -> str | None:
    """The first metric that every history followed."""
    columns = [list(history.rows[0]) if history.rows else [] for history in histories.values()]
    for name in columns[0] if columns else []:
        if name not in _KEPT and all(name in others for others in columns):
            return name
    return None


def _loss_panel(axes: Axes, name: str, history: History, train: Series, valid: Series) -> None:
    label(axes, title=name, x="epoch", y="loss")
    epochs = [row["epoch"] for row in history.rows]
    for column, style in (("train_loss", train), ("valid_loss", valid)):
        if history.rows and column in history.rows[0]:
            every = max(1, len(epochs) // 6)
            axes.plot(epochs, history.column(column), **style.line(), markevery=every)
    kept = next((row for row in history.rows if row["epoch"] == history.best_epoch), None)
    if kept:
        value = kept.get("valid_loss", kept["train_loss"])
        star = series_styles(3)[2].colour
        axes.plot(kept["epoch"], value, "*", color=star, markersize=11, markeredgecolor="white")
    _settle_scale(axes, history.rows, ("train_loss", "valid_loss"))


def _shared_panel(axes: Axes, metric: str, histories: Mapping[str, History]) -> None:
    label(axes, title=f"{metric}, validation part", x="epoch")
    for (name, history), style in zip(
        histories.items(), series_styles(len(histories)), strict=True
    ):
        every = max(1, len(history.rows) // 8)
        axes.plot(
            history.column("epoch"),
            history.column(metric),
            **style.line(),
            markevery=every,
            label=name,
        )
    _settle_scale(axes, [row for h in histories.values() for row in h.rows], (metric,))
    axes.legend(**LEGEND)


def _settle_scale(axes: Axes, rows: Sequence[Mapping[str, float]], columns: Sequence[str]) -> None:
    """Take a logarithmic scale where values span more than a factor of ten."""
    axes.xaxis.set_major_locator(
        MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True, min_n_ticks=1)
    )
    values = [row[column] for row in rows for column in columns if column in row]
    values = [value for value in values if math.isfinite(value)]
    if values and min(values) > 0 and max(values) > 10 * min(values):
        axes.set_yscale("log")
