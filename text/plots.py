"""The plots of a classification report: what was filed where, what it cost, and the worst of it."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from common.i18n import count_of
from common.outcome import Outcome
from common.report.plots import INK, TEXT, label, literal, new_figure, series_styles, styled
from common.report.section import Section
from text.data import Texts
from text.error_analysis import Artifacts
from text.metrics import figures_by_class

MOST_CLASSES = 12
"""A matrix of more classes is drawn for those that cost most."""
MOST_ROWS = 50
LONGEST_NAME = 14


def draw(train: Texts, outcomes: Sequence[Outcome]) -> list[Section]:
    """Draw what a report says of texts; outcomes with `Artifacts` are trained networks."""
    trained = [outcome for outcome in outcomes if isinstance(outcome.artifacts, Artifacts)]
    pictures = [_classes(train)]
    if trained:
        pictures += [_matrices(outcome) for outcome in trained]
        pictures += [_calibration(trained), _worst(trained)]
    return pictures


def _classes(train: Texts) -> Section:
    names = train.costs.classes[:MOST_CLASSES]
    counts = [int((train.labels == name).sum()) for name in names]
    figure = new_figure(0.9 + 0.3 * len(names))
    axes = styled(figure.add_subplot())
    axes.barh(range(len(names)), counts, color=series_styles(3)[2].colour, height=0.7)
    for place, count in enumerate(counts):
        axes.text(count, place, f" {count:,}", va="center", **TEXT)
    axes.set_yticks(range(len(names)), [literal(_short(name)) for name in names])
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.grid(False, axis="y")
    label(axes, x="texts in the training part")
    example = next(iter(train[np.array([0])].texts))
    return Section(
        "What there is to learn from",
        f"{count_of(len(train), 'text')}. One of them: “{' '.join(example[:160].split())}”",
        figure,
    )


def _matrices(outcome: Outcome) -> Section:
    """One network's confusion matrix, in counts and in money."""
    artifacts: Artifacts = outcome.artifacts
    n = len(artifacts.classes)
    counts = np.zeros((n, n))
    np.add.at(counts, (artifacts.true, artifacts.answers), 1)
    money = counts * artifacts.costs
    shown = np.arange(n)
    if n > MOST_CLASSES:
        costliest = money.sum(axis=0) + money.sum(axis=1)
        shown = np.sort(np.argsort(-costliest, kind="stable")[:MOST_CLASSES])
    names = [_short(artifacts.classes[i]) for i in shown]
    counts, money = counts[np.ix_(shown, shown)], money[np.ix_(shown, shown)]
    panels = [("texts", counts, counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))]
    if artifacts.priced:
        panels.append(("cost", money, money / max(money.max(), 1)))
    figure = new_figure((1.3 + 0.32 * len(names)) * len(panels) + 0.3)
    for place, (title, values, shades) in enumerate(panels):
        axes = styled(figure.add_subplot(len(panels), 1, place + 1))
        _matrix(axes, values, shades, names, last=place + 1 == len(panels))
        label(axes, title=f"{outcome.name}: {title}", y="is")
    label(axes, title=f"{outcome.name}: {title}", x="was filed under", y="is")
    caption = "Each row holds the texts of one class; what is off the diagonal is a mix-up."
    if artifacts.priced:
        caption += " Below, the same mix-ups by what they cost together."
    caption += " The table has the figures of each class; a dash is a share of nothing."
    return Section(f"Filed by {outcome.name}", caption, figure, _by_class(artifacts))


def _by_class(artifacts: Artifacts) -> list[dict[str, str]]:
    """Precision, recall and F1 of each class, the worst F1 first."""
    names = artifacts.classes
    found = figures_by_class(artifacts.answers, artifacts.true, len(names))
    order = np.argsort(found["f1"], kind="stable")[:MOST_ROWS]
    return [
        {"class": _short(names[place]), "texts": f"{found['texts'][place]:,}"}
        | {name: _share(found[name][place]) for name in ("precision", "recall", "f1")}
        for place in order.tolist()
    ]


def _share(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.2f}"


def _matrix(
    axes: Axes, values: np.ndarray, shades: np.ndarray, names: Sequence[str], *, last: bool
) -> None:
    axes.imshow(shades, cmap="Blues", vmin=0, vmax=1.25, aspect="auto")
    axes.grid(False)
    places = range(len(names))
    axes.set_yticks(places, [literal(name) for name in names])
    axes.set_xticks(places, [literal(name) for name in names] if last else [""] * len(names))
    axes.tick_params(axis="x", labelrotation=35)
    for tick in axes.get_xticklabels():
        tick.set_horizontalalignment("right")
        tick.set_rotation_mode("anchor")
    for row in places:
        for column in places:
            if values[row, column]:
                colour = "white" if shades[row, column] > 0.7 else INK
                text = _amount(values[row, column])
                axes.text(column, row, text, ha="center", va="center", **{**TEXT, "color": colour})


def _calibration(trained: Sequence[Outcome]) -> Section:
    figure: Figure = new_figure(3.2)
    axes = styled(figure.add_subplot())
    axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8)
    for outcome, style in zip(trained, series_styles(len(trained)), strict=True):
        artifacts: Artifacts = outcome.artifacts
        confidence = artifacts.probabilities.max(axis=1)
        right = artifacts.probabilities.argmax(axis=1) == artifacts.true
        order = np.array_split(np.argsort(confidence, kind="stable"), min(6, len(confidence)))
        axes.plot(
            [confidence[rows].mean() for rows in order],
            [right[rows].mean() for rows in order],
            **style.line(),
            label=outcome.name,
        )
    axes.set(xlim=(0, 1.02), ylim=(0, 1.05))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    label(axes, x="how sure the network was", y="how often it was right")
    axes.legend(prop={"size": 9}, frameon=False)
    return Section(
        "Can its probabilities be believed?",
        "The examined texts in six groups, from the least to the most certain. On the line, eight "
        "of ten answers given with 80\u00a0% are right; below it, the network is too sure of "
        "itself. The decision by least cost lives on honest probabilities; the cost loss does not "
        "try to have them.",
        figure,
    )


def _worst(trained: Sequence[Outcome]) -> Section:
    """The costliest mistakes of the network that lost least."""
    best = min(trained, key=lambda outcome: outcome.metrics["lost"])
    artifacts: Artifacts = best.artifacts
    table = []
    for mistake in artifacts.mistakes:
        line = {"cost": f"{mistake.cost:,.0f}"} if artifacts.priced else {}
        line |= {
            "is": _short(artifacts.classes[mistake.true]),
            "was filed under": _short(artifacts.classes[mistake.answer]),
            "sure": f"{100 * mistake.probability:.0f} %",
            "looked at": ", ".join(f"{word} {100 * share:.0f} %" for word, share in mistake.looked),
            "text": _wrapped(mistake.text),
        }
        table.append(line)
    caption = f"By the network trained with {best.name}"
    caption += ", the one that lost least. " if len(trained) > 1 else ". "
    caption += (
        "“Looked at” names the words that its attention weighed most, the mean of its heads; the "
        "bag of pieces beside it has its own say."
    )
    return Section(
        "The costliest mistakes" if table else "No mistake was made", caption, table=table
    )


def _wrapped(text: str) -> str:
    return text


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _amount(value: float) -> str:
    """A count as it is, a sum of money in thousands and millions.

    >>> _amount(7), _amount(3_600), _amount(150_000), _amount(2_500_000)
    ('7', '3.6k', '150k', '2.5M')
    """
    for unit, letter in ((1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:.3g}{letter}"
    return f"{value:.3g}"
