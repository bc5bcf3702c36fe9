"""`python -m common slides MODULE`: a page of slides, with everything inside."""

from pathlib import Path

from markupsafe import Markup

from common.discovery import ROOT, modules_with_exercises
from common.errors import UserError, unknown
from common.exercise_demo import drawn, plots_of
from common.grading.exercise.course import exercises_of
from common.grading.exercise.source import marked_in
from common.i18n import Text
from common.lesson.source import with_pictures
from common.report import pages
from common.slides.lesson import Section, Slide, sections

_OWN = Path(__file__).parent
KEYS = Text("arrow keys turn, print gives a PDF", "стрелки листают, печать даёт PDF")
WRITTEN = Text(
    "{out}: {count} slides, {figures} figures. Open it in a browser; arrow keys turn, printing "
    "gives a PDF.",
    "{out}: слайдов {count}, рисунков {figures}. Откройте в браузере; стрелки листают, печать даёт "
    "PDF.",
)


def main(module: str, out: str | None, language: str, *, root: Path = ROOT) -> int:
    """Write the slides of a module's lesson; return the exit code.

    Raises UserError where there is no such module, or no page can be written.
    """
    names = modules_with_exercises(root)
    if module not in names:
        raise unknown("module", module, names, "нет модуля")
    path = Path(out or f"slides-{module}.html")
    slides = slides_of(module, language, root=root)
    pages.write_page(path, render(slides, language))
    figures = sum(bool(one.picture) or "<img" in one.html for one in slides)
    print(WRITTEN.to(language).format(out=path, count=len(slides), figures=figures))
    return 0


def slides_of(module: str, language: str, *, root: Path = ROOT) -> list[Slide]:
    """Return the slides of a lesson: after each section what its exercises draw."""
    titles, found = [], []
    for name in ("README.md", "README.ru.md"):
        page = root / module / name
        if not page.is_file():
            raise UserError(f"{page}: no such lesson", f"{page}: нет такого урока")
        parts = sections(page.read_text(encoding="utf-8"))
        titles.append([part.title for part in parts])
        found.append(parts)
    chosen: list[Section] = found[1 if language == "ru" else 0]
    _add_exercises(chosen, titles[0], module, language, root)
    slides = [slide for section in chosen for slide in section.slides]
    for slide in slides:
        slide.html = with_pictures(slide.html, root / module)
    return slides


def _add_exercises(
    chosen: list[Section], titles: list[str], module: str, language: str, root: Path
) -> None:
    """Add a slide for each exercise that draws something, where the lesson explains it."""
    plots, marks = plots_of(module), marked_in(root, module, broken={})
    for spec in exercises_of(module):
        plot, mark = plots.get(spec.short), marks.get(spec.exercise)
        if plot is None or mark is None or mark.empty:
            continue
        _, picture, _ = drawn(plot, language)
        if picture is None:
            continue
        # The Russian lesson has the same sections in the same order.
        place = titles.index(mark.lesson) if mark.lesson in titles else len(titles) - 1
        caption = Markup("<p>{}</p><p class='name'>{}</p>").format(
            plot.about.to(language), spec.exercise
        )
        section = chosen[min(place, len(chosen) - 1)]
        section.slides.append(Slide(spec.title.to(language), caption, picture=picture))


def render(slides: list[Slide], language: str) -> str:
    """Return the page."""
    script = (_OWN / "slides.js").read_text(encoding="utf-8")
    style = (_OWN / "slides.css").read_text(encoding="utf-8")
    template = pages.template("slides.html", _OWN)
    return template.render(
        language=language,
        slides=slides,
        title=slides[0].heading,
        keys=KEYS.to(language),
        script=Markup(script),
        style=Markup(style),
        script_hash=pages.source_hash(script),
        style_hash=pages.source_hash(style),
    )
