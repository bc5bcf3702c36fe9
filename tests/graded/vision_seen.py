"""Checks of opening a picture as a person sees it."""

from collections.abc import Callable

import numpy as np

from common.grading.exercise.specification import Check, ExerciseSpec
from common.i18n import Text
from tests.graded import vision_pictures as drawn
from tests.graded.cases import judged
from tests.graded.vision_bytes import (
    ALPHA_LEFT,
    GREY,
    expect_kept,
    expect_picture,
    same_picture,
)
from tests.graded.vision_seen_oracle import is_veiled, mistaken, seen

PROBES = "tests.graded.vision_probes"


def _suspects(picture: dict) -> list:
    """Every mistake with its answer, or with what tells it by the shape of an answer."""
    right = seen(picture)
    veiled, grey = is_veiled(picture), picture["pixels"].ndim == 2
    return [
        *mistaken(picture),
        (ALPHA_LEFT, _of_shape((*right.shape[:2], 4)) if veiled else right),
        (GREY, _of_shape(right.shape[:2]) if grey else right),
    ]


def _of_shape(shape: tuple) -> Callable[[dict], bool]:
    return lambda answer: np.shape(answer["seen"]) == shape


def judge_picture(picture: dict, answer) -> None:
    given = described(picture)
    # What inks look like is Pillow's own arithmetic, in whole numbers; all else is exact.
    off = 1 if picture["mode"] == "CMYK" else 0
    expect_picture(answer["seen"], seen(picture), given=given, off=off)
    expect_kept(answer["unchanged"], given=given)


judge_seen = judged(
    judge_picture,
    _suspects,
    right=seen,
    agrees=lambda picture, answer, mistake: same_picture(
        answer["seen"], mistake, off=1 if picture["mode"] == "CMYK" else 0
    ),
)


def described(picture: dict) -> str:
    height, width = picture["pixels"].shape[:2]
    notes = [f"mode {picture['mode']!r}, {picture['format']}, {width}x{height}"]
    if "orientation" in picture:
        notes.append(f"EXIF orientation {picture['orientation']}")
    if "transparency" in picture:
        notes.append(f"transparency {picture['transparency']}")
    first = picture["pixels"].reshape(-1, *picture["pixels"].shape[2:])[:2].tolist()
    return ", ".join(notes) + f"\nfirst pixels {first}"


_SEEN = f"{PROBES}:to_rgb"
AS_SEEN = ExerciseSpec(
    "vision.images.to_rgb",
    Text("As a person sees it", "Как видит человек"),
    """
    Верните снимок таким, каким его видит человек: uint8, RGB, (высота, ширина, 3).

    В файле хранится не только по три цвета на точку, и один `image.convert("RGB")`
    кое-что сделает неверно:

    - Камера сохраняет то, что увидел датчик, а в данных EXIF помечает, как это
      повернуть или отразить. Верните снимок в правильной ориентации, в каком бы
      режиме он ни был: это умеет `PIL.ImageOps`.
    - У режимов из WIDE больше восьми бит. Такой снимок серый: в режиме "F" —
      вещественные числа от 0 до 1, в остальных — целые от 0 до 65535. И те и другие
      пересчитываются на шкалу 0 … 255 с округлением до ближайшего, а не обрезаются
      на 255.
    - Снимок бывает прозрачным, целиком или частью: из-за отдельного канала, записей
      палитры или одного цвета, который значит «ничего». Об этом говорит
      `image.has_transparency_data`, а `convert("RGBA")` даёт любому из них
      альфа-канал. Ответ — то, что видно, если сзади чёрное, тоже с округлением до
      ближайшего: наполовину прозрачная белая точка — это (128, 128, 128).

    Всё прочее — серое, палитра, краски (CMYK) — такое, каким его даёт `convert`.
    Сам снимок не меняется.
    """,
    (
        Text(
            "Three questions in this order: how does it lie, how many bits has it, can one see "
            "through it? Each is answered by a line or two of Pillow, and only the bits by NumPy.",
            "Три вопроса в таком порядке: как он лежит, сколько в нём бит, видно ли сквозь него? "
            "На каждый отвечает строка-другая Pillow, и только на вопрос о битах — NumPy.",
        ),
        Text(
            "ImageOps.exif_transpose gives a new image. What does Pillow offer to lay one RGBA "
            "image over another of the same size? And how large is one step of 255 in numbers "
            "that end at 65535?",
            "ImageOps.exif_transpose даёт новое изображение. Что есть в Pillow, чтобы положить "
            "одно изображение RGBA на другое того же размера? И чему равен один шаг из 255 в "
            "шкале 0…65535?",
        ),
    ),
    (
        Check("kinds", Text("colour, grey, palette, inks", "цвет, серое, палитра, краски"),
              drawn.KINDS, _SEEN, judge_seen),
        Check("turned", Text("upright, as EXIF says", "прямо, как сказано в EXIF"),
              drawn.TURNED, _SEEN, judge_seen),
        Check("sixteen", Text("sixteen bits", "шестнадцать бит"), drawn.SIXTEEN, _SEEN, judge_seen),
        Check("real", Text("real numbers", "вещественные числа"), drawn.REAL, _SEEN, judge_seen),
        Check("half-seen", Text("half seen, over black",
              "наполовину прозрачные точки, над чёрным"),
              drawn.HALF_SEEN, _SEEN, judge_seen),
        Check("see-through", Text("transparent palettes and colours",
              "прозрачные палитры и цвета"), drawn.SEE_THROUGH, _SEEN, judge_seen),
        Check("turned-kinds", Text("upright, whatever the mode", "прямо при любом режиме"),
              drawn.TURNED_KINDS, _SEEN, judge_seen),
    ),
)  # fmt: skip
