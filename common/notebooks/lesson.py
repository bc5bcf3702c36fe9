"""A lesson's page, made fit for a notebook: what lies before and after the exercises.

The page stays the only source. Its pictures come along in the notebook, its links lead where they
led, and of its Python what stands before the exercises and needs nothing that the page has not
made becomes a cell to run.
"""

import builtins
import os
import re
import symtable
from dataclasses import dataclass
from pathlib import Path

from common.lesson.source import OTHERS, sections_of, title_of
from common.report.pages import data_uri

PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PICTURE = re.compile(r'<img\s[^>]*?src="([^"]+)"[^>]*?>')
LINK = re.compile(r"(?<!!)\[([^\]\[]+)\]\(([^)\s]+)\)")
EXERCISES = "Exercises"
"""The section whose place the exercises themselves take, as the English lessons call it."""


@dataclass(frozen=True)
class Place:
    """Where a notebook will lie, for what its links lead to.

    root: the course. out: the folder of the notebooks. repository: the address of the course where
    others can read it, such as https://github.com/NAME/REPOSITORY; empty where there is none.
    """

    root: Path
    out: Path
    repository: str = ""

    def link(self, target: Path) -> str:
        """Return what leads from a notebook to a file of the course; empty where nothing does."""
        target, root = target.resolve(), self.root.resolve()
        if not target.is_relative_to(root) or not target.exists():
            return ""
        if self.repository:
            kind = "tree" if target.is_dir() else "blob"
            return f"{self.repository}/{kind}/main/{target.relative_to(root).as_posix()}"
        if self.out.resolve().is_relative_to(root):
            return Path(os.path.relpath(target, self.out.resolve())).as_posix()
        return ""


def lesson(module: str, language: str, place: Place) -> tuple[str, str]:
    """Return a module's lesson as Markdown: up to its exercises, and after them.

    Python that is only to be read has the class `.noeval`, as jupytext writes it.
    """
    page = place.root / module / ("README.ru.md" if language == "ru" else "README.md")
    sections = sections_of(page)
    titles = [title_of(part) for part in sections_of(page.with_name("README.md"))]
    number = titles.index(EXERCISES) if EXERCISES in titles else len(titles)
    before = OTHERS.sub("", "".join(sections[:number]), count=1)
    after = "".join(sections[number + 1 :])
    return (
        _for_notebook(_with_cells(before), page, place),
        _for_notebook(_to_read(after), page, place),
    )


def _with_cells(text: str) -> str:
    """Mark the Python that cannot be run: it uses what the page before it has not made."""
    made: set[str] = set()

    def marked(block: re.Match[str]) -> str:
        code = block[1]
        needed, left = _names(code)
        if needed - made:
            return f"```python .noeval\n{code}```"
        made.update(left)
        return block[0]

    return PYTHON.sub(marked, text)


def _to_read(text: str) -> str:
    return PYTHON.sub(lambda block: f"```python .noeval\n{block[1]}```", text)


def _names(code: str) -> tuple[set[str], set[str]]:
    """Return the names that a piece of code needs from elsewhere, and those that it leaves.

    >>> needed, left = _names("import torch\\nx = torch.rand(n)")
    >>> sorted(needed), sorted(left)
    (['n'], ['torch', 'x'])
    """
    table = symtable.symtable(code, "lesson", "exec")
    needed = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    left = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    return needed - left - set(dir(builtins)), left


def _for_notebook(text: str, page: Path, place: Place) -> str:
    def picture(tag: re.Match[str]) -> str:
        described = re.search(r'alt="([^"]*)"', tag[0])
        content = data_uri("image/png", (page.parent / tag[1]).read_bytes())
        return f"![{described[1] if described else ''}]({content})"

    def link(found: re.Match[str]) -> str:
        words, target = found.groups()
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            return found[0]
        file, _, section = target.partition("#")
        led = place.link(page.parent / file)
        return f"[{words}]({led}{'#' + section if section else ''})" if led else words

    return PICTURE.sub(picture, LINK.sub(link, text))
