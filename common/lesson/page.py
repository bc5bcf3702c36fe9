"""`python -m DOMAIN lesson`: the lesson as a page with living figures, opened in the browser."""

import importlib
import importlib.util
import json
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from common.discovery import ROOT
from common.files import refuse_file
from common.i18n import Text
from common.lesson.figure import Figure
from common.lesson.source import (
    OTHERS,
    reader,
    sections_of,
    title_of,
    with_pictures,
    without_links,
)
from common.report.pages import in_script, source_hash, template, write_page

_HERE = Path(__file__).parent
PAGE = "lesson.html"
WRITTEN = Text("page: {path}", "страница: {path}")
WORDS = {
    "loss": Text("loss", "потери"),
    "value": Text("says", "говорит"),
    "pull": Text("pulls", "тянет"),
    "share": Text("share", "доля"),
    "scaled": Text("each on its own scale", "каждая в своём масштабе"),
    "missing": Text("Comes when its exercise is solved:", "Появится, когда задание будет решено:"),
    "play": Text("Listen", "Послушать"),
}


def figures_of(module: str) -> Sequence[Figure]:
    """Return the living figures of a module's lesson; none where it has none."""
    if importlib.util.find_spec(f"{module}.lesson") is None:
        return ()
    return importlib.import_module(f"{module}.lesson").FIGURES


def main(module: str, out: str | None, language: str, *, browser: bool, root: Path = ROOT) -> Path:
    """Write the page and open it; return where it lies."""
    path = Path(out or f"runs/{module}-lesson") / PAGE
    refuse_file(path.parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_page(path, render(module, language, root=root))
    print(WRITTEN.to(language).format(path=path))
    if browser:
        webbrowser.open(path.resolve().as_uri())
    return path


def render(module: str, language: str, *, root: Path = ROOT) -> str:
    """Return a module's lesson as a page, with everything inside."""
    folder = root / module
    english = sections_of(folder / "README.md")
    parts = sections_of(folder / ("README.ru.md" if language == "ru" else "README.md"))
    parts[0] = OTHERS.sub("", parts[0], count=1)
    markdown = reader()
    figures = {title_of(part): list[dict[str, Any]]() for part in english}
    for number, figure in enumerate(figures_of(module)):
        figures[figure.section].append(_plain(figure, number, language))
    blocks = []
    # The Russian lesson has the same sections in the same order.
    for part, own in zip(parts, figures.values(), strict=True):
        heading, text = part.split("\n", 1)
        html = with_pictures(without_links(markdown.render(text)), folder)
        blocks.append({"title": heading.lstrip("# "), "html": html, "figures": own})
    own_script = folder / "lesson.js"
    script = (_HERE / "lesson.js").read_text(encoding="utf-8")
    script += own_script.read_text(encoding="utf-8") if own_script.is_file() else ""
    script += "\nstart();\n"
    return template("lesson.html", _HERE).render(
        language=language,
        title=blocks[0]["title"],
        blocks=blocks,
        script=Markup(script),
        script_hash=source_hash(script),
    )


def _plain(figure: Figure, number: int, language: str) -> dict[str, Any]:
    """Return a figure as the page takes it; its data as text in which no tag can end."""
    words = {name: text.to(language) for name, text in {**WORDS, **figure.words}.items()}
    content = {"kind": figure.kind, "words": words, "data": figure.data(language)}
    text = json.dumps(content, ensure_ascii=True, allow_nan=False)
    return {
        "id": f"figure-{number}",
        "title": figure.title.to(language),
        "about": figure.about.to(language),
        "json": in_script(text),
    }
