"""The page of a served run: one HTML file with its style and its script inside, and nothing else.

Only what is in the page runs: the policy names the script and the style by their hashes.
"""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from common.report import pages as report_pages
from common.serving.contract import Serving
from common.translation import Phrases, Translate, grouped, phrases_of, same, with_comma

_OWN = Path(__file__).parent


def render(serving: Serving, language: str) -> tuple[str, str]:
    """Return the page of a run in "en" or "ru", and its Content-Security-Policy."""
    return _render(serving, language)


@lru_cache(maxsize=8)
def _render(serving: Serving, language: str) -> tuple[str, str]:
    t = translator_of(serving.task.name, language)
    script = _script(serving.folder)
    style = _read(Path(report_pages.__file__).parent / "page.css") + _read(_OWN / "page.css")
    run = serving.metadata
    title, about = serving.task.heading(serving.pipeline)
    text = (
        _environment(serving.folder)
        .get_template("page.html")
        .render(
            t=t,
            language=language,
            other="en" if language == "ru" else "ru",
            title=t(title),
            about=t(about),
            run=run,
            figures=_figures(serving, t),
            part=t(PARTS[run.part]),
            examined=run.examples.get(run.part),
            style=Markup(style),
            script=Markup(script),
            words=_embedded({word: t(word) for word in _words(script)}),
            data=_embedded(serving.page()),
            number=sensible if t is same else lambda value: with_comma(sensible(value)),
            **serving.page(),
        )
    )
    return text, report_pages.policy_of(script, style)


PARTS = {
    "test": "the test part, which training never saw",
    "valid": "the validation part, which also chose the best epoch",
}


def translator_of(name: str, language: str) -> Translate:
    """Return what turns the English of a served page into a language."""
    if language != "ru":
        return same
    tables = (phrases_of(module) for module in ("common", "common.serving", name))
    return Phrases({key: value for table in tables for key, value in table.items()})


def _figures(serving: Serving, t: Translate) -> list[tuple[str, str]]:
    figures = serving.metadata.figures
    shown = same if t is same else lambda figure: with_comma(grouped(figure))
    return [
        (t(metric.title), shown(metric.show(figures[metric.key])))
        for metric in serving.task.metrics
        if metric.key in figures
    ]


def _environment(folder: Path) -> jinja2.Environment:
    """Templates of the domain, which build on `base.html` here."""
    return report_pages.environment_of(folder, _OWN)


def sensible(value: float) -> str:
    """Return a number with as many digits as tell something.

    >>> sensible(2013.0), sensible(55.75583), sensible(0.1234), sensible(12_345_678.0)
    ('2013', '55.76', '0.123', '12345678')
    """
    if abs(value) >= 1000 or value == round(value):
        return f"{value:.0f}"
    return f"{value:.4g}" if abs(value) >= 1 else f"{value:.3g}"


def _script(folder: Path) -> str:
    return _read(_OWN / "page.js") + _read(folder / "page.js")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


_SAID = re.compile(r'\bt\("([^"]*)"\)')


def _words(script: str) -> list[str]:
    """Return what a script says to people: the texts in its calls of `t("…")`.

    >>> _words('say(t("wait")); t("wait"); t("done"); element("div", "no word of a call")')
    ['wait', 'done']
    """
    return list(dict.fromkeys(_SAID.findall(script)))


def _embedded(values: Any) -> Markup:
    return report_pages.in_script(json.dumps(values, ensure_ascii=False))
