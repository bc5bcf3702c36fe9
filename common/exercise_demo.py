"""The demo of a student edition: what is ready, and what each solved exercise brings to life.

Every exercise has a plot, drawn with the student's own function and with no other exercise's. As
long as a module is not solved, its demo draws those that are there, and names the others.
"""

import ast
import importlib
import importlib.util
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from common.discovery import ROOT
from common.files import write_bytes
from common.i18n import Text

SHOWN = 3
"""Figures of a network that are printed; the report has them all."""
READY = "demos"
"""The folder of the edition with the reports of the demos, as the solved course writes them."""

Word = Callable[[str, str], str]
"""Takes a text in English and in Russian, and gives the one that is asked for."""

INTRODUCTION = Text(
    "Not every exercise is solved yet, so the demo shows what works already.",
    "Решены ещё не все задания, и демонстрация показывает то, что уже работает.",
)
REPORT = Text(
    "The ready report, written with all exercises solved: {path}",
    "Готовый отчёт, где решены все задания: {path}",
)
WAITS = Text("waits for you: {about}", "ждёт вас: {about}")
ALIVE = Text("alive: {about}", "работает: {about}")
BROKEN = Text("does not work yet: {error}", "пока не работает: {error}")
PAGE = Text("page: {path}", "страница: {path}")
NEEDED = Text(
    "Everything of {module} is solved. Its demo trains networks, and for that it needs of common:",
    "В {module} решено всё. Демонстрация обучает сети, и для этого ей нужны из common:",
)
GAIN = Text(
    "ready report, {figure}: {before:,.4g} with {one} → {after:,.4g} with {other}",
    "готовый отчёт, {figure}: {before:,.4g} с {one} → {after:,.4g} с {other}",
)
TITLE = Text("Your exercises at work", "Ваши задания в действии")
BEGIN = Text(
    "Begin with common: every other module needs it. python -m common exercises",
    "Начните с common: он нужен всем остальным. python -m common exercises",
)


@dataclass(frozen=True)
class Gain:
    """A figure of the ready report, with a loss of PyTorch's and with that of the exercise.

    figure: what it is called; key: in metrics.json; before, after: the losses' names there.
    """

    figure: Text
    key: str
    before: str
    after: str
    scale: float = 1.0


@dataclass(frozen=True)
class Plot:
    """What an exercise brings to life.

    about: what is to be seen. draw: fills a figure, with the student's function; may return sounds
    in WAV by their names. gain: what it is worth to the network, where a loss is the exercise.
    """

    about: Text
    draw: Callable[[Any, Word], Mapping[str, bytes] | None]
    gain: Gain | None = None


def plots_of(module: str) -> Mapping[str, Plot]:
    """Return the plots of a module's exercises by the exercises' short names."""
    if importlib.util.find_spec(f"{module}.exercise_plots") is None:
        return {}
    return importlib.import_module(f"{module}.exercise_plots").PLOTS


def brought_by(module: str, *, root: Path = ROOT) -> dict[str, Text]:
    """Return by an exercise's short name what it brings to life, in words.

    They are read from the source: importing it would import PyTorch, to show a list.

    >>> brought_by("common")["early_stopping"].en
    'the best epoch, and where training ends'
    """
    path = root / module / "exercise_plots.py"
    if not path.is_file():
        return {}
    found = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        pairs = zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
        for key, value in pairs:
            if isinstance(key, ast.Constant) and _is_call(value, "Plot"):
                text = value.args[0]
                assert isinstance(text, ast.Call)
                en, ru = map(ast.literal_eval, text.args)
                found[str(key.value)] = Text(en, ru)
    return found


def _is_call(node: ast.AST, name: str) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == name


def unsolved(module: str, *, root: Path = ROOT) -> list[str]:
    """Return the names of a module's exercises that are still empty, warm-ups aside."""
    from common.grading.exercise.source import marked_in

    return [
        name
        for name, mark in marked_in(root, module, broken={}).items()
        if mark.empty and mark.points
    ]


def show(module: str, language: str, out: Path, *, root: Path = ROOT) -> None:
    """Say what is ready and what waits, and write a page with the plots of what works."""
    from common.grading.exercise.course import exercises_of
    from common.grading.exercise.source import marked_in
    from common.report.pages import template, write_page

    marks = marked_in(root, module, broken={})
    plots = plots_of(module)
    if any(mark.empty and mark.points for mark in marks.values()):
        print(INTRODUCTION.to(language))
    ready = root / READY / module / "report.html"
    if ready.is_file():
        print(REPORT.to(language).format(path=ready.relative_to(root)))
        print_figures(ready.with_name("metrics.json"))
    if module != "common" and unsolved("common", root=root):
        print(BEGIN.to(language))
    print()
    out.mkdir(parents=True, exist_ok=True)
    blocks = []
    for spec in exercises_of(module):
        plot, mark = plots.get(spec.short), marks.get(spec.exercise)
        if plot is None or mark is None:
            continue
        title, about = spec.title.to(language), plot.about.to(language)
        sounds: Mapping[str, bytes]
        if mark.empty:
            said, picture, sounds = WAITS.to(language).format(about=about), None, {}
        else:
            said, picture, sounds = drawn(plot, language)
        print(f"{'+' if picture else '-'} {title}\n    {spec.short} {said}")
        if worth := _worth(plot.gain, ready.with_name("metrics.json"), language):
            print(f"    {worth}")
        blocks.append(
            {
                "title": title,
                "short": spec.short,
                "said": said,
                "picture": picture,
                "sounds": list(sounds.items()),
            }
        )
        for name, content in {**sounds, f"{spec.short}.png": picture}.items():
            if content is not None:
                write_bytes(out / name, content)
    page = out / "exercises.html"
    text = template("exercises.html").render(
        title=TITLE.to(language), language=language, blocks=blocks
    )
    write_page(page, text)
    print("\n" + PAGE.to(language).format(path=page))


def needs_common(module: str, language: str, missing: list[str]) -> None:
    """Say which exercises of common a demo waits for."""
    print(NEEDED.to(language).format(module=module))
    for name in missing:
        short = name.rpartition(".")[2]
        print(f"  {short}: python -m common exercises {short}")


def print_figures(file: Path) -> None:
    """Print the figures of a ready report, a line for each network and baseline."""
    if not file.is_file():
        return
    kept = json.loads(file.read_text(encoding="utf-8"))
    for name, row in {**kept["losses"], **kept["baselines"]}.items():
        figures = row.get("test") or row.get("valid") or {}
        shown = [f"{key} {value:.4g}" for key, value in figures.items() if value is not None]
        print(f"  {name}: {', '.join(shown[:SHOWN])}")


def _worth(gain: Gain | None, file: Path, language: str) -> str:
    """Say what a loss gained in the ready report; nothing where that does not know."""
    if gain is None or not file.is_file():
        return ""
    losses = json.loads(file.read_text(encoding="utf-8")).get("losses", {})
    before, after = (
        losses.get(name, {}).get("test", {}).get(gain.key) for name in (gain.before, gain.after)
    )
    if before is None or after is None:
        return ""
    return GAIN.to(language).format(
        figure=gain.figure.to(language),
        before=before * gain.scale,
        after=after * gain.scale,
        one=gain.before,
        other=gain.after,
    )


def drawn(plot: Plot, language: str) -> tuple[str, bytes | None, Mapping[str, bytes]]:
    """Draw with the student's function; what goes wrong in it is told and is no reason to stop."""
    from matplotlib.figure import Figure

    from common.report.plots import WIDTH, png

    figure = Figure(figsize=(2 * WIDTH, 3.2), layout="constrained")
    try:
        sounds = plot.draw(figure, lambda en, ru: Text(en, ru).to(language)) or {}
        picture = png(figure)
    except Exception as error:  # a student's function may raise anything
        text = f"{type(error).__name__}: {error}"[:200]
        return BROKEN.to(language).format(error=text), None, {}
    return ALIVE.to(language).format(about=plot.about.to(language)), picture, sounds
