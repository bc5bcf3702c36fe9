"""Who speaks in the files of a folder, by its sub-folders or by the names of the files."""

import re
from pathlib import Path

from common.encodings import shown


def speakers_of(folder: Path, paths: list[Path]) -> tuple[list[str], str]:
    """Tell who speaks in each file, and in words how that was found out.

    With sub-folders, the first sub-folder. Otherwise the names are cut at "_", "-" and spaces, and
    the speaker is the first part that is a word and has as many values as a cast could have; else
    the first such part that is a number. A part with one value, or with a new one in each file,
    names no speaker.

    >>> names = ["0_anna_1.wav", "1_anna_2.wav", "0_oleg_1.wav", "1_oleg_2.wav"]
    >>> speakers_of(Path("."), [Path(name) for name in names])[0]
    ['anna', 'anna', 'oleg', 'oleg']
    """
    folders = [path.relative_to(folder).parts[0] for path in paths]
    if all(len(path.relative_to(folder).parts) > 1 for path in paths) and len(set(folders)) > 1:
        return folders, f"{len(set(folders))} speakers, one in each sub-folder"
    cut = [re.split(r"[_\-\s]+", path.stem) for path in paths]
    columns = list(zip(*cut, strict=True)) if len({len(parts) for parts in cut}) == 1 else []
    likely = [column for column in columns if 1 < len(set(column)) < len(paths)]
    words = [column for column in likely if all(re.search(r"[^\W\d]", part) for part in column)]
    for column in [*words, *likely]:
        place = columns.index(column) + 1
        some = shown(", ".join(sorted(set(column))[:3]))
        return list(column), (
            f"{len(set(column))} speakers by part {place} of the files' names ({some} and so on); "
            "if these are not the speakers, put each speaker into a sub-folder"
        )
    return ["one speaker"] * len(paths), (
        "one speaker, for neither sub-folders nor names tell more; "
        "if there are several, put each into a sub-folder"
    )
