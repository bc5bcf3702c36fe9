"""`python -m common new NAME`: a small domain that works, to be changed into one's own.

It has the rooms of every domain, a lesson in both languages, an exercise with its checks and
solutions, and tests. What is written lies in `common/templates`, with `domain_name` where the
name goes. The student edition has no templates: they hold a solution.
"""

import importlib.util
import itertools
import keyword
import re
import sys
from pathlib import Path

from common.discovery import ROOT
from common.errors import UserError
from common.files import write_text
from common.i18n import Text

TEMPLATES = Path(__file__).with_name("templates")
SUFFIX, TOKEN = ".template", "domain_name"
PLACES = {
    "package": "{name}",
    "tests": "tests/{name}",
    "graded": "tests/graded",
    "solutions": "tests/solutions/{name}/PinballLoss.per_example",
}
"""Where in the repository the folders of templates go."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def new_domain(name: str, root: Path = ROOT) -> list[Path]:
    """Write a domain of that name; return its files.

    Raises:
        UserError: the name cannot be a package's or is taken, there is a file in the way, or this
            is no whole repository.
    """
    check_name(name, root)
    contents = domain_files(name)
    if not (root / "tests" / "graded").is_dir() or not contents:
        raise UserError(f"{root}: is not the course's whole repository; a domain is written there")
    for file in contents:
        if (root / file).exists():
            raise UserError(f"{root / file}: is there already; remove it, or take another name")
    written: list[Path] = []
    try:
        for file, text in contents.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            write_text(root / file, text)
            written.append(root / file)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return written


def check_name(name: str, root: Path = ROOT) -> None:
    """Raise UserError for a name that no new package can have.

    >>> check_name("random")
    Traceback (most recent call last):
    common.errors.UserError: 'random' is a module of Python itself; take another name
    >>> check_name("Time-Series")
    Traceback (most recent call last):
    common.errors.UserError: 'Time-Series' cannot name a package; did you mean 'time_series'?
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        better = re.sub(r"\W+", "_", name.lower()).strip("_")
        fits = _NAME.fullmatch(better) and not keyword.iskeyword(better)
        hint = f"did you mean {better!r}?" if fits else "expected letters a to z, digits and _"
        raise UserError(f"{name!r} cannot name a package; {hint}")
    if name in sys.stdlib_module_names:
        raise UserError(f"{name!r} is a module of Python itself; take another name")
    if (root / name).exists():
        raise UserError(f"{root / name}: is there already; take another name")
    if importlib.util.find_spec(name) is not None:
        raise UserError(f"{name!r} is an installed library; take another name")


def domain_files(name: str) -> dict[str, str]:
    """Return the files of a domain: their names within the repository, and their texts."""
    found = {}
    for folder, place in PLACES.items():
        for path in sorted((TEMPLATES / folder).rglob(f"*{SUFFIX}")):
            inner = path.relative_to(TEMPLATES / folder).as_posix().removesuffix(SUFFIX)
            text = path.read_text(encoding="utf-8").replace(TOKEN, name)
            file = f"{place.format(name=name)}/{inner.replace(TOKEN, name)}"
            found[file] = _sorted_imports(text) if file.endswith(".py") else text
    return found


def _sorted_imports(text: str) -> str:
    """Sort the lines of each block that begin with `from`: the name decides where its own go."""
    lines: list[str] = []
    blocks = itertools.groupby(text.splitlines(keepends=True), lambda line: line[:5] == "from ")
    for imports, block in blocks:
        found = list(block)
        lines += sorted(found, key=lambda line: line.split()[1]) if imports else found
    return "".join(lines)


WRITTEN = Text(
    "{name}: a domain of {count} files, in {name}/ and tests/; try it:",
    "{name}: создана область, файлов: {count}, в {name}/ и tests/; попробуйте:",
)
NEXT = Text(
    "how to make it your own: docs/adding-a-domain.md",
    "как сделать её своей: docs/adding-a-domain.ru.md",
)


def main(name: str, language: str) -> int:
    """Run the command; return the exit code."""
    files = new_domain(name)
    python = Path(sys.executable).name
    print(WRITTEN.to(language).format(name=name, count=len(files)))
    for words in (f"-m {name}", f"-m {name} check", f"-m pytest tests/{name}"):
        print(f"  {python} {words}")
    print(NEXT.to(language))
    return 0
