"""The outcomes as a table: its rows, and how they are printed in a terminal."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from common.outcome import Metric, Outcome
from common.translation import Translate, grouped, same, translate_names

_GAP = len(" | ")


@dataclass(frozen=True)
class Row:
    """One metric: what is shown for each outcome, and which of the trained ones are best."""

    title: str
    cells: list[str]
    best: list[bool]


def metrics_table(
    metrics: Sequence[Metric], outcomes: Sequence[Outcome], translate: Translate = same
) -> list[Row]:
    """Return a row for each metric that is known of any outcome, and one for the seconds of
    training where there was any; titles as `translate` has them.

    Best are trained outcomes only, and only where there are several to choose from; those that
    show the same figure share the mark.

    >>> from common.training.history import History
    >>> history = History([{"epoch": 1}])
    >>> outcomes = [Outcome(name, {"mape": value}, history=history, seconds=20.0)
    ...             for name, value in {"mse": 0.15, "mape": 0.12}.items()]
    >>> rows = metrics_table([Metric("mape", "MAPE, %", "{:.1f}", scale=100)], outcomes)
    >>> rows[0].cells, rows[0].best
    (['15.0', '12.0'], [False, True])
    """
    rows = [_row(metric, outcomes) for metric in metrics]
    rows = [row for row in rows if set(row.cells) != {"-"}]
    seconds = ["-" if o.seconds is None else f"{o.seconds:.1f}" for o in outcomes]
    if any(outcome.seconds is not None for outcome in outcomes):
        rows.append(Row("training, seconds", seconds, [False] * len(outcomes)))
    if translate is same:
        return rows
    return [
        Row(translate(row.title), [grouped(cell) for cell in row.cells], row.best) for row in rows
    ]


def _row(metric: Metric, outcomes: Sequence[Outcome]) -> Row:
    values = [outcome.metrics.get(metric.key) for outcome in outcomes]
    cells = [metric.show(value) for value in values]
    rivals = [
        (metric.badness(value), cell)
        for value, cell, outcome in zip(values, cells, outcomes, strict=True)
        if outcome.history is not None and value is not None and not math.isnan(value)
    ]
    least = min((badness for badness, _ in rivals), default=0.0)
    # 0.7 and 0.9 are as far from 0.8, save for the last bits.
    winners = {cell for badness, cell in rivals if math.isclose(badness, least, rel_tol=1e-9)}
    several = len(rivals) > 1
    best = [
        several and o.history is not None and cell in winners
        for o, cell in zip(outcomes, cells, strict=True)
    ]
    return Row(metric.title, cells, best)


def print_table(
    metrics: Sequence[Metric],
    outcomes: Sequence[Outcome],
    *,
    file: TextIO | None = None,
    translate: Translate = same,
) -> None:
    """Print metrics as rows and outcomes as columns; `*` marks the best trained outcome.

    Where the terminal is too narrow for all columns, they follow in blocks, one under another.
    Prints to standard output, or to `file`.

    >>> mape = Metric("mape", "MAPE, %", "{:.1f}", scale=100)
    >>> print_table([mape], [Outcome("median price", {"mape": 0.5})])
            | median price
    --------+-------------
    MAPE, % |         50.0
    """
    console = Console(file=file, highlight=False, markup=False, emoji=False)
    rows = metrics_table(metrics, outcomes, translate)
    outcomes = translate_names(outcomes, translate)
    marked = any(any(row.best) for row in rows)
    columns = [
        [o.name, *("*" * row.best[i] + row.cells[i] for row in rows)]
        for i, o in enumerate(outcomes)
    ]
    titles = ["", *(row.title for row in rows)]
    for number, block in enumerate(_blocks(columns, console.width - _width(titles))):
        if number:
            console.print()
        table = Table(box=box.ASCII, show_edge=False, pad_edge=False)
        whole = console.width >= 40
        table.add_column("", justify="left", no_wrap=whole)
        for column in block:
            table.add_column(column[0], justify="right", no_wrap=whole)
        for line in zip(titles[1:], *(column[1:] for column in block), strict=True):
            table.add_row(*line)
        console.print(table)
    if marked:
        console.print(translate("* best of those trained"), soft_wrap=True)


def _width(texts: Sequence[str]) -> int:
    return max(cell_len(text) for text in texts)


def _blocks(columns: list[list[str]], room: int) -> list[list[list[str]]]:
    """Fill blocks with as many columns as fit into `room`, at least one in each."""
    blocks: list[list[list[str]]] = []
    left = 0
    for column in columns:
        needed = _GAP + _width(column)
        if not blocks or needed > left:
            blocks.append([])
            left = room
        blocks[-1].append(column)
        left -= needed
    return blocks
