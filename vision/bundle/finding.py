"""What is in a picture: python run.py picture.jpg, or a folder of pictures."""

import argparse
import csv
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from common.export.bundle.program import (
    FOLDER,
    Network,
    Text,
    beside,
    read_arrays,
    read_values,
    run,
)
from vision.bundle.pictures import list_pictures, off_canvas, on_canvas, read_picture
from vision.decision import MIN_AREA, Decision
from vision.overlay import overlay
from vision.second_look.classifier import sigmoid
from vision.tile_grid import tiles

COLUMNS = ("picture", "class", "x", "y", "pixels", "left", "top", "width", "height", "confidence")


class Found(NamedTuple):
    """One object: its class, centre (x, y), pixels, box (left, top, width, height), and the mean
    probability of its pixels."""

    label: str
    centre: tuple[float, float]
    area: int
    box: tuple[int, int, int, int]
    confidence: float


class Finder:
    """The exported model: from a picture to a mask and the objects in it.

    In a program of your own:

        finder = Finder()
        mask, sure = finder.mask(picture)  # uint8 RGB (height, width, 3)
        finder.objects(mask, sure)
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self.network, self.values = Network(folder), read_values(folder)
        self.classes: list[str] = self.values["classes"]
        self.decision = Decision.from_dict(self.values["decision"], read_arrays(folder))

    def mask(
        self, image: np.ndarray, *, threshold: float | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return class ids (height, width) uint8, 0 the background, and each one's probability.

        threshold: the probability above which a pixel is its likeliest object's, where you name
        one; by default what was chosen when the network was trained.
        """
        decide = self.decision.told(threshold)
        if not self.values["tiles"]:
            canvas, fit = on_canvas(image, self.values["size"])
            return decide(off_canvas(self._probabilities(canvas), fit, *image.shape[:2]), image)
        mask, sure = np.empty(image.shape[:2], np.uint8), np.empty(image.shape[:2], np.float32)
        for tile in tiles(*image.shape[:2], stride=self.values["stride"]):
            own = self._probabilities(image[tile.seen])
            mask[tile.kept], sure[tile.kept] = decide.pixels(own[tile.inner])
        return mask, sure

    def _probabilities(self, picture: np.ndarray) -> np.ndarray:
        """(height, width, channels)"""
        batch = np.ascontiguousarray(picture.transpose(2, 0, 1)[None])
        logits = self.network({"pictures": batch})[0][0].transpose(1, 2, 0)
        if logits.shape[2] == 1:
            probabilities = sigmoid(logits)
        else:
            powers = np.exp(logits - logits.max(axis=2, keepdims=True))
            probabilities = powers / powers.sum(axis=2, keepdims=True)
        return np.ascontiguousarray(probabilities)

    def objects(self, mask: np.ndarray, sure: np.ndarray) -> list[Found]:
        """Return the connected areas of one class, of `MIN_AREA` pixels or more."""
        found = []
        for label in np.unique(mask[mask != 0]):
            own = np.ascontiguousarray(mask == label, dtype=np.uint8)
            count, parts, stats, centres = cv2.connectedComponentsWithStats(own, connectivity=8)
            sums = np.bincount(parts.ravel(), weights=sure.ravel(), minlength=count)
            for part in range(1, count):
                left, top, width, height, area = stats[part].tolist()
                if area >= MIN_AREA:
                    x, y = map(float, centres[part])
                    name, box = self.classes[int(label)], (left, top, width, height)
                    found.append(Found(name, (x, y), area, box, float(sums[part]) / area))
        return found


def answer(source: Path, out: Path | None, given: argparse.Namespace) -> Text:
    """Write masks, pictures with them drawn over, and a table of the objects into a folder."""
    finder, paths = Finder(), list_pictures(source)
    out = out or beside(source, "")
    draft = Path(tempfile.mkdtemp(dir=out.absolute().parent, prefix=f".{out.name[:99]}."))
    count = 0
    try:
        with (draft / "objects.csv").open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            for path in paths:
                name = path.name if source.is_file() else path.relative_to(source).as_posix()
                count += _answer_one(finder, path, name, draft, table, given.threshold)
        draft.chmod(0o755)
        os.replace(draft, out)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return (
        f"{out}: objects: {count}, pictures: {len(paths)}; masks, overlays, objects.csv",
        f"{out}: объектов: {count}, изображений: {len(paths)}; masks, overlays, objects.csv",
    )


def _answer_one(
    finder: Finder, path: Path, name: str, folder: Path, table: object, threshold: float | None
) -> int:
    image = read_picture(path)
    mask, sure = finder.mask(image, threshold=threshold)
    drawn = {"masks": Image.fromarray(mask), "overlays": Image.fromarray(overlay(image, mask))}
    drawn["masks"].putpalette(np.array(finder.values["palette"], np.uint8).tobytes())
    for kind, picture in drawn.items():
        place = folder / kind / f"{name}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        picture.save(place)
    found = finder.objects(mask, sure)
    for one in found:
        x, y = (f"{place:.1f}" for place in one.centre)
        cells = [_plain(name), _plain(one.label), x, y, one.area, *one.box]
        table.writerow([*cells, f"{one.confidence:.3f}"])  # type: ignore[attr-defined]
    return len(found)


def _plain(text: str) -> str:
    """A spreadsheet runs what begins like a formula; an apostrophe keeps it text."""
    return f"'{text}" if text.lstrip()[:1] in tuple("=+@-") else text


def _options(parser: argparse.ArgumentParser, language: int) -> None:
    helps = (
        "probability above which a pixel is an object (default: as chosen in training)",
        "вероятность, выше которой пиксель — объект (если не указана — как выбрано при обучении)",
    )
    parser.add_argument("--threshold", type=_share, metavar="X", help=helps[language])


def _share(text: str) -> float:
    value = float(text.replace(",", "."))
    if not 0 < value <= 1:
        raise ValueError
    return value


def main(argv: Sequence[str]) -> int:
    summary = ("Find objects in pictures.", "Найти объекты на изображениях.")
    return run(argv, answer, summary=summary, options=_options)
