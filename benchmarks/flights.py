"""How long the flights take to render, and how far colour alone gets in finding the pad.

    python benchmarks.flights

Every way of thresholding below may look at the true masks of the frames that it is measured on,
which no honest way can: it is the most that colour can do.
"""

import argparse
import time
from collections.abc import Iterator

import cv2
import numpy as np

from vision.synthetic import fly
from vision.synthetic.camera import LEAST_SEEN

LEVELS = np.arange(256)


def channels(image: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the ways to see a picture in one number: grey, RGB, HSV and Lab."""
    yield "grey", cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    for names, code in (
        (("red", "green", "blue"), None),
        (("hue", "saturation", "value"), cv2.COLOR_RGB2HSV_FULL),
        (("lightness", "a", "b"), cv2.COLOR_RGB2LAB),
    ):
        split = cv2.split(image if code is None else cv2.cvtColor(image, code))
        yield from zip(names, split, strict=True)


def overlap(found: np.ndarray, true: np.ndarray) -> float:
    union = np.count_nonzero(found | true)
    return np.count_nonzero(found & true) / union if union else 1.0


def otsu(image: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """Return the IoU of Otsu's threshold in each channel, on the better of its two sides."""
    scores = {}
    for name, channel in channels(image):
        _, bright = cv2.threshold(channel, 0, 255, cv2.THRESH_OTSU)
        scores[name] = max(overlap(bright > 0, true), overlap(bright == 0, true))
    return scores


def best_range(image: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """Return the IoU of the best single threshold in each channel, chosen for this very frame."""
    scores = {}
    for name, channel in channels(image):
        hit = np.bincount(channel[true], minlength=256)
        every = np.bincount(channel.ravel(), minlength=256)
        below = hit.cumsum() / (hit.sum() + every.cumsum() - hit.cumsum())
        hit, every = hit[::-1], every[::-1]
        above = hit.cumsum() / (hit.sum() + every.cumsum() - hit.cumsum())
        scores[name] = float(max(below.max(), above.max()))
    return scores


def best_colours(images: np.ndarray, masks: np.ndarray, fitted: np.ndarray) -> float:
    """Return the mean IoU of the pad's colours, learned from the frames `fitted`, on the others.

    How often each of 4,096 colours lies on a pad is counted; the cut that says "pad" is chosen
    on the frames that are examined.
    """
    codes = (images >> 4).astype(np.int32) @ np.array([256, 16, 1])
    every = np.bincount(codes[fitted].ravel(), minlength=4096)
    hit = np.bincount(codes[fitted][masks[fitted] == 1], minlength=4096)
    share = (hit + 0.01) / (every + 1)
    rest, true = share[codes[~fitted]], masks[~fitted] == 1
    cuts = np.quantile(share[every > 0], np.linspace(0.5, 0.999, 30))
    shown = true.any((1, 2))
    return max(
        float(np.mean([overlap(r > cut, t) for r, t in zip(rest[shown], true[shown], strict=True)]))
        for cut in cuts
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flights", type=int, default=50)
    parser.add_argument("--seed", type=int, default=2024)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    began = time.perf_counter()
    flown = fly(arguments.flights, 10, seed=arguments.seed)
    seconds, n = time.perf_counter() - began, len(flown.images)
    pads = flown.masks == 1
    shown = np.flatnonzero(pads.any((1, 2)))
    share = pads[shown].mean((1, 2))
    print(f"{n} frames of 256x256 in {seconds:.1f} s on one core")
    print(f"altitude {flown.altitude.min():.0f} to {flown.altitude.max():.0f} m")
    print(f"a pad in {len(shown) / n:.0%} of the frames, {share.min():.2%} to {share.max():.2%}")
    seen = flown.seen[flown.seen >= LEAST_SEEN]
    print(f"hidden to a tenth or more: {np.mean(seen < 0.9):.0%} of the pads")
    for title, way in (("Otsu's threshold", otsu), ("best threshold of each frame", best_range)):
        scores = [way(flown.images[i], pads[i]) for i in shown]
        means = {name: float(np.mean([score[name] for score in scores])) for name in scores[0]}
        name = max(means, key=means.__getitem__)
        print(f"{title}: mean IoU at most {means[name]:.3f} ({name})")
    learned = best_colours(flown.images, flown.masks, flown.flight < arguments.flights * 0.8)
    print(f"the colours of pads, learned on 80 % of the flights: mean IoU {learned:.3f}")


if __name__ == "__main__":
    main()
