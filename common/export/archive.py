"""The bundle: a zip with the network, its preparation, the code that runs them, and a page.

    run.py               starts it
    model.onnx           the network
    preparation.json     what the preparation decided
    preparation.npz      what it measured, arrays without pickle
    requirements.txt     what it needs
    README.md, README.ru.md
    stickshift_model/    the code: readable, NumPy and the standard library

The code is copied from the course's own files when a run is exported, so that there is one copy
of everything; the files' imports of each other become imports within the one package.
"""

import importlib.util
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from common.errors import UserError
from common.files import UnwritableError, atomic_path

PACKAGE = "stickshift_model"
_IMPORT = re.compile(r"^( *from )([\w.]+)( import )", re.MULTILINE)

RUN = f'''"""The exported model: python run.py INPUT. See README.md."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from {PACKAGE}.{{main}} import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
'''
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""A zip's first day: the same run gives the same bytes on any day."""


def code_of(modules: Sequence[str], *, instead: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the files of the bundle's package: copies of modules of the course.

    Args:
        modules: names such as "common.tables.units"; each is known by its last part.
        instead: modules whose import is to lead to another one of these.

    Raises:
        UserError: a file is not there, as in the student edition, where it would give away answers.
        ValueError: a module imports one of the course's that is not copied.
    """
    short = {name: name.rpartition(".")[2] for name in modules}
    short |= {old: new.rpartition(".")[2] for old, new in (instead or {}).items()}
    course = {name.partition(".")[0] for name in modules}

    def within(found: re.Match[str]) -> str:
        start, name, end = found.groups()
        if name in short:
            return f"{start}.{short[name]}{end}"
        if name.partition(".")[0] in course:
            raise ValueError(f"{module} imports {name}, which is not copied into the bundle")
        return found[0]

    files = {"__init__.py": '"""An exported model: its preparation, and how it is run."""\n'}
    for module in modules:
        path = _path_of(module)
        if path is None:
            raise UserError(
                f"{module} is not here: the student edition exports nothing, "
                "for the code of a bundle would give answers away",
                ru=f"нет {module}: студенческий выпуск ничего не экспортирует, "
                "потому что код архива выдал бы ответы",
            )
        files[f"{short[module]}.py"] = _IMPORT.sub(within, path.read_text(encoding="utf-8"))
    return files


def _path_of(module: str) -> Path | None:
    try:
        found = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return None
    return None if found is None or found.origin is None else Path(found.origin)


def write_archive(out: Path, files: Mapping[str, bytes]) -> None:
    """Write the zip, whole or not at all.

    Raises:
        UserError: something is there already, or nothing can be written there.
    """
    check_place(out)
    with atomic_path(out) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)


def check_place(out: Path) -> None:
    """Raise UserError where a bundle cannot be written: before the work, not after it."""
    if out.exists():
        raise UserError(
            f"{out}: is there already; name another file, or remove it",
            ru=f"{out}: уже есть; назовите другой файл или удалите этот",
        )
    if not out.parent.is_dir():
        raise UnwritableError(f"{out}: cannot be written, there is no folder {out.parent}")
