"""The plots of a segmentation report: what there is to find, what was found, what was missed."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from common.report.plots import (
    LEGEND,
    TEXT,
    WIDTH,
    label,
    literal,
    new_figure,
    series_styles,
    styled,
)
from common.task import Outcome, Picture
from vision.data import Pictures
from vision.geometry import Placement, letterbox
from vision.overlay import overlay

SIDE = 256
"""Pictures of any shape are shown in a square of so many pixels."""
EXAMPLES, WORST = 4, 4


def draw(train: Pictures, test: Pictures, trained: Sequence[Outcome]) -> list[Picture]:
    """Draw what a report says of pictures; `trained` are outcomes with `Artifacts`."""
    drawn = [_training_pictures(train)]
    if not trained:
        return drawn
    shown = range(min(len(outcome.artifacts.masks) for outcome in trained))
    full = [row for row in shown if trained[0].artifacts.evaluations[row].true]
    chosen = [full[i] for i in np.linspace(0, len(full) - 1, min(EXAMPLES, len(full))).astype(int)]
    if chosen:
        title = "Found, and not found"
        caption = (
            "Test pictures, evenly chosen. Tinted and outlined: first the truth, then answers."
        )
        drawn.append(_side_by_side(title, caption, test, trained, chosen))
    last = trained[-1]
    worst = [row for row in shown if _mistakes(last, row) > 0]
    worst = sorted(worst, key=lambda row: -_mistakes(last, row))[:WORST]
    if worst:
        title = f"The worst of {last.name}"
        caption = f"Test pictures in which {last.name} missed or invented most."
        drawn.append(_side_by_side(title, caption, test, trained, worst))
    if any(evaluation.true for evaluation in last.artifacts.evaluations):
        drawn.append(_by_size(trained))
    return drawn


def flight(contact: np.ndarray, loss: str, seconds: float) -> Picture:
    """Show the contact sheet of the test flight."""
    height = WIDTH * contact.shape[0] / contact.shape[1]
    figure = new_figure(height)
    _show(figure, 1, 1, 1, contact)
    return Picture(
        "A test flight",
        f"{seconds:.0f} seconds over land that is in no part of the data, with what the network "
        f"trained with {loss} found drawn over it. The film is flight.mp4 in the folder extras.",
        figure,
    )


def _training_pictures(train: Pictures) -> Picture:
    rows = np.linspace(0, len(train) - 1, min(6, len(train))).astype(int)
    height = WIDTH / 3 * -(-len(rows) // 3)
    figure = new_figure(height + 0.1)
    for place, row in enumerate(rows):
        image, mask = train.image(int(row)), train.mask(int(row))
        _show(figure, -(-len(rows) // 3), 3, place + 1, _boxed(image, mask))
    names = ", ".join(train.classes[1:])
    return Picture(
        "What there is to learn from",
        f"{len(train):,} pictures with masks of: {names}. Tinted and outlined: the mask.",
        figure,
    )


def _side_by_side(
    title: str, caption: str, test: Pictures, trained: Sequence[Outcome], rows: Sequence[int]
) -> Picture:
    columns = 2 + len(trained)
    side = WIDTH / columns
    figure = new_figure(side * len(rows) + 0.35)
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
    return Picture(title, caption, figure)


def _show(figure: Figure, rows: int, columns: int, place: int, image: np.ndarray):
    axes = figure.add_subplot(rows, columns, place)
    axes.imshow(image, interpolation="nearest" if max(image.shape[:2]) <= SIDE else "antialiased")
    axes.set_axis_off()
    return axes


def _boxed(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    canvas, placement = letterbox(image, SIDE)
    return overlay(canvas, Placement.apply(placement, mask, nearest=True))


def _short(name: str, most: int = 14) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _mistakes(outcome: Outcome, row: int) -> float:
    evaluation = outcome.artifacts.evaluations[row]
    wrong = evaluation.fp + evaluation.fn
    return evaluation.misses + evaluation.false_alarms + wrong / (wrong + evaluation.known)


def _by_size(trained: Sequence[Outcome]) -> Picture:
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
    axes.set_ylim(-3, 103)
    label(axes, x="size of the object, pixels", y="found, %")
    axes.legend(**LEGEND)
    return Picture(
        "What is found, by size",
        "The test part's objects in four groups from the smallest to the largest; each point is "
        "the share of a group that was found, above its median size.",
        figure,
    )
