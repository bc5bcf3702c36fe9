"""Which packages there are. They are found, and listed nowhere.

A domain is a folder next to `common` with an `__init__.py` and a `__main__.py` that says
`DOMAIN = …`. Files are read for that and not imported, so a domain whose libraries are missing is
found too, and so is one that is not Python at the moment: whoever reads it next says where.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The folder in which the packages lie, side by side."""

_DOMAIN = re.compile(r"^DOMAIN\b[^=\n]*=", re.MULTILINE)


def domains(root: Path = ROOT) -> list[str]:
    """Return the names of the domains in a folder, in the order of the alphabet.

    >>> "tabular" in domains(), "common" in domains()
    (True, False)
    """
    return sorted(path.parent.name for path in root.glob("*/__main__.py") if _is_domain(path))


def packages(root: Path = ROOT) -> list[str]:
    """Return the names of all packages of the course: common, then the domains."""
    return ["common", *domains(root)]


def modules_with_exercises(root: Path = ROOT) -> list[str]:
    """Return the packages whose exercises have checks, in `tests/graded/NAME.py`."""
    return [n for n in packages(root) if (root / "tests" / "graded" / f"{n}.py").is_file()]


def _is_domain(main: Path) -> bool:
    if not main.parent.name.isidentifier() or not (main.parent / "__init__.py").is_file():
        return False
    return _DOMAIN.search(main.read_text(encoding="utf-8-sig", errors="replace")) is not None
