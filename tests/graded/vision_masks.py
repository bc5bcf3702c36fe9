"""The scores and masks of which a loss is computed."""

import numpy as np

from tests.graded.cases import cases

IGNORE = 255


def _scene(rng, *, classes=1, size=None, batch=3, dtype="float64", unknown=False, **prices):
    """Scores that lean to the mask, with far more background than anything else."""
    height, width = size or (int(rng.integers(4, 7)), int(rng.integers(5, 9)))
    mask = np.zeros((batch, height, width), np.uint8)
    for i in range(batch):
        for label in range(1, classes + 1):
            count = int(rng.integers(1, 3 + 2 * i))
            mask[i].flat[rng.choice(height * width, count, replace=False)] = label
    channels = 1 if classes == 1 else classes + 1
    lean = 1.0 * (mask[:, None] == (np.arange(channels)[:, None, None] + (classes == 1)))
    logits = rng.normal(0, 1.2, (batch, channels, height, width)) + 1.5 * (lean - 0.5)
    if unknown:
        mask[rng.random(mask.shape) < 0.3] = IGNORE
        mask[int(rng.integers(batch)), 0] = IGNORE
    return {"logits": logits.astype(dtype), "mask": mask, "prices": prices, "slopes": ""}


def _one_thing(rng):
    return _scene(rng)


def _classes(rng):
    return _scene(rng, classes=3)


def _unknown(rng):
    return _scene(rng, classes=int(rng.integers(1, 3)), unknown=True)


def _own_prices(rng):
    alpha, beta = float(rng.uniform(0.1, 0.4)), float(rng.uniform(1.2, 3))
    return _scene(rng, alpha=alpha, beta=beta, smooth=float(rng.uniform(2, 5)))


def _gradient(rng):
    return _scene(rng, classes=2, size=(2, 3), batch=2) | {"slopes": "values"}


def _one_absent(rng):
    """A picture that lacks one of the classes: by draw not every seed has one."""
    scene = _gradient(rng)
    scene["mask"][0][scene["mask"][0] == 1] = 0
    return scene


def _nearly_right(rng):
    scene = _scene(rng, dtype="float32", size=(5, 6), batch=3)
    sign = np.where(scene["mask"][:, None] == 1, 1.0, -1.0)
    sure = rng.uniform(17.0, 20.0, scene["logits"].shape)
    # The thing itself as sure as can be: of 1 - p in float32 nothing would be left.
    logits = np.where(sign > 0, 200.0, -sure).astype(np.float32)
    return {**scene, "logits": logits}


def _all_wrong() -> dict:
    """As sure as can be of the opposite: only a bound of one's own keeps the loss off one."""
    scene = _fixed(_scene, classes=2, alpha=1.0, beta=1.0, smooth=1e-6)
    right = np.arange(3)[:, None, None] == scene["mask"][:, None]
    return scene | {"logits": np.where(right, -50.0, 50.0)}


def _large() -> dict:
    """Thousands of pixels, nearly all of them missed: no sum is too large."""
    scene = _fixed(_scene, size=(48, 64), batch=1)
    return scene | {"mask": 1 - scene["mask"], "logits": scene["logits"] - 6}


def _nothing_there(rng):
    """A picture without anything, one where nothing is known, and scores of any size."""
    scene = _scene(rng, dtype="float32", batch=3)
    scene["mask"][0], scene["mask"][1] = 0, IGNORE
    extremes = rng.choice(np.array([-1e4, -100.0, 0.0, 100.0, 1e4]), scene["logits"].shape[1:])
    scene["logits"][2] = extremes
    return scene | {"slopes": "finite"}


def _fixed(draw, **more) -> dict:
    return draw(np.random.default_rng(5), **more)


def _prices(**prices: float) -> dict:
    return _fixed(_scene, classes=2, **prices)


ONE = cases(_one_thing, _fixed(_scene, size=(2, 1), batch=1), _fixed(_scene, dtype="float32"))
CLASSES = cases(_classes, _fixed(_scene, classes=2, batch=2), _fixed(_scene, classes=3, batch=3))
UNKNOWN = cases(_unknown, *(_fixed(_scene, classes=k, unknown=True) for k in (1, 2)))
PRICES = cases(
    _own_prices,
    _prices(alpha=2.0, beta=0.2, smooth=0.01),
    _prices(alpha=0.2, beta=2.0, smooth=30.0),
    _prices(alpha=1.0, beta=1.0, smooth=1e-6),
    _all_wrong(),
    _large(),
)
GRADIENT = cases(
    _gradient,
    _fixed(_one_absent),
    _fixed(_scene, size=(2, 4), unknown=True) | {"slopes": "values"},
    _fixed(_scene, size=(2, 4), alpha=2.0, beta=0.5, smooth=0.1) | {"slopes": "values"},
)
DIGITS = cases(_nearly_right, _fixed(_nearly_right))
EXTREMES = cases(_nothing_there, _fixed(_nothing_there))
