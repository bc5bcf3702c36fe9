"""The plots of a segmentation report: what there is to find, what was found, what was missed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from common.i18n import count_of
from common.outcome import Outcome
from common.report.plots import (
    LEGEND,
    TEXT,
    WIDTH,
    label,
    legend_below,
    literal,
    new_figure,
    series_styles,
    styled,
)
from common.report.section import Section
from vision.data import Pictures
from vision.geometry import Placement, letterbox
from vision.metrics import Artifacts
from vision.overlay import COLOURS, overlay

SIDE = 384
"""Pictures of any shape are shown in a square of so many pixels."""
EXAMPLES, WORST, LISTED = 4, 4, 10
ACROSS = 2 * WIDTH
"""Inches of a figure of pictures: they take the page's whole width."""
KINDS = 8
"""Classes whose colours are named below the pictures; of more, the first."""


def draw(train: Pictures, test: Pictures, trained: Sequence[Outcome]) -> list[Section]:
    """Draw what a report says of pictures; `trained` are outcomes with `Artifacts`."""
    drawn = [_training_pictures(train)]
    if not trained:
        return drawn
    shown = range(min(len(outcome.artifacts.masks) for outcome in trained))
    full = [row for row in shown if trained[0].artifacts.evaluations[row].true]
    chosen = [full[i] for i in np.linspace(0, len(full) - 1, min(EXAMPLES, len(full))).astype(int)]
    if chosen:
        title = "Found, and not found"
        caption = "Test pictures, evenly chosen. Outlined: first the truth, then answers."
        drawn.append(_side_by_side(title, caption, test, trained, chosen))
    last = trained[-1]
    wrong = [row for row in range(len(test)) if _mistakes(last, row) > 0]
    wrong.sort(key=lambda row: -_mistakes(last, row))
    if wrong:
        title = f"The worst of {last.name}"
        caption = (
            f"Test pictures in which {last.name} missed or invented most, the worst first. All of "
            "them stand in pictures.csv in the folder extras."
        )
        worst = [row for row in wrong if row in shown][:WORST]
        table = [_figures(test, last, row) for row in wrong[:LISTED]]
        picture = Section(title, caption)
        if worst:
            picture = _side_by_side(title, caption, test, trained, worst)
        drawn.append(replace(picture, table=table))
    if any(evaluation.true for evaluation in last.artifacts.evaluations):
        drawn.append(_by_size(trained))
    return drawn


def tables(test: Pictures, outcomes: Sequence[Outcome]) -> dict[str, list[dict[str, str]]]:
    """Return the figures of every test picture, a line for each and each trained network."""
    trained = [outcome for outcome in outcomes if isinstance(outcome.artifacts, Artifacts)]
    lines = [
        {"trained with": outcome.name, **_figures(test, outcome, row)}
        for outcome in trained
        for row in range(len(test))
    ]
    return {"pictures": lines} if lines else {}


def _figures(test: Pictures, outcome: Outcome, row: int) -> dict[str, str]:
    one = outcome.artifacts.evaluations[row]
    shares = {"IoU, %": one.iou, "Dice, %": one.dice, "F1 with --tolerance, %": one.near_f1}
    return {
        "picture": test.name(row),
        **{name: "" if value != value else f"{100 * value:.1f}" for name, value in shares.items()},
        "objects": str(len(one.true)),
        "missed": str(one.misses),
        "false": str(one.false_alarms),
        "missed pixels": str(one.fn),
        "false pixels": str(one.fp),
    }


def flight(contact: np.ndarray, loss: str, metres: float, outcome: str) -> Section:
    """Show the contact sheet of the simulated landing, and how it ended, in words."""
    height = WIDTH * contact.shape[0] / contact.shape[1]
    figure = new_figure(height)
    _show(figure, 1, 1, 1, contact)
    return Section(
        "A simulated landing",
        f"From {metres:.0f} metres over land that is in no part of the data, flown by the network "
        f"trained with {loss}: a thin ring is what may be the pad, a thick one with a cross what "
        f"the autopilot is told. The film is flight.mp4 in the folder extras. It {outcome}.",
        figure,
    )


def _training_pictures(train: Pictures) -> Section:
    rows = np.linspace(0, len(train) - 1, min(6, len(train))).astype(int)
    height = ACROSS / 3 * -(-len(rows) // 3)
    figure = new_figure(height + 0.1, ACROSS)
    for place, row in enumerate(rows):
        image, mask = train.image(int(row)), train.mask(int(row))
        _show(figure, -(-len(rows) // 3), 3, place + 1, _boxed(image, mask))
    _name_colours(figure, train.classes)
    names = ", ".join(train.classes[1:])
    return Section(
        "What there is to learn from",
        f"{count_of(len(train), 'picture')} with masks of: {names}. Outlined: the mask.",
        figure,
        wide=True,
    )


def _name_colours(figure: Figure, classes: Sequence[str]) -> None:
    """Say below the pictures which colour is which class, where there are several."""
    if len(classes) > 2:
        shown = list(zip(classes[1:], COLOURS, strict=False))[:KINDS]
        patches = [Patch(facecolor=colour / 255, edgecolor="black") for _, colour in shown]
        legend_below(figure, patches, [name for name, _ in shown])


def _side_by_side(
    title: str, caption: str, test: Pictures, trained: Sequence[Outcome], rows: Sequence[int]
) -> Section:
    columns = 2 + len(trained)
    side = ACROSS / columns
    figure = new_figure(side * len(rows) + 0.35, ACROSS)
    for line, row in enumerate(rows):
        image = test.image(row)
        masks = [np.zeros(image.shape[:2], np.uint8), test.mask(row)]
        masks += [outcome.artifacts.masks[row] for outcome in trained]
        for column, mask in enumerate(masks):
            place = line * columns + column + 1
            axes = _show(figure, len(rows), columns, place, _boxed(image, mask))
            if line == 0:
                name = ("picture", "truth", *(outcome.name for outcome in trained))[column]
                axes.set_title(literal(_short(name)), **TEXT)
    _name_colours(figure, test.classes)
    return Section(title, caption, figure, wide=True)


def _show(figure: Figure, rows: int, columns: int, place: int, image: np.ndarray):
    axes = figure.add_subplot(rows, columns, place)
    axes.imshow(image, interpolation="nearest" if max(image.shape[:2]) <= SIDE else "antialiased")
    axes.set_axis_off()
    return axes


def _boxed(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    canvas, placement = letterbox(image, SIDE)
    return overlay(canvas, Placement.apply(placement, mask, nearest=True))


def _short(name: str, most: int = 24) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _mistakes(outcome: Outcome, row: int) -> float:
    evaluation = outcome.artifacts.evaluations[row]
    wrong = evaluation.fp + evaluation.fn
    return evaluation.misses + evaluation.false_alarms + wrong / (wrong + evaluation.known)


def _by_size(trained: Sequence[Outcome]) -> Section:
    """The share found among the smallest quarter of the objects, the next, and so on."""
    figure = new_figure(2.9)
    axes = styled(figure.add_subplot())
    for outcome, style in zip(trained, series_styles(len(trained)), strict=True):
        objects = [one for e in outcome.artifacts.evaluations for one in e.true]
        order = np.argsort([one.area for one in objects], kind="stable")
        parts = [part for part in np.array_split(order, 4) if len(part)]
        areas = [float(np.median([objects[i].area for i in part])) for part in parts]
        found = [100 * float(np.mean([objects[i].found for i in part])) for part in parts]
        axes.plot(areas, found, **style.line(), label=literal(outcome.name))
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda area, _: f"{area:,.0f}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(-3, 103)
    label(axes, x="size of the object, pixels", y="found, %")
    axes.legend(**LEGEND)
    return Section(
        "What is found, by size",
        "The test part's objects in four groups from the smallest to the largest; each point is "
        "the share of a group that was found, above its median size.",
        figure,
    )
