"""The student edition, made from the teacher's repository.

What goes in is listed; everything else stays out: the solutions, the unit tests of the library
(they hold reference formulas, and would fail on empty functions), the benchmarks with their
recorded figures, git's history, caches. Of an exercise the signature, the mark and the docstring
stay, and of an oracle the signature and the docstring. A private helper that nothing uses any more
was part of a solution, and goes with it.

The report and the network of each module's demo go in where this repository has run it: a student
sees what the solved course does before anything is solved.

The same repository gives the same bytes.
"""

import ast
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from common.discovery import packages
from common.grading.exercise.source import emptied, last_line, parsed, read, without_oracles

FILES = (
    *("LICENSE", "README.md", "README.ru.md"),
    *("pyproject.toml", "constraints.txt", "conftest.py", ".gitignore", ".dockerignore"),
)
FOLDERS = ("docs", "tests/graded")
TEACHERS_PAGES = ("docs/teaching", "docs/adding-a-domain", "docs/benchmarks")
"""Pages on commands that the edition lacks; a link to one becomes its words."""
TEACHERS = re.compile(r"<!--teacher-->.*?<!--/teacher-->", re.DOTALL)
"""What a page says to teachers alone, between two marks that no reader sees."""
LINK = re.compile(r"\[([^\]\[]+)\]\(([^)#\s:]+)(#[^)\s]*)?\)")
"""What goes in beside the packages, which are found."""
LEFT_OUT = ("__pycache__", ".pyc", ".part", ".template", "~", "keras_loss.py", "/bundle/")
"""What stays out: rubbish; and what would give solutions away, the losses once more in Keras and
the preparation once more in NumPy, as an exported run takes it along."""
DEMO_FILES = (
    "report.html",
    "metrics.json",
    "history.csv",
    "config.json",
    "model.safetensors",
    "preprocessing.json",
    "preprocessing.safetensors",
)
"""Of a demo's run: sounds and videos would make the edition large."""
DEMO_BYTES = 16_000_000
"""What the run of a module's demo may hold; of a larger one only the report goes in."""
REPORT_FILES = DEMO_FILES[:2]
TESTS = 'testpaths = ["tests/graded"]'


def edition(root: Path, course: Sequence[str] | None = None) -> dict[str, bytes]:
    """Return the files of the student edition: their names, with slashes, and their bytes.

    course: the packages that go in; all of them, if none are named.

    Raises UserError where a file with exercises, or with what only a solution used, is not Python.
    """
    names = [name for name in FILES if (root / name).is_file()]
    course = packages(root) if course is None else course
    names += [
        path.relative_to(root).as_posix()
        for folder in (*course, *FOLDERS)
        for path in _files(root / folder)
    ]
    names = [name for name in names if not name.startswith(TEACHERS_PAGES)]
    contents = {name: (root / name).read_bytes() for name in names}
    for name in names:
        if name.endswith(".md"):
            contents[name] = _for_students(contents[name].decode(), name, root, names).encode()
    contents["tests/__init__.py"] = b""
    for name in course:
        contents |= demo_of(root, name)
    for part, empty in ((course, emptied), (["tests"], without_oracles)):
        modules = {
            name: empty(read(root / name), name)
            for name in names
            if name.endswith(".py") and name.partition("/")[0] in part
        }
        contents |= {name: text.encode() for name, text in _without_leavings(modules).items()}
    settings = re.sub(r"(?m)^testpaths = .*$", TESTS, contents["pyproject.toml"].decode())
    return dict(sorted({**contents, "pyproject.toml": settings.encode()}.items()))


def _for_students(text: str, page: str, root: Path, names: Sequence[str]) -> str:
    """Return a page without what is for teachers, and without links to what the edition lacks."""

    def kept(link: re.Match[str]) -> str:
        target = (root / page).parent.joinpath(link[2]).resolve()
        inside = target.is_relative_to(root.resolve())
        name = target.relative_to(root.resolve()).as_posix() if inside else ""
        there = any(one == name or one.startswith(f"{name}/") for one in names)
        return link[0] if there else link[1]

    return LINK.sub(kept, TEACHERS.sub("", text))


def demo_of(root: Path, module: str) -> dict[str, bytes]:
    """Return the files of a module's demo as the edition has them; none where it was not run."""
    run = root / "runs" / f"{module}-demo"
    found = {name: (run / name).read_bytes() for name in DEMO_FILES if (run / name).is_file()}
    if "report.html" not in found:
        return {}
    if sum(map(len, found.values())) > DEMO_BYTES:
        found = {name: content for name, content in found.items() if name in REPORT_FILES}
    return {f"demos/{module}/{name}": content for name, content in found.items()}


def _files(folder: Path) -> list[Path]:
    paths = sorted(folder.rglob("*")) if folder.is_dir() else []
    return [p for p in paths if p.is_file() and not any(sign in p.as_posix() for sign in LEFT_OUT)]


def _without_leavings(modules: dict[str, str]) -> dict[str, str]:
    """Remove private functions, classes and constants that no module mentions a second time."""
    while True:
        words = Counter(word for text in modules.values() for word in re.findall(r"\w+", text))
        shorter = {}
        for name, text in modules.items():
            if not any(words[private] == 1 for private in re.findall(r"\b_[a-zA-Z]\w*", text)):
                shorter[name] = text
                continue
            lines = text.splitlines(keepends=True)
            for first, last, private in reversed(_private(text, name)):
                if words[private] == 1:
                    del lines[first - 1 : last]
            shorter[name] = "".join(lines)
        if shorter == modules:
            return modules
        modules = shorter


def _private(text: str, file: str) -> list[tuple[int, int, str]]:
    """Return first line, last line and name of each private thing that a module defines."""
    found = []
    for node in parsed(text, file).body:
        names = [getattr(node, "name", "")]
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names = [node.targets[0].id]
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        found += [(first, last_line(node), n) for n in names if re.fullmatch(r"_[a-zA-Z]\w*", n)]
    return found
