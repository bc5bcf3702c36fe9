"""An exported run as what looks at frames: ONNX Runtime in place of PyTorch.

Of a bundle three files are read, by their own names: nothing of its code runs, and nothing is
written but these three, in a folder that is gone once they are read.
"""

import tempfile
import zipfile
from pathlib import Path

import numpy as np

from common.errors import UserError
from vision.flight.finder import Finder, finder_of, of_many_frames, pad_class

NAMES = ("model.onnx", "preparation.json", "preparation.npz")
MOST_BYTES = 1 << 29
"""Of each file, unpacked."""


def is_exported(place: Path) -> bool:
    """Whether a place is a bundle of `export`, a zip or unpacked, and no run."""
    return place.is_file() or (place / NAMES[0]).is_file()


def exported(
    place: Path, *, target: str | None = None, threshold: float | None = None
) -> tuple[Finder, int]:
    """Return an exported run as a finder of one class, and the side of its frames in pixels.

    Raises:
        UserError: it is no exported run of pictures, ONNX Runtime is not installed, or as
            `pad_class`.
    """
    try:
        from vision.bundle.finding import Finder as Bundle
    except ImportError as error:
        if (error.name or "").startswith("vision.bundle"):
            raise UserError(
                "the student edition flies no exported runs, for the code of a bundle would give "
                "answers away; give the run itself",
                ru="студенческий выпуск не летает по экспортированным прогонам, потому что код "
                "архива выдал бы ответы; укажите сам прогон",
            ) from None
        raise UserError(
            f"{place}: an exported run needs ONNX Runtime: "
            'python -m pip install "stickshift[export]"',
            ru=f"{place}: экспортированному прогону нужен ONNX Runtime: "
            'python -m pip install "stickshift[export]"',
        ) from None
    with tempfile.TemporaryDirectory() as draft:
        folder = place if place.is_dir() else _unpacked(place, Path(draft))
        try:
            bundle = Bundle(folder)
            values = bundle.values
            classes, size, brightness, small = (
                tuple(map(str, values["classes"])),
                int(values["size"]),
                float(values["brightness"]),
                bool(values["crop"]),
            )
        except Exception as error:  # whatever ONNX Runtime and JSON make of a stranger's bytes
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:100]
            raise UserError(
                f"{place}: no exported run of pictures ({reason}); export it again",
                ru=f"{place}: не экспортированный прогон по изображениям ({reason}); "
                "экспортируйте его заново",
            ) from None
    label = pad_class(classes, target)
    bundle.decision = of_many_frames(bundle.decision.told(threshold))

    def marks(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return bundle.mask(image)

    return finder_of(marks, label, bundle.decision, brightness, small=small), size


def _unpacked(place: Path, folder: Path) -> Path:
    """Write the three files of a zip into a folder, and return it."""
    wrong = UserError(
        f"{place}: neither a run's folder nor a zip that `export` wrote",
        ru=f"{place}: не папка прогона и не архив, который записал `export`",
    )
    try:
        with zipfile.ZipFile(place) as archive:
            for name in NAMES:
                if archive.getinfo(name).file_size > MOST_BYTES:
                    raise wrong
                (folder / name).write_bytes(archive.read(name))
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError):
        raise wrong from None
    return folder
