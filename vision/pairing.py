"""Which mask belongs to which picture: by their names, as people name them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import PurePosixPath

from common.errors import UserError
from common.translation import translator
from vision.files import Folder, shortened
from vision.images import SUFFIXES

OF_MASKS = (
    r"masks?|segmentations?|seg[ _\-]?map|segm?|gt(?:fine|coarse)?|ground[ _\-]?truth"
    r"|label(?:(?:train)?id)?s?|lbl|annotations?|anno|matte|manual(?:1(?![^\W_]))?|маск[аи]|разметка"
)
OF_PICTURES = r"images?|img|photo|sat|rgb|leftimg8bit|снимок|фото|изображение"
KIND, KIND_OR_COLOUR = (
    re.compile(rf"(?:^|[ _.\-]+)(?:{OF_MASKS}|{OF_PICTURES}{more})(?=$|[ _.\-])", re.IGNORECASE)
    for more in ("", "|binary|colou?r|training|test")
)
"""Words of a name that say what a file is, not which; a word such as `color` may say either."""
GLUED = re.compile(rf"(?<=.)(?:{OF_MASKS})$|^(?:{OF_MASKS})(?=.)", re.IGNORECASE)
"""Words for masks before or after the rest of a name, with nothing between."""
_MARKED = re.compile(rf"(?<=.)[ _.\-]*(?:{OF_MASKS})$", re.IGNORECASE)
_MARKED_BEFORE = re.compile(rf"^(?:{OF_MASKS})[ _.\-]*(?=.)", re.IGNORECASE)


def apart(folder: Folder) -> tuple[Folder, Folder]:
    """Part a folder in which masks lie among their pictures, such as `aMask.png` beside `a.jpg`.

    A mask is what has the name of another file and a word for masks before or after it.

    Raises UserError where there is no mask, or nothing else.
    """
    known: dict[str, int] = {}
    for row, name in enumerate(folder.names):
        known.setdefault(_bare(name).casefold(), row)
        if not _unmarked(name):
            known.setdefault(_core(name, KIND_OR_COLOUR), row)
    masks = {
        row for row, name in enumerate(folder.names) if any(o in known for o in _unmarked(name))
    }
    others = sorted({*range(len(folder))} - masks)
    if not masks or not others:
        raise UserError(
            f"--images and --masks are one folder, {folder.place}: in it the name of a mask is "
            "expected to be its picture's and such a word, as a_mask.png beside a.jpg"
        )
    return folder.take(others), folder.take(sorted(masks))


def _unmarked(name: str) -> set[str]:
    """Return what a name is without a word for masks before or after it; nothing without one.

    >>> sorted(_unmarked("fields/Car-mask.png")), _unmarked("car.png")
    (['fields/car'], set())
    """
    path = PurePosixPath(_bare(name).casefold())
    found = {_MARKED.sub("", path.name, count=1), _MARKED_BEFORE.sub("", path.name, count=1)}
    return {(path.parent / own).as_posix() for own in found - {path.name, ""}}


def pair(pictures: Folder, masks: Folder, *, unpaired: str) -> tuple[Folder, Folder, list[str]]:
    """Bring two folders into one order.

    A mask has its picture's name, its suffix aside; or all of it and a suffix of its own
    (`a.jpg.png`). Of those that are left, names are compared without words such as `_mask`, and
    then masks' names without such words that stand close to the rest: `aMask.png`. What is left
    even so is compared in the same two ways without words such as `_color`, too.

    Args:
        pictures: The pictures.
        masks: The masks.
        unpaired: What to do with those that are alone: "refuse" or "skip".

    Returns:
        Pictures and masks in one order, and notes.

    Raises:
        UserError: Somebody is alone, or two files have one name; the files are named.
    """
    found = _match(pictures, masks, _whole, _stem)
    if len(found) < max(len(pictures), len(masks)):
        plain = _match(pictures, masks, _stem, _stem)
        found = plain if len(plain) >= len(found) else found
    notes = []
    for kind, key in product((KIND, KIND_OR_COLOUR), (_core, _shortest)):
        before = len(found)
        if before == min(len(pictures), len(masks)):
            break
        rest = [row for row in range(len(pictures)) if row not in found]
        taken = set(found.values())
        left = [row for row in range(len(masks)) if row not in taken]
        loose = _match(
            pictures.take(rest),
            masks.take(left),
            *(partial(one, kind=kind) for one in (_core, key)),
            refuse=kind is KIND,
        )
        found |= {rest[row]: left[other] for row, other in loose.items()}
        if loose:
            row = rest[min(loose)]
            notes.append(
                f"paired by names such as {pictures.names[row]} and {masks.names[found[row]]}: "
                f"{len(found) - before:,}"
            )
    alone = _alone(pictures, masks, found)
    if alone and (unpaired == "refuse" or not found):
        unread = f"; not read: {pictures.unread}" if pictures.unread else ""
        hint = "; --unpaired skip leaves such files out" if found else ""
        russian = translator("ru", "vision")
        where = f"{pictures.place} and {masks.place} are paired by file name"
        raise UserError(
            f"{where}: {', '.join(alone)}{unread}{hint}",
            f"{russian(where)}: {', '.join(map(russian, alone))}{russian(unread)}{russian(hint)}",
        )
    if alone:
        notes.append(f"left out, for they are alone: {', '.join(alone)}")
    rows = sorted(found)
    return pictures.take(rows), masks.take([found[row] for row in rows]), notes


def _alone(pictures: Folder, masks: Folder, found: dict[int, int]) -> list[str]:
    paired = set(found.values())
    alone = []
    left = [name for row, name in enumerate(pictures.names) if row not in found]
    if left:
        words = "pictures without masks" if len(left) > 1 else "picture without a mask"
        alone.append(f"{len(left):,} {words} ({shortened(left)})")
    left = [name for row, name in enumerate(masks.names) if row not in paired]
    if left:
        words = "masks without pictures" if len(left) > 1 else "mask without a picture"
        alone.append(f"{len(left):,} {words} ({shortened(left)})")
    return alone


def _match(
    pictures: Folder,
    masks: Folder,
    of_picture: Callable[[str], str],
    of_mask: Callable[[str], str],
    *,
    refuse: bool = True,
) -> dict[int, int]:
    """Return the row of the mask for each row of a picture that has one."""
    row_of_mask = _rows(masks, of_mask, refuse=refuse)
    rows = _rows(pictures, of_picture, refuse=refuse)
    return {row: row_of_mask[key] for key, row in rows.items() if key in row_of_mask}


def _rows(folder: Folder, key: Callable[[str], str], *, refuse: bool) -> dict[str, int]:
    """Return the row of each name; names that several files have are refused, or left alone."""
    said_of = [key(name) for name in folder.names]
    twice = {said for said, files in Counter(said_of).items() if files > 1}
    rows: dict[str, int] = {}
    for row, (name, said) in enumerate(zip(folder.names, said_of, strict=True)):
        if said in twice and not refuse:
            continue
        if said in rows:
            other = folder.names[rows[said]]
            raise UserError(f"{folder.place}: {other} and {name} have one name: remove one")
        rows[said] = row
    return rows


def _whole(name: str) -> str:
    # macOS spells й as two characters, other systems as one: here all are one.
    return unicodedata.normalize("NFC", name)


def _stem(name: str) -> str:
    return _whole(str(PurePosixPath(name).with_suffix("")))


def _bare(name: str) -> str:
    """Return a name without suffixes of pictures."""
    path = PurePosixPath(_whole(name))
    while path.suffix.lower() in SUFFIXES:
        path = path.with_suffix("")
    return path.as_posix()


def _core(name: str, kind: re.Pattern[str] = KIND) -> str:
    """Return a name without suffixes of pictures and without words that say what a file is.

    >>> _core("fields/car 1_mask.gif"), _core("fields/Car 1.jpg"), _core("mask_07.jpg.png")
    ('fields/car 1', 'fields/car 1', '07')
    """
    path = PurePosixPath(_bare(name))
    own = kind.sub("", path.name).strip(" _.-") or path.name
    return (path.parent / own).as_posix().casefold()


def _shortest(name: str, kind: re.Pattern[str] = KIND) -> str:
    """Return the core of a mask's name without a word that stands close to the rest.

    >>> _shortest("fields/Car1Mask.gif"), _shortest("gt07.png"), _shortest("mask.png")
    ('fields/car1', '07', 'mask')
    """
    path = PurePosixPath(_core(name, kind))
    own = GLUED.sub("", path.name, count=1).strip(" _.-") or path.name
    return (path.parent / own).as_posix()
