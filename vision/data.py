"""Where pictures with masks come from: a person's folders, or the course's flights."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, Self

import numpy as np

from common.errors import UserError
from common.i18n import count_of
from vision.files import (
    Checked,
    Folder,
    check_images,
    check_masks,
    list_pictures,
    readable,
)
from vision.image_notes import describe_images, describe_sizes, mask_turns
from vision.images import let_in_large, open_image
from vision.kept_together import keep_together
from vision.mask_alignment import describe_alignment
from vision.mask_notes import describe_same
from vision.mask_reading import MaskReading, understand
from vision.masks import TURNS
from vision.pairing import apart, pair
from vision.settings import PictureSource

FLIGHTS, FRAMES, SIZE, SEED = 320, 4, 256, 2024


class Store(Protocol):
    """Pictures by number, wherever they are kept."""

    @property
    def names(self) -> Sequence[str]: ...

    def image(self, row: int) -> np.ndarray: ...

    def mask(self, row: int) -> np.ndarray: ...

    def checksum(self, row: int) -> bytes: ...


@dataclass(frozen=True)
class Pictures:
    """Pictures with masks, opened when asked for: a folder of any length takes no memory.

    classes: the name of each class id, the background first. rows: which of the store's.
    """

    store: Store
    rows: np.ndarray
    classes: tuple[str, ...]
    notes: list[str] = field(default_factory=list)
    split_by: dict[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, rows: np.ndarray) -> Self:
        split_by = {name: column[rows] for name, column in self.split_by.items()}
        return replace(self, rows=self.rows[rows], split_by=split_by)

    def image(self, i: int) -> np.ndarray:
        """Return the picture, (height, width, 3) uint8 RGB, upright."""
        return self.store.image(int(self.rows[i]))

    def mask(self, i: int) -> np.ndarray:
        """Return its class ids, (height, width) uint8; 255 where nobody knows."""
        return self.store.mask(int(self.rows[i]))

    def name(self, i: int) -> str:
        """Return what the picture is called: its path within its folder, with `/`."""
        return self.store.names[int(self.rows[i])]


@dataclass(frozen=True)
class InMemory:
    """Arrays (n, height, width, 3) and (n, height, width), both uint8."""

    names: Sequence[str]
    images: np.ndarray
    masks: np.ndarray

    def image(self, row: int) -> np.ndarray:
        return self.images[row]

    def mask(self, row: int) -> np.ndarray:
        return self.masks[row]

    def checksum(self, row: int) -> bytes:
        parts = (np.ascontiguousarray(part[row]) for part in (self.images, self.masks))
        return b"".join(
            hashlib.blake2b(part.data.cast("B"), digest_size=8).digest() for part in parts
        )


@dataclass(frozen=True)
class InFiles:
    """Files by name.

    masks: None where pictures have none. reading: how masks are read. turns: the EXIF orientation
    of pictures whose masks are not turned as they are.
    """

    images: Folder
    masks: Folder | None
    checksums: Sequence[bytes]
    reading: MaskReading | None = None
    turns: Mapping[int, int] = field(default_factory=dict)

    @property
    def names(self) -> Sequence[str]:
        return self.images.names

    def image(self, row: int) -> np.ndarray:
        return open_image(self.images.path(row))

    def mask(self, row: int) -> np.ndarray:
        if self.masks is None or self.reading is None:
            raise ValueError("these pictures have no masks")
        mask = self.reading.read(self.masks.path(row))
        return np.ascontiguousarray(TURNS[self.turns.get(row, 1)](mask))

    def checksum(self, row: int) -> bytes:
        return self.checksums[row]


def load(source: PictureSource, *, classes: Sequence[str] = (), progress: bool = True) -> Pictures:
    """Read what a source names: a person's folders, each file checked once, or the flights.

    classes: those that a network knows, where there is one.

    Raises UserError for folders that do not belong together; it names the files.
    """
    if source.large:
        let_in_large()
    if source.images is None and source.masks is None:
        return _flights()
    if source.images is None or source.masks is None:
        given, missing = ("images", "masks") if source.masks is None else ("masks", "images")
        raise UserError(f"--{given} {getattr(source, given)}: name the other folder, --{missing}")
    images, masks = Path(source.images), Path(source.masks)
    return from_folders(
        images,
        masks,
        broken=source.broken,
        unpaired=source.unpaired,
        classes=classes,
        progress=progress,
    )


def from_folders(
    images: Path,
    masks: Path,
    *,
    broken: str = "refuse",
    unpaired: str = "refuse",
    classes: Sequence[str] = (),
    progress: bool = True,
) -> Pictures:
    """Pair pictures with masks by their names, sub-folders included, suffixes aside.

    The folder may be one, where the masks' names say that they are.

    Masks hold 0 and 255, or class ids 0, 1, 2, …, where 255 is what nobody knows.

    Args:
        images: The folder of pictures.
        masks: The folder of masks.
        broken: "refuse" raises for files that cannot be read, "skip" leaves them out and says so.
        unpaired: The same for pictures without masks and masks without pictures.
        classes: Those that a network knows, where there is one.
        progress: Whether to show it.

    Returns:
        Pictures with masks, and notes of what was understood.

    Raises:
        UserError: Folders that do not belong together; the files are named.
    """
    if images.is_dir() and masks.is_dir() and images.samefile(masks):
        both = apart(list_pictures(images))
    else:
        both = list_pictures(images, without=masks), list_pictures(masks, images)
    pictures, drawn, paired = pair(*both, unpaired=unpaired)
    seen = check_images(pictures, progress=progress)
    marked = check_masks(drawn, progress=progress)
    keep, left_out = readable([seen, marked], broken)
    pictures, drawn = pictures.take(keep), drawn.take(keep)
    seen, marked = ([checked[row] for row in keep] for checked in (seen, marked))
    turns, turned = mask_turns(seen, marked)
    _check_sizes(pictures, seen, drawn, marked, turns)
    reading, understood = understand(drawn, marked, classes)
    understood += describe_same(pictures.names, seen, marked)
    split_by, words = keep_together(pictures, seen)
    checksums = [one.checksum + other.checksum for one, other in zip(seen, marked, strict=True)]
    store = InFiles(pictures, drawn, checksums, reading, turns)
    understood += describe_alignment(store, [one.size for one in seen])
    notes = [
        f"{images}: {count_of(len(pictures), 'picture')} with masks, {describe_sizes(seen)}",
        *(understood + describe_images(pictures, seen) + turned + paired + left_out + words),
    ]
    return Pictures(store, np.arange(len(pictures)), reading.classes, notes, split_by)


def pictures_in(place: Path, *, broken: str = "refuse", progress: bool = True) -> Pictures:
    """Return the pictures of a file or folder, which have no masks.

    Raises UserError as `from_folders` does.
    """
    place = Path(place)
    pictures = list_pictures(place) if place.is_dir() else Folder(place.parent, [place.name])
    seen = check_images(pictures, progress=progress)
    keep, notes = readable([seen], broken)
    pictures, seen = pictures.take(keep), [seen[row] for row in keep]
    store = InFiles(pictures, None, [one.checksum for one in seen])
    notes = [*notes, *describe_images(pictures, seen)]
    return Pictures(store, np.arange(len(keep)), ("background",), notes)


def fingerprint(pictures: Pictures) -> str:
    """Return a hash of names, pictures and masks, in their order."""
    digest = hashlib.sha256()
    for row in pictures.rows:
        digest.update(pictures.store.names[row].encode())
        digest.update(pictures.store.checksum(row))
    return digest.hexdigest()[:16]


def _flights() -> Pictures:
    from common.training.freed_memory import keep_freed_memory
    from vision.synthetic import fly

    # Each land takes and frees the same large arrays: a tenth of the time went into their pages.
    keep_freed_memory()
    flights = fly(FLIGHTS, FRAMES, SIZE, seed=SEED)
    frames = np.arange(len(flights.flight)) % FRAMES
    names = [f"flight-{a:02}-{b:02}" for a, b in zip(flights.flight, frames, strict=True)]
    shown = (flights.masks == 1).any((1, 2)).mean()
    notes = [
        f"{FLIGHTS} flights of {FRAMES} frames over a rendered land: no real flight is among them; "
        f"a pad is in {shown:.0%} of the frames",
        "frames of a flight stay on one side of the split",
    ]
    store = InMemory(names, flights.images, flights.masks)
    groups = {"groups": flights.flight}
    return Pictures(store, np.arange(len(names)), ("background", "pad"), notes, groups)


def _check_sizes(
    pictures: Folder,
    seen: list[Checked],
    masks: Folder,
    marked: list[Checked],
    turns: Mapping[int, int],
) -> None:
    differing = [
        row for row in range(len(seen)) if row not in turns and seen[row].size != marked[row].size
    ]
    if not differing:
        return
    row = differing[0]
    (height, width), (tall, wide) = seen[row].size, marked[row].size
    more = ""
    if (tall, wide) == (width, height):
        by_exif = seen[row].orientation != 1
        more = "; the mask lies on its side" + ", as the picture before its EXIF" * by_exif
    others = len(differing) - 1
    more += f"; {others:,} other pairs differ, too" if others > 1 else ""
    more += "; 1 other pair differs, too" if others == 1 else ""
    raise UserError(
        f"{pictures.path(row)} is {width}x{height} pixels, its mask {masks.names[row]} "
        f"{wide}x{tall}: expected one size{more}"
    )
