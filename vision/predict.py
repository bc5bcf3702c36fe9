"""What a trained network says of pictures, folders of them, and videos; and the files it goes to.

Everything streams: a folder of twenty thousand pictures and a film of two hours take no more
memory than a few of their pictures.
"""

import csv
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from common.errors import UserError
from common.files import atomic_folder
from common.i18n import count_of
from common.pipeline import Pipeline
from common.report.formula_guard import as_text
from vision import video
from vision.connected_components import Component, connected_components
from vision.data import Pictures, pictures_in
from vision.decision import MIN_AREA, Decision
from vision.geometry import Placement, letterbox
from vision.images import let_in_large, open_image, write_image
from vision.masks import write_mask
from vision.nested_regions import occupied
from vision.overlay import overlay
from vision.settings import PredictOptions
from vision.tiles import outputs_by_tile

FAINT = 16
"""Grey levels that a film has at least in which anything is seen."""
COLUMNS = (
    *("picture", "class", "x", "y", "pixels"),
    *("left", "top", "width", "height", "confidence"),
)


def predict_masks(
    pipeline: Pipeline, images: Iterable[np.ndarray]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield each picture (height, width, 3) uint8 RGB with its predicted class ids, (height,
    width) uint8."""
    for image, mask, _ in predict_scored(pipeline, images):
        yield image, mask


def predict_scored(
    pipeline: Pipeline, images: Iterable[np.ndarray], threshold: float | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Predict masks, and how sure the network is of each pixel.

    At no time does it hold more pictures than go into one batch; whoever gives them may decode a
    few more ahead, as a server does.

    Args:
        pipeline: The trained network.
        images: Pictures (height, width, 3) uint8 RGB.
        threshold: The probability above which a pixel is its likeliest object's, where a person
            names one; by default the run's own decision.

    Yields:
        A picture; its class ids, (height, width) uint8; and the probability of each pixel's class,
        (height, width) float32.
    """
    decide = pipeline.preprocessing.decision.told(threshold)
    if pipeline.settings.tiles:
        for image in images:
            yield image, *_by_tile(pipeline, image, decide)
        return
    for image, own in probabilities(pipeline, images):
        yield image, *decide(own, image)


def probabilities(
    pipeline: Pipeline, images: Iterable[np.ndarray]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield each picture and what the network says of it, (height, width, channels) float32.

    Probabilities are enlarged to the picture's own size, not ids: their edges are smooth where
    those of ids are stairs.
    """
    size, most = pipeline.preprocessing.size, pipeline.settings.batch_size
    waiting: deque[np.ndarray] = deque()

    def canvases() -> Iterator[Tensor]:
        batch: list[Tensor] = []
        for image in images:
            waiting.append(image)
            batch.append(torch.from_numpy(letterbox(image, size)[0]).permute(2, 0, 1))
            if len(batch) == most:
                yield torch.stack(batch)
                batch = []
        if batch:
            yield torch.stack(batch)

    for logits in pipeline.outputs(canvases()):
        for own in _probabilities(logits):
            image = waiting.popleft()
            placement = Placement(image.shape[:2], (size, size))
            yield image, placement.back(np.ascontiguousarray(own.transpose(1, 2, 0)))


@dataclass(frozen=True)
class Found:
    """What was found in a picture. mask: class ids (height, width) uint8, 0 the background."""

    mask: np.ndarray

    @cached_property
    def objects(self) -> list[Component]:
        """The objects of at least `MIN_AREA` pixels: class id, centre (x, y), area in pixels."""
        return connected_components(self.mask, min_area=MIN_AREA)[0]


def found_in(pipeline: Pipeline, pictures: Iterable[str | Path | np.ndarray]) -> Iterator[Found]:
    """Yield what is found in pictures: files, or uint8 RGB (height, width, 3)."""
    for _, mask in predict_masks(pipeline, map(_opened, pictures)):
        yield Found(mask)


def _opened(picture: str | Path | np.ndarray) -> np.ndarray:
    if isinstance(picture, str | Path):
        return open_image(picture)
    if (
        not isinstance(picture, np.ndarray)
        or picture.dtype != np.uint8
        or picture.ndim != 3
        or picture.shape[2] != 3
        or 0 in picture.shape
    ):
        shown = f"{picture.dtype} {picture.shape}" if hasattr(picture, "shape") else type(picture)
        raise UserError(f"a picture is {shown}, expected a file's path or uint8 (height, width, 3)")
    return picture


def _by_tile(
    pipeline: Pipeline, image: np.ndarray, decide: Decision
) -> tuple[np.ndarray, np.ndarray]:
    """Return class ids and probabilities of a picture at its own scale, tile by tile."""
    mask = np.empty(image.shape[:2], np.uint8)
    sure = np.empty(image.shape[:2], np.float32)
    stride = 2 ** (pipeline.settings.depth + 1)
    for place, logits in outputs_by_tile(pipeline.outputs, image, stride):
        own = _probabilities(logits.unsqueeze(0))[0].transpose(1, 2, 0)
        mask[place], sure[place] = decide.pixels(own)
    return mask, sure


def _probabilities(logits: Tensor) -> np.ndarray:
    return (logits.sigmoid() if logits.shape[1] == 1 else logits.softmax(1)).numpy()


def predict_file(
    pipeline: Pipeline,
    source: Path,
    out: Path,
    options: PredictOptions,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> str:
    """Answer for a picture, a folder of pictures or a video; return a line that says so.

    A video becomes a video, .mp4, with what was found drawn over it and its sound kept. Pictures
    become a folder with `masks` and `overlays`, and `objects.csv`: what was found where, its box,
    and the mean probability of its pixels.

    progress: of a video, is told how many frames are done, and of how many, 0 where nobody knows;
    by default a bar shows it.

    Raises UserError where the source cannot be read, or `out` holds something already.
    """
    if options.large:
        let_in_large()
    if not source.exists():
        raise UserError(f"{source}: no such file or folder")
    if source.is_file() and video.is_video(source):
        return _predict_video(pipeline, source, out, options, progress)
    if options.rate is not None:
        raise UserError(f"--rate is for videos; {source} is none")
    return _predict_pictures(pipeline, source, out, options)


def _predict_pictures(pipeline: Pipeline, source: Path, out: Path, options: PredictOptions) -> str:
    if out.suffix and not out.is_dir():
        raise UserError(f"{out}: pictures are answered by a folder; name one without a suffix")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{out}: is there already; name a new or empty folder")
    examples = pictures_in(source, broken=options.broken)
    with atomic_folder(out) as draft:
        found = _write_answers(pipeline, examples, draft, options.threshold)
    left_out = "".join(f"; {note}" for note in examples.notes)
    things, pictures = count_of(found, "object"), count_of(len(examples), "picture")
    return f"{out}: {things} in {pictures}: masks, overlays and objects.csv{left_out}"


def _write_answers(
    pipeline: Pipeline, examples: Pictures, folder: Path, threshold: float | None
) -> int:
    classes, count = pipeline.preprocessing.classes, 0
    bar = tqdm(desc="pictures", total=len(examples), unit="picture", delay=1.0, leave=False)
    # With a mark for Excel, which otherwise takes names in Cyrillic for cp1251.
    with bar, (folder / "objects.csv").open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        images = (examples.image(row) for row in range(len(examples)))
        files = _answer_names([examples.name(row) for row in range(len(examples))])
        scored = predict_scored(pipeline, images, threshold)
        for row, (image, mask, sure) in enumerate(scored):
            name = examples.name(row)
            for kind in ("masks", "overlays"):
                (folder / kind / files[row]).parent.mkdir(parents=True, exist_ok=True)
            own = files[row]
            write_mask(folder / "masks" / own, mask)
            write_image(folder / "overlays" / own, overlay(image, mask))
            found = scored_components(mask, sure)
            for one, confidence in found:
                x, y = (f"{place:.1f}" for place in one.centre)
                place = (as_text(name), classes[one.label], x, y, one.area)
                table.writerow([*place, *one.box, f"{confidence:.3f}"])
            count += len(found)
            bar.update()
    return count


def scored_components(mask: np.ndarray, sure: np.ndarray) -> list[tuple[Component, float]]:
    """Return the objects of a mask, each with the mean probability of its pixels.

    Args:
        mask: class ids (height, width) uint8.
        sure: the probability of each pixel's class, (height, width) float32.
    """
    found, numbers = connected_components(mask, min_area=MIN_AREA)
    there = occupied(mask)
    sums = np.bincount(
        numbers[there].ravel(), weights=sure[there].ravel(), minlength=len(found) + 1
    )
    return [(one, float(total / one.area)) for one, total in zip(found, sums[1:], strict=True)]


def _answer_names(names: list[str]) -> list[str]:
    """Return each answer's name: its picture's with .png, which training takes for its mask.

    Where a folder holds both one.png and one.jpg, their answers are one.png.png and one.jpg.png.
    """
    plain = [str(PurePosixPath(name).with_suffix(".png")) for name in names]
    often = Counter(name.casefold() for name in plain)
    if max(often.values(), default=1) > 1:
        return [f"{name}.png" for name in names]
    return plain


def _predict_video(
    pipeline: Pipeline,
    source: Path,
    out: Path,
    options: PredictOptions,
    progress: Callable[[int, int], None] | None,
) -> str:
    if out.suffix.lower() != ".mp4":
        raise UserError(f"{out}: a video is answered by a video; name a file that ends in .mp4")
    if out.exists() and out.samefile(source):
        raise UserError(f"{out}: is the video itself; name another file")
    clip = video.probe(source)
    out.absolute().parent.mkdir(parents=True, exist_ok=True)
    with video.frames(source, options.rate) as frames:
        whole = round(clip.duration * frames.rate) if clip.duration else None
        bar = tqdm(
            desc="frames",
            total=whole,
            unit="frame",
            delay=1.0,
            leave=False,
            disable=progress is not None,
        )
        with bar:
            counted = _counted(frames, bar, lambda done: progress and progress(done, whole or 0))
            drawn = draw_predictions(pipeline, counted, options.threshold)
            count = video.write(out, drawn, frames.rate, source if clip.has_audio else None)
        complaint = f"; {frames.complaint}" if frames.complaint else ""
    sound = ", with its sound" if clip.has_audio else ""
    notes = [
        note
        for holds, note in (
            (clip.hdr, "HDR, whose colours are paler here than on its screen"),
            (clip.interlaced, "interlaced, of each frame one of its two moments is shown"),
            (clip.transparent, "transparent parts are shown in the colours that they hide"),
            (
                frames.lightest - frames.darkest < FAINT,
                f"hardly anything is seen in it: its frames hold {frames.darkest} to "
                f"{frames.lightest} of 0 to 255",
            ),
            (clip.streams > 1, f"{clip.streams} films in the file, of which the first is read"),
        )
        if holds
    ]
    return "; ".join([f"{out}: {count_of(count, 'frame')}{sound}", *notes]) + complaint


def _counted(
    frames: Iterable[np.ndarray], bar: tqdm, progress: Callable[[int], Any]
) -> Iterator[np.ndarray]:
    for number, frame in enumerate(frames, 1):
        yield frame
        bar.update()
        progress(number)


def draw_predictions(
    pipeline: Pipeline, frames: Iterable[np.ndarray], threshold: float | None = None
) -> Iterator[np.ndarray]:
    """Yield frames (height, width, 3) uint8 RGB with what the network found drawn over them."""
    for frame, mask, _ in predict_scored(pipeline, frames, threshold):
        yield overlay(frame, mask)
