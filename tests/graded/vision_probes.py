"""Runs beside the student's code: calls it and says, in plain data, what came of it.

The student's modules are imported inside the probes, so that a broken one harms only its own.
The libraries that those import are named here, so that it is done once and not for each check.
"""

from io import BytesIO

import cv2  # noqa: F401
import numpy as np
import torch
from PIL import Image

from common.grading.exercise.plain_data import array, described, each, plain, tensor

Image.init()


@each
def to_rgb(picture):
    """Write a picture into a file in memory, open that as the library does, and look at it."""
    from vision import images

    with Image.open(_file(picture)) as image:
        image.load()
        before = _state(image)
        answer = images.to_rgb(image)
        return {"seen": plain(answer), "unchanged": before == _state(image)}


def _file(picture):
    pixels, mode = picture["pixels"], picture["mode"]
    if mode == "1":
        image = Image.fromarray(pixels).point(lambda value: 255 * (value > 127)).convert("1")
    elif mode == "P":
        image = Image.fromarray(pixels).convert("P")
        image.putpalette(picture["palette"].tobytes())
    elif mode == "I":
        image = Image.fromarray(pixels.astype(np.int32))
    elif mode == "I;16":
        image = Image.fromarray(pixels.astype(np.uint16))
    elif mode == "I;16B":
        height, width = pixels.shape
        image = Image.frombytes(mode, (width, height), pixels.astype(">u2").tobytes())
    elif mode in ("CMYK", "LA"):
        height, width = pixels.shape[:2]
        image = Image.frombytes(mode, (width, height), np.ascontiguousarray(pixels).tobytes())
    else:
        image = Image.fromarray(pixels)
    options = {}
    if "orientation" in picture:
        options["exif"] = image.getexif()
        options["exif"][0x0112] = picture["orientation"]
    if "transparency" in picture:
        given = picture["transparency"]
        as_saved = {"P": bytes, "RGB": tuple, "L": int}[mode]
        options["transparency"] = as_saved(given)
    file = BytesIO()
    image.save(file, format=picture["format"], **options)
    file.seek(0)
    return file


def _state(image):
    """What of an image one can see: its pixels, and the notes on turning it."""
    return image.mode, image.size, image.tobytes(), image.getexif().get(0x0112)


@each
def resize(case):
    from vision import geometry

    given = case["array"].copy()
    answer = geometry.resize(given, tuple(case["size"]), **case["words"])
    shared = isinstance(answer, np.ndarray) and np.shares_memory(answer, given)
    return {"array": plain(answer), "shared": bool(shared), "given": given}


@each
def unet(case):
    from vision import model

    network = model.UNet(
        case["channels"],
        mean=tensor(case["mean"]),
        std=tensor(case["std"]),
        width=case["width"],
        depth=case["depth"],
        activation=case["activation"],
    )
    network.train(case["training"])
    weights = {name: tensor(values) for name, values in case["weights"]}
    network.load_state_dict(weights, strict=False)  # all but the colours, which it was made with
    pictures = tensor(case["pictures"])
    if case["again"]:  # what is remembered of a call is not true of the next one
        with torch.no_grad():
            network(pictures[..., :1, :1])
    answer = network(pictures)
    result = {
        "scores": described(answer),
        "pictures": array(pictures),
        "modes": sorted({bool(part.training) for part in network.modules()}),
        "running": {n: array(v) for n, v in network.named_buffers() if "running" in n},
    }
    if case["slopes"] and isinstance(answer, torch.Tensor) and answer.requires_grad:
        answer.square().sum().backward()
        result["slopes"] = {
            name: plain(parameter.grad) for name, parameter in network.named_parameters()
        }
    return result


@each
def tversky(inputs):
    from vision import loss

    cost = loss.TverskyLoss(**inputs["prices"])
    logits = tensor(inputs["logits"], grad=True)
    mask = tensor(inputs["mask"])
    answer = cost.per_class(logits, mask)
    result = {"loss": described(answer)}
    if isinstance(answer, torch.Tensor) and answer.requires_grad:
        answer.sum().backward()
        result["slope"] = plain(logits.grad)
    return result | {"logits": array(logits), "mask": array(mask)}


@each
def pairs(inputs):
    from vision import metrics

    sides = []
    for name in ("true", "predicted"):
        numbers = inputs[f"{name}_numbers"].copy()
        things = [
            metrics.Component(thing["label"], tuple(thing["centre"]), thing["area"])
            for thing in inputs[name]
        ]
        sides += [things, numbers]
    before = [list(sides[0]), sides[1].copy(), list(sides[2]), sides[3].copy()]
    answer = metrics.match_objects(*sides)
    kept = all(
        list(after) == list(was) if isinstance(was, list) else np.array_equal(after, was)
        for after, was in zip(sides, before, strict=True)
    )
    return {"pairs": plain(answer), "unchanged": bool(kept)}
