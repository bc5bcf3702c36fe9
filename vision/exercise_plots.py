"""What the exercises on pictures bring to life, each drawn with the student's function alone."""

import cv2
import numpy as np
import torch
from matplotlib.figure import Figure
from PIL import Image
from torch.nn import functional

from common.exercise_demo import Gain, Plot, Word
from common.i18n import Text
from common.report.plots import label
from vision.connected_components import connected_components
from vision.geometry import resize
from vision.images import to_rgb
from vision.loss import TverskyLoss
from vision.metrics import match_objects
from vision.model import UNet
from vision.synthetic import fly

STEPS = 40
"""Of training on one picture: a second or two."""


def _scene() -> tuple[np.ndarray, np.ndarray]:
    flights = fly(1, 1, 128, seed=8)
    return flights.images[0], flights.masks[0]


def draw_overlap(figure: Figure, word: Word) -> None:
    """A pad of 50 pixels in a picture of 10,000, of which more and more is found."""
    mask = torch.zeros(1, 100, 100, dtype=torch.uint8)
    mask[0, 40:45, 40:50] = 1
    loss = TverskyLoss(alpha=0.3, beta=0.7)
    found = np.linspace(0.01, 0.99, 40)
    entropy, overlap = [], []
    for p in found:
        chances = torch.where(mask == 1, p, 0.005).double()
        logits = chances.logit()[None]
        entropy.append(-torch.where(mask == 1, chances, 1 - chances).log().mean())
        overlap.append(loss.per_class(logits, mask).item())
    before, after = figure.subplots(1, 2)
    before.plot(found, entropy, color="#888888")
    after.plot(found, overlap, color="#8f1d5c", linewidth=2)
    x = word("probability given to the pad", "вероятность, данная площадке")
    label(before, title=word("cross-entropy", "перекрёстная энтропия"), x=x)
    label(after, title=word("your loss", "ваша функция потерь"), x=x)
    for axes in (before, after):
        axes.set_ylim(bottom=0)


def draw_network(figure: Figure, word: Word) -> None:
    """A network that overfits one picture, as it can where gradients reach all weights."""
    picture, mask = _scene()
    tensor = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))[None]
    target = torch.from_numpy(mask.astype(np.int64))[None]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = UNet(2, mean=torch.full((3,), 120.0), std=torch.full((3,), 60.0))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    weight = torch.tensor([1.0, 20.0])  # of the pad, of which there are few pixels
    for _ in range(STEPS):
        optimizer.zero_grad()
        functional.cross_entropy(network(tensor), target, weight=weight).backward()
        optimizer.step()
    with torch.no_grad():
        chances = network(tensor).softmax(dim=1)[0, 1]
    before, after = figure.subplots(1, 2)
    before.imshow(picture)
    after.imshow(chances.numpy(), cmap="magma", vmin=0, vmax=1)
    label(before, title=word("a picture", "снимок"))
    label(after, title=word(f"the pad, after {STEPS} steps on it",
                            f"площадка, после {STEPS} шагов на нём"))  # fmt: skip
    for axes in (before, after):
        axes.axis("off")


def draw_objects(figure: Figure, word: Word) -> None:
    true, predicted = np.zeros((60, 100), np.uint8), np.zeros((60, 100), np.uint8)
    for row, column in ((5, 5), (35, 20), (10, 65)):
        true[row : row + 18, column : column + 22] = 1
    predicted[7:24, 8:28] = predicted[12:27, 66:88] = 1
    predicted[40:46, 50:70] = 1
    objects, numbers = connected_components(true)
    guesses, guessed = connected_components(predicted)
    pairs = match_objects(objects, numbers, guesses, guessed)
    before, after = figure.subplots(1, 2)
    for axes in (before, after):
        axes.imshow(true + 2 * predicted, cmap="Pastel1_r", vmin=0, vmax=4)
        axes.axis("off")
    for i, j in pairs:
        (x, y), (u, v) = objects[i].centre, guesses[j].centre
        after.plot([x, u], [y, v], "o-", color="#14213d", linewidth=2)
    label(before, title=word("true and predicted objects", "настоящие и предсказанные"))
    label(after, title=word(f"pairs: {len(pairs)}", f"пар: {len(pairs)}"))


def draw_sizes(figure: Figure, word: Word) -> None:
    """Wires a pixel wide, a third of the size."""
    wires = np.full((150, 300), 235, np.uint8)
    for start in range(10, 300, 31):
        cv2.line(wires, (start, 0), (start + 37, 149), 20, 1)
    before, after = figure.subplots(1, 2)
    before.imshow(wires[::5, ::5], cmap="gray", vmin=0, vmax=255)
    after.imshow(resize(wires, (30, 60)), cmap="gray", vmin=0, vmax=255)
    label(before, title=word("every fifth pixel", "каждый пятый пиксель"))
    label(after, title=word("your resize", "ваш resize"))
    for axes in (before, after):
        axes.axis("off")


def draw_colours(figure: Figure, word: Word) -> None:
    """A photo that a camera held sideways, half transparent at one edge."""
    picture, _ = _scene()
    turned = Image.fromarray(np.rot90(picture)).convert("RGBA")
    alpha = np.tile(np.linspace(0, 255, turned.width).astype(np.uint8), (turned.height, 1))
    turned.putalpha(Image.fromarray(alpha))
    turned.getexif()[0x0112] = 6
    before, after = figure.subplots(1, 2)
    before.imshow(np.asarray(turned.convert("RGB")))
    after.imshow(to_rgb(turned))
    label(before, title='convert("RGB")')
    label(after, title=word("your to_rgb", "ваша to_rgb"))
    for axes in (before, after):
        axes.axis("off")


PLOTS = {
    "TverskyLoss.per_class": Plot(
        Text(
            "your loss beside cross-entropy", "ваша функция потерь рядом с перекрёстной энтропией"
        ),
        draw_overlap,
        Gain(
            Text("objects found, %", "найдено предметов, %"),
            "found",
            "cross_entropy",
            "tversky",
            100,
        ),
    ),
    "UNet.forward": Plot(
        Text(
            "a probability for each pixel, of a network that learned one picture",
            "вероятность в каждом пикселе, после обучения на одном снимке",
        ),
        draw_network,
    ),
    "match_objects": Plot(
        Text("lines between objects that were found", "линии между найденными предметами"),
        draw_objects,
    ),
    "resize": Plot(Text("thin wires, made small", "тонкие провода, уменьшенные"), draw_sizes),
    "to_rgb": Plot(
        Text("a turned, transparent photo", "повёрнутый прозрачный снимок"), draw_colours
    ),
}
