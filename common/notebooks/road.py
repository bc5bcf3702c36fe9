"""The road through a module's exercises: which are solved, which is next, how far it still is."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from common.grading.commands.console import MINUTES, SOLVED, state_of
from common.grading.commands.progress import Result
from common.grading.exercise.source import Marked
from common.grading.exercise.specification import ExerciseSpec
from common.grading.reports.messages import NOT_BEGUN
from common.i18n import Text
from common.report.pages import template

TOTAL = Text(
    "{reached} of {most} points; some {minutes} minutes to go",
    "{reached} из {most} баллов; впереди примерно {minutes} мин",
)
ARRIVED = Text("{reached} of {most} points: all solved", "{reached} из {most} баллов: решено всё")


def road(
    specs: Sequence[ExerciseSpec],
    marks: Mapping[str, Marked],
    solved: Mapping[str, Result],
    language: str,
) -> tuple[str, str]:
    """Return the road as HTML, and as text in the same words."""
    stops, reached, minutes = list[dict](), 0, 0
    for spec in specs:
        mark = marks[spec.exercise]
        state, points = state_of(mark, solved)
        is_solved = state is SOLVED
        reached += points
        minutes += 0 if is_solved else mark.minutes
        worth = f"{points} / {mark.points}" if mark.points else state.to(language)
        said = worth if is_solved else f"{worth} · {mark.minutes} {MINUTES.to(language)}"
        is_next = not is_solved and all(stop["solved"] for stop in stops)
        tried = not is_solved and state is not NOT_BEGUN
        title = spec.title.to(language)
        stops.append(
            {"title": title, "said": said, "solved": is_solved, "tried": tried, "next": is_next}
        )
    most = sum(marks[spec.exercise].points for spec in specs)
    total = (TOTAL if minutes else ARRIVED).to(language)
    total = total.format(reached=reached, most=most, minutes=minutes)
    signs = ["+" if stop["solved"] else ">" if stop["next"] else "-" for stop in stops]
    lines = [
        f"{sign} {stop['title']}: {stop['said']}" for sign, stop in zip(signs, stops, strict=True)
    ]
    page = template("road.html", Path(__file__).parent)
    return page.render(stops=stops, total=total), "\n".join([total, *lines])
