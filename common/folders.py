"""The files of a person's folder, as a file manager shows them."""

import os
from collections.abc import Iterator
from pathlib import Path

OF_SYSTEMS = frozenset(
    {
        *("__macosx", "$recycle.bin", "system volume information", "lost+found"),
        *("@eadir", "#recycle", "#snapshot"),
    }
)
"""Folders that systems and network drives put beside a person's files: copies, previews, waste.

Their names are in small letters: systems write them in several ways.
"""


def visible_files(folder: Path, *, without: Path | None = None) -> Iterator[Path]:
    """Yield the files below a folder, but hidden ones, pipes, and what systems add.

    Links to folders are followed, each folder once; of a folder and a link to it beside each other
    the folder is walked through. A link that leads nowhere is a file, for its reader to name.

    without: a folder that is left out; it may lie inside.
    """
    seen = {folder.resolve()}
    for place, inner, names in os.walk(folder, followlinks=True):
        inside = Path(place)
        shown = [name for name in inner if name[0] != "." and name.casefold() not in OF_SYSTEMS]
        if without and without.is_dir():
            shown = [name for name in shown if not (inside / name).samefile(without)]
        shown.sort(key=lambda name: not (inside / name).is_symlink())
        real = {(inside / name).resolve(): name for name in shown}
        inner[:] = [name for own, name in real.items() if own not in seen]
        seen.update(real)
        for path in (inside / name for name in names if name[0] != "."):
            if path.is_file() or not path.exists():
                yield path
