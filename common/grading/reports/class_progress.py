"""Of a class over time: who has handed in by when; and which checks students fail together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from matplotlib.dates import AutoDateLocator, DateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from common.grading.gradebook.attempts import History
from common.grading.gradebook.grades import StudentGrade
from common.grading.reports import messages
from common.i18n import Text
from common.report.plots import label, legend_below, new_figure, series_styles, styled

MOST_PAIRS = 8
LEAST = 2
"""Students who fail two checks both, before that is worth a line."""


@dataclass(frozen=True)
class Together:
    """Two checks of different exercises. both, either: students who failed both, or one of them."""

    first: tuple[Text, Text]
    second: tuple[Text, Text]
    both: int
    either: int


def failing_together(grades: Sequence[StudentGrade]) -> list[Together]:
    """Return the checks that the same students fail, those that hang together most first.

    Checks of one exercise are no pair, for one mistake often fails them all; and those of an
    exercise that a student has not begun do not count.
    """
    failed: dict[tuple[str, str], set[str]] = {}
    named: dict[tuple[str, str], tuple[Text, Text]] = {}
    for grade in grades:
        for exercise in grade.exercises:
            for check in exercise.checks:
                if not check.passed and not check.empty:
                    key = exercise.exercise, check.check
                    failed.setdefault(key, set()).add(grade.group or grade.student)
                    named[key] = exercise.title, check.about
    pairs = []
    for one, other in combinations(failed, 2):
        both = failed[one] & failed[other]
        if one[0] != other[0] and len(both) >= LEAST:
            either = len(failed[one] | failed[other])
            pairs.append(Together(named[one], named[other], len(both), either))
    pairs.sort(key=lambda pair: (-pair.both / pair.either, -pair.both))
    return pairs[:MOST_PAIRS]


def handed_in(history: History, modules: Sequence[str], language: str) -> Figure | None:
    """Draw how many students have handed in by when; None where too little is known."""
    times = {name: history.times(name) for name in modules}
    times = {name: moments for name, moments in times.items() if moments}
    if len({moment for moments in times.values() for moment in moments}) < 2:
        return None
    zone = next(iter(times.values()))[0].tzinfo
    figure = new_figure(2.8)
    axes = styled(figure.add_subplot())
    lines = []
    for (name, moments), style in zip(times.items(), series_styles(len(times)), strict=True):
        counts = range(1, len(moments) + 1)
        (line,) = axes.step(date2num(moments), counts, where="post", **style.line())
        lines.append(line)
        if name in history.due:
            axes.axvline(
                float(date2num(history.due[name])),
                color=style.colour,
                linestyle=style.dashes,
                linewidth=1,
                alpha=0.6,
            )
    locator = AutoDateLocator(minticks=3, maxticks=6, tz=zone)
    axes.xaxis_date(tz=zone)
    axes.xaxis.set_major_locator(locator)
    form = "%d.%m" if language == "ru" else "%m-%d"
    first, last = axes.get_xlim()
    if last - first < 2:  # several of the axis's moments are of one day
        form += "\n%H:%M"
    axes.xaxis.set_major_formatter(DateFormatter(form, tz=zone))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(bottom=0)
    label(axes, y=messages.STUDENTS.to(language))
    legend_below(figure, lines, list(times))
    return figure
