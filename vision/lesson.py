"""The living figures of the lesson on pictures from the air."""

import base64
import io
from typing import Any

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from common.i18n import Text
from common.lesson.figure import Figure, Slider, curves
from vision.connected_components import connected_components
from vision.loss import DiceLoss, TverskyLoss
from vision.metrics import match_objects
from vision.pixel_loss import CrossEntropyLoss, FocalLoss, MaskLoss
from vision.synthetic import fly

LOSSES: dict[str, MaskLoss] = {
    "cross_entropy": CrossEntropyLoss(),
    "focal": FocalLoss(),
    "dice": DiceLoss(),
    "tversky": TverskyLoss(),
}
SIDE = 64
ELSEWHERE = 0.005
"""What the network gives the pixels around the pad."""
THRESHOLDS = np.round(np.arange(0.05, 0.96, 0.05), 2)
_SCENE = 96


def _logits(chance: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """Return logits and the mask of a picture with a pad that was given one probability."""
    mask = torch.zeros(1, SIDE, SIDE, dtype=torch.int64)
    mask[0, 10 : 10 + side, 10 : 10 + side] = 1
    return torch.where(mask == 1, chance, ELSEWHERE).logit()[None], mask


def _loss_of(loss: MaskLoss) -> Any:
    def said(x: Tensor, side: float) -> Tensor:
        return torch.stack([loss(*_logits(chance, round(side))) for chance in x])

    return said


def _seen(language: str) -> dict[str, Any]:
    x = Slider(
        Text("probability given to the pad", "вероятность, данная площадке"),
        np.linspace(0.02, 0.98, 25).tolist(),
        lambda p: Text(f"{100 * p:.0f} %", f"{100 * p:.0f} %"),
        start=4,
    )
    family = Slider(
        Text("share of the picture that the pad takes", "доля снимка под площадкой"),
        (2, 4, 8, 16, 32),
        lambda s: Text(f"{100 * s * s / SIDE**2:.1f} %", f"{100 * s * s / SIDE**2:.1f} %"),
        start=1,
    )
    return curves(language, x, {n: _loss_of(loss) for n, loss in LOSSES.items()}, family=family)


def scene() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a picture with two pads, their mask, and probabilities as a network might give them.

    One pad is sure, the other half seen; a thing beside them looks a little like one.
    """
    flown = fly(2, 1, _SCENE, seed=22)
    picture = np.concatenate(list(flown.images), axis=1)
    mask = np.concatenate(list(flown.masks), axis=1)
    rng = np.random.default_rng(3)
    chance = 0.04 + 0.04 * rng.random(mask.shape)
    components, numbers = connected_components(mask)
    for i, height in zip(range(len(components)), (0.93, 0.55), strict=False):
        chance = np.maximum(chance, height * (numbers == i + 1))
    false = np.zeros_like(chance, np.float32)
    cv2.circle(false, (_SCENE // 4, 3 * _SCENE // 4), 6, 0.42, -1)
    chance = np.maximum(chance, false).astype(np.float32)
    smooth = cv2.GaussianBlur(chance, (0, 0), 1.6) + 0.05 * rng.normal(size=mask.shape)
    return picture, mask, np.clip(smooth, 0, 1)


def _threshold(language: str) -> dict[str, Any]:
    picture, mask, chance = scene()
    shown = np.round(255 * chance).astype(np.uint8)
    content = io.BytesIO()
    Image.fromarray(picture).save(content, "PNG")
    rows = []
    missing = []
    for threshold in THRESHOLDS:
        said = (shown > round(255 * threshold)).astype(np.uint8)
        try:
            rows.append(_counts(mask, said))
        except NotImplementedError:
            missing = ["match_objects"]
            break
    x = Slider(
        Text("threshold", "порог"),
        THRESHOLDS.tolist(),
        lambda t: Text(f"{t:.2f}", f"{t:.2f}".replace(".", ",")),
        start=9,
    )
    return {
        "x": x.plain(language),
        "width": picture.shape[1],
        "height": picture.shape[0],
        "picture": base64.b64encode(content.getvalue()).decode(),
        "chance": base64.b64encode(shown.tobytes()).decode(),
        "mask": base64.b64encode((mask == 1).astype(np.uint8).tobytes()).decode(),
        "rows": rows,
        "missing": missing,
    }


def _counts(mask: np.ndarray, said: np.ndarray) -> list[int]:
    """Return how many pads were found, missed, and how many false alarms there are."""
    true, true_numbers = connected_components(mask, min_area=4)
    guessed, numbers = connected_components(said, min_area=4)
    found = len(match_objects(true, true_numbers, guessed, numbers))
    return [found, len(true) - found, len(guessed) - found]


FIGURES = (
    Figure(
        "Losses",
        "curves",
        Text("A pad, and how sure the network is of it", "Площадка и уверенность сети в ней"),
        Text(
            "Move what the network gives the pixels of the pad, and make the pad smaller. What "
            "does cross-entropy say of a pad that was not seen at all?",
            "Двигайте вероятность, которую сеть даёт точкам площадки, и уменьшайте площадку. Что "
            "говорит перекрёстная энтропия о площадке, которой сеть совсем не увидела?",
        ),
        _seen,
    ),
    Figure(
        "Report",
        "threshold",
        Text("Move the threshold", "Подвигайте порог"),
        Text(
            "Pink is what the network calls a pad, the white line is where one is. (The "
            "probabilities are drawn up for this figure.) A low threshold finds everything and "
            "more, a high one only what is sure. Found is what shares more than half with a pad.",
            "Розовое сеть называет площадкой, белая линия обводит настоящие. (Вероятности "
            "составлены для этого рисунка.) Низкий порог находит всё и ещё лишнее, высокий — "
            "только несомненное. Найдена та, что совпала больше чем наполовину.",
        ),
        _threshold,
        {
            "found": Text("found", "найдено"),
            "missed": Text("missed", "пропущено"),
            "false": Text("false alarms", "ложных тревог"),
            "precision": Text("precision, of pixels", "точность (precision) по точкам"),
            "recall": Text("recall, of pixels", "полнота (recall) по точкам"),
            "iou": Text("IoU, of pixels", "IoU по точкам"),
        },
    ),
)
