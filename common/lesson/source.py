"""A lesson's page as others take it: its sections, and its text without what lies beside it."""

import mimetypes
import re
from pathlib import Path

from markdown_it import MarkdownIt

from common.grading.exercise.release import TEACHERS
from common.report.pages import data_uri

OTHERS = re.compile(r"^(?:По-русски|In English): .*\n", re.MULTILINE)
"""The line that leads to the page in the other language, and to other pages."""


def sections_of(page: Path) -> list[str]:
    """Split a page at its headings of the second level; the first part lies before them."""
    text = TEACHERS.sub("", page.read_text(encoding="utf-8"))
    return re.split(r"^(?=## )", text, flags=re.MULTILINE)


def title_of(section: str) -> str:
    """Return the title of a section; of the first part, its first line."""
    return section.partition("\n")[0].removeprefix("## ")


def reader() -> MarkdownIt:
    """Return what reads a lesson's Markdown, its tables and its HTML among it."""
    return MarkdownIt("commonmark", {"html": True}).enable("table")


def with_pictures(html: str, folder: Path) -> str:
    """Put the pictures of a lesson into its page."""

    def inside(match: re.Match[str]) -> str:
        path = folder / match[1]
        if not path.is_file():
            return match[0]
        kind = mimetypes.guess_type(path.name)[0] or "image/png"
        return f'src="{data_uri(kind, path.read_bytes())}"'

    return re.sub(r'src="(?!data:)([^"]+)"', inside, html)


def without_links(html: str) -> str:
    """Return HTML in which what leads to a file of the course is only its words."""
    return re.sub(
        r'<a href="(?!https?:)[^"]*">(.*?)</a>',
        r'<span class="file">\1</span>',
        html,
        flags=re.DOTALL,
    )
