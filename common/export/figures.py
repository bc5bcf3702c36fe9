"""What an export costs: the metric, the size, the time and the largest difference, side by side."""

import os
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch

from common.export.exporter import Exporter
from common.export.runtime import Runner
from common.i18n import Text
from common.outcome import Metric
from common.training.model_state import in_mode
from common.training.threads import using_threads
from common.translation import grouped, same, translator

ROUNDS, CALLS = 5, 5


@dataclass(frozen=True)
class Figures:
    """One row of the table.

    metric: the domain's, None where it was not measured. size: bytes. milliseconds: for one unit,
    on one thread. difference: the largest between the outputs and those of PyTorch.
    """

    name: str
    metric: float | None
    size: int
    milliseconds: float | None
    difference: float | None


def milliseconds_of(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Return how long each of several works takes on one thread: the median of many calls.

    They take turns, so that what else the machine does in the meantime meets all of them. It is
    the thread's own time where the system counts it finely: on a busy machine a long work is
    interrupted each time and a short one never, which would make the short one look faster yet.
    """
    clock = time.thread_time if os.name == "posix" else time.perf_counter
    found: dict[str, list[float]] = {name: [] for name in works}
    with using_threads(1):
        for work in works.values():
            work()
        for _ in range(ROUNDS):
            for name, work in works.items():
                for _ in range(CALLS):
                    began = clock()
                    work()
                    found[name].append(1000 * (clock() - began))
    return {name: statistics.median(times) for name, times in found.items()}


def works_of(exporter: Exporter, runners: Mapping[str, Runner]) -> dict[str, Callable[[], object]]:
    """Return the work of one unit: by PyTorch, and by each exported network."""
    network, inputs = exporter.network().eval(), exporter.one()
    feed = {name: tensor.numpy() for name, tensor in zip(exporter.inputs, inputs, strict=True)}

    def own() -> object:
        with in_mode(network, training=False), torch.inference_mode():
            return network(*inputs)

    def of(run: Runner) -> Callable[[], object]:
        return lambda: run(feed)

    return {"torch": own, **{name: of(run) for name, run in runners.items()}}


def table_of(
    rows: Sequence[Figures], *, metric: Metric, unit: Text, language: str = "en", module: str = ""
) -> list[str]:
    """Return the lines of the table, in the words of a module.

    >>> rows = [Figures("torch", 0.0864, 665_000, 1.25, None)]
    >>> error = Metric("mape", "MAPE, %", "{:.2f}", scale=100)
    >>> print("\\n".join(table_of(rows, metric=error, unit=Text("row", "строка"))))
          | MAPE, % | size, MB | ms, a row | largest difference
    ------+---------+----------+-----------+-------------------
    torch |    8.64 |     0.67 |      1.25 |                  -
    >>> lost = Metric("lost", "lost", "{:,.0f}")
    >>> money = [Figures("torch", 609_259.0, 665_000, 1.25, None)]
    >>> table = table_of(money, metric=lost, unit=Text("", ""), language="ru", module="common")
    >>> table[2].split(" | ")[1]
    '609\\xa0259'
    """
    translate = translator(language, module)
    grouping = same if translate is same else grouped
    sizes = (Text("size, MB", "размер, МБ"), Text("largest difference", "наибольшее отличие"))
    size, difference = (text.to(language) for text in sizes)
    time_of = Text(f"ms, a {unit.en}", f"мс, {unit.ru}").to(language)
    header = ["", translate(metric.title), size, time_of, difference]
    body = [
        [
            translate(row.name),
            grouping(metric.show(row.metric)),
            f"{row.size / 1e6:.2f}",
            "-" if row.milliseconds is None else f"{row.milliseconds:.2f}",
            "-" if row.difference is None else f"{row.difference:.1e}",
        ]
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(header, *body, strict=True)]

    def line(cells: Iterable[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        shown = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return " | ".join(shown).rstrip()

    rule = "-+-".join("-" * width for width in widths)
    return [line(header), rule, *map(line, body)]
