"""The comparison for people: a page with the code side by side, and a table in the terminal."""

from dataclasses import dataclass
from typing import Any

from rich.console import Console

from common.comparison.run import Contest, Row
from common.report.pages import template
from common.report.run_page import PARTS
from common.task import Task
from common.translation import Translate, grouped, translator

ABOUT = (
    "The same rows, the same split, the same loss, the same width, depth, epochs and learning "
    "rate, by several hands.",
    "PyTorch and Keras train one plain network, written twice. The course's network is the one "
    "of the lesson: what lies between them is what a network of one's own brings here, if "
    "anything.",
    "The loss serves the first column of figures. Nothing was trained for the others: a network "
    "that is behind there has not failed at its task.",
)
ABOUT_AUTOML = (
    "An AutoML is told nothing of the loss. It gets as many seconds as the course's network took, "
    "and at least ten."
)


@dataclass(frozen=True)
class Line:
    """A row of the table, as it is shown."""

    name: str
    cells: list[str]
    best: list[bool]
    changes: str
    said: str
    code: str


def render(task: Task, contest: Contest, *, language: str = "en") -> str:
    """Return the page. It needs no network and no script, and shows every text as it is."""
    t = translator(language, task.name)
    about = (*ABOUT, ABOUT_AUTOML) if contest.by_clock else ABOUT
    return template("compare.html").render(
        language=language,
        t=t,
        title=t("By hand, in Keras, by an AutoML"),
        about=[t(paragraph) for paragraph in about],
        part=t(PARTS[contest.part]),
        examples=contest.examples,
        columns=[t(name) for name in columns(contest)],
        rows=lines(contest, t),
        traps=contest.traps,
        no_traps=t(contest.no_traps),
        settings=contest.settings.to_dict(),
    )


def columns(contest: Contest) -> list[str]:
    """Return the names of the columns with figures."""
    return [*(m.title for m in contest.metrics), "training, seconds", "lines of code"]


def lines(contest: Contest, t: Translate) -> list[Line]:
    """Return the rows of the table, the best of each metric marked."""
    shown = [row for row in contest.rows if not row.said]
    least = {}
    for metric in contest.metrics:
        values = [row.metrics[metric.key] for row in shown if metric.key in row.metrics]
        known = [value for value in values if value == value]
        if known:
            least[metric.key] = metric.show(min(known, key=metric.badness))
    return [_line(contest, row, least, t) for row in contest.rows]


def _line(contest: Contest, row: Row, least: dict[str, str], t: Translate) -> Line:
    cells = [metric.show(row.metrics.get(metric.key)) for metric in contest.metrics]
    best = [
        not row.said and cell == least.get(metric.key)
        for metric, cell in zip(contest.metrics, cells, strict=True)
    ]
    seconds = "–" if row.seconds is None else f"{row.seconds:.1f}"
    count = "–" if row.lines is None else str(row.lines)
    if t("settings") != "settings":
        cells = [grouped(cell) for cell in cells]
    return Line(
        t(row.name),
        [*cells, seconds, count],
        [*best, False, False],
        t(row.changes),
        t(row.said),
        row.code,
    )


def print_contest(contest: Contest, t: Translate, *, file: Any = None) -> None:
    """Print each way with its figures, and what the traps did, in lines that fit any terminal."""
    console = Console(file=file, highlight=False, markup=False, emoji=False, soft_wrap=True)
    names = [t(name) for name in columns(contest)]
    for line in lines(contest, t):
        console.print(f"{line.name}:")
        if line.said:
            console.print(f"  {line.said}")
            continue
        for name, cell, best in zip(names, line.cells, line.best, strict=True):
            console.print(f"  {name} {cell}{' *' if best else ''}")
    for trap in contest.traps:
        console.print(f"{t(trap.name)}:")
        console.print(f"  Keras: {t(trap.keras)}")
        console.print(f"  {t('here')}: {t(trap.ours)}")
    if contest.no_traps:
        console.print(t(contest.no_traps))
