"""A printed marker or a network: who finds the pad, by height, blur, and with half of it hidden.

    python -m benchmarks.markers [RUN] [--target CLASS] [--lands 20] [--sheet sheet.png]

On every pad an ArUco marker is printed, small beside the H that the network looks for, or as large
as the pad. OpenCV's detector sees the camera's whole picture; the network shrinks it to its own
size, as it does in flight. Found means: the middle that was said lies on the pad. False is anything
else that was said, in a hundred pictures. Nobody has to follow anything: each picture is by itself.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from common.runs import store
from vision.flight.finder import Found, network
from vision.flight.vehicle import WEATHERS
from vision.images import write_image
from vision.overlay import contact_sheet
from vision.synthetic.canvas import circle, turned
from vision.synthetic.site import Layer, Pose, Site, homography, make_site
from vision.task import TASK

CAMERA = 512
"""Pixels of a picture's side."""
BITS, MARKER = 4, 7
SMALL, LARGE = 0.24, 0.68
"""The marker's side, as a share of the pad's width: beside the H, or the largest square in it."""
HEIGHTS = (40.0, 20.0, 10.0, 5.0, 3.0, 2.0)
TRIALS: dict[str, tuple[float, float, bool]] = {
    **{f"{height:g} m": (height, 0.0, False) for height in HEIGHTS},
    "10 m, blur 2": (10.0, 2.0, False),
    "10 m, blur 4": (10.0, 4.0, False),
    "5 m, blur 4": (5.0, 4.0, False),
    "10 m, half hidden": (10.0, 0.0, True),
    "5 m, half hidden": (5.0, 0.0, True),
}
"""Height, the blur's deviation in pixels, whether something lies over half of the pad."""
DICTIONARY = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)

Detector = Callable[[np.ndarray], list[tuple[float, float]]]


def aruco() -> Detector:
    """Return OpenCV's detector of the one marker."""
    detector = cv2.aruco.ArucoDetector(DICTIONARY, cv2.aruco.DetectorParameters())

    def detect(image: np.ndarray) -> list[tuple[float, float]]:
        corners, ids, _ = detector.detectMarkers(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
        own = (
            []
            if ids is None
            else [c for c, i in zip(corners, ids.ravel(), strict=True) if i == MARKER]
        )
        return [tuple(one.reshape(-1, 2).mean(0).tolist()) for one in own]

    return detect


def painted(site: Site, share: float, angle: float) -> Site:
    """Return a land whose pad has a marker on white paper, a share of its width wide."""
    cells = cv2.aruco.generateImageMarker(DICTIONARY, MARKER, 6)
    side = share * site.across
    paper = [(-0.62, -0.62, 1.24, 255)]
    squares = [
        (x / 6 - 0.5, y / 6 - 0.5, 1 / 6, int(cells[y, x])) for y in range(6) for x in range(6)
    ]

    def draw(ground: np.ndarray, scale: float) -> None:
        for left, top, wide, ink in paper + squares:
            edges = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * wide + (left, top)
            _fill(ground, scale, turned(edges * side, angle), (ink,) * 3)

    return _redrawn(site, draw)


def half_hidden(site: Site, angle: float) -> Site:
    """Return a land on which a tarpaulin lies over half of the pad."""
    wide = site.across
    corners = turned(np.array([[0, -1], [1, -1], [1, 1], [0, 1]]) * wide, angle)
    return _redrawn(site, lambda ground, scale: _fill(ground, scale, corners, (74, 92, 70)))


def _redrawn(site: Site, draw: Callable[[np.ndarray, float], None]) -> Site:
    layers = []
    for layer in site.layers:
        ground = layer.ground.copy()
        draw(ground, layer.scale)
        layers.append(Layer(ground, layer.pad, layer.scale))
    return replace(site, layers=tuple(layers))


def _fill(ground: np.ndarray, scale: float, corners: np.ndarray, ink: tuple[int, ...]) -> None:
    places = (corners * scale + len(ground) / 2 - 0.5) * (1 << BITS)
    cv2.fillPoly(ground, [np.rint(places).astype(np.int32)], ink, cv2.LINE_AA, BITS)


def picture(site: Site, height: float, blur: float, seed: int) -> tuple[np.ndarray, Pose]:
    """Return what a camera sees with the pad somewhere in its middle half."""
    rng = np.random.default_rng([seed, 3])
    aside = rng.uniform(-0.25, 0.25, 2) * height
    pose = Pose(*aside, height, *rng.normal(0, 0.04, 2), rng.uniform(0, 2 * np.pi))
    sensor = replace(WEATHERS[0].sensor(rng, CAMERA), blur=0.0)
    image = sensor.develop(site.look(pose, CAMERA)[0], height, rng)
    return (cv2.GaussianBlur(image, (0, 0), blur) if blur else image), pose


def judged(said: list[tuple[float, float]], site: Site, pose: Pose) -> tuple[bool, int]:
    """Return whether the pad was found, and how many other things."""
    to_ground = homography(pose, CAMERA)
    places = [cv2.perspectiveTransform(np.array([[spot]]), to_ground)[0, 0] for spot in said]
    hits = [float(np.hypot(*place)) <= site.across / 2 for place in places]
    return any(hits), len(hits) - sum(hits)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", nargs="?", type=Path, help="a run of vision that finds pads")
    parser.add_argument("--target", help="the run's class (default: pad)")
    parser.add_argument("--lands", type=int, default=20)
    parser.add_argument("--seed", type=int, default=500)
    parser.add_argument("--sheet", type=Path, help="write what was looked at, .png")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    detectors: dict[str, tuple[float | None, Detector]] = {
        "ArUco beside an H": (SMALL, aruco()),
        "ArUco on the whole pad": (LARGE, aruco()),
    }
    if arguments.run is not None:
        find = network(store.load(arguments.run, TASK, device="cpu"), target=arguments.target)

        def look(image: np.ndarray) -> list[tuple[float, float]]:
            return [(one.x, one.y) for one in find(image) if isinstance(one, Found)]

        detectors["network, H and marker"] = (SMALL, look)
        detectors["network, H alone"] = (None, look)
    found = {name: dict.fromkeys(TRIALS, 0) for name in detectors}
    wrong = {name: dict.fromkeys(TRIALS, 0) for name in detectors}
    shown = []
    for number in range(arguments.lands):
        seed = arguments.seed + number
        plain = make_site(seed)
        angle = float(np.random.default_rng([seed, 4]).uniform(0, 2 * np.pi))
        for name, (share, detect) in detectors.items():
            site = plain if share is None else painted(plain, share, angle)
            covered = half_hidden(site, angle + 1.0)
            for trial, (height, blur, hidden) in TRIALS.items():
                own = covered if hidden else site
                image, pose = picture(own, height, blur, seed)
                hit, others = judged(detect(image), own, pose)
                found[name][trial] += hit
                wrong[name][trial] += others
                if number < 2:
                    shown.append(_marked(image, own, pose, hit))
        print(f"land {seed}", flush=True)
    n = arguments.lands
    print(f"\nfound, % (false in 100 pictures), {n} lands")
    print(f"{'':20}" + "".join(f"{name:>26}" for name in detectors))
    for trial in TRIALS:
        cells = [
            f"{100 * found[d][trial] / n:.0f} ({100 * wrong[d][trial] / n:.0f})" for d in detectors
        ]
        print(f"{trial:20}" + "".join(f"{cell:>26}" for cell in cells))
    if arguments.sheet is not None:
        write_image(arguments.sheet, contact_sheet(shown, len(TRIALS)))


def _marked(image: np.ndarray, site: Site, pose: Pose, hit: bool) -> np.ndarray:
    """Return a picture, a third as large, with a ring about the pad: green where it was found."""
    to_frame = np.linalg.inv(homography(pose, CAMERA))
    edge = cv2.perspectiveTransform(circle(np.zeros(2), 0.7 * site.across)[None], to_frame)
    drawn = image.copy()
    ink = (60, 255, 60) if hit else (255, 40, 40)
    cv2.polylines(drawn, [np.rint(edge).astype(np.int32)], True, ink, 5, cv2.LINE_AA)
    return cv2.resize(drawn, None, fx=1 / 3, fy=1 / 3, interpolation=cv2.INTER_AREA)


if __name__ == "__main__":
    main()
