"""The pairs of power spectra that are compared."""

import numpy as np

from tests.graded.cases import cases


def _drawn(rng, *, batch: int, bins: int, frames: int, dtype="float64", slopes=False) -> dict:
    """Spectra whose cells differ by much, and examples whose levels do; no cell is the same.

    All are far louder than QUIET: what happens near it is for the checks that are about it, and
    must not depend on the draw in those that are not.
    """
    level = 10 ** rng.uniform(0, 3, (batch, 1, 1))
    target = level * 10 ** rng.uniform(-3, 1, (batch, bins, frames))
    factor = np.exp(rng.uniform(0.2, 1.5, target.shape) * rng.choice([-1, 1], target.shape))
    return {
        "prediction": (target * factor).astype(dtype),
        "target": target.astype(dtype),
        "quiet": 1e-2,
        "slopes": slopes,
        "window": 2 * (bins - 1),
    }


def _one(rng):
    return _drawn(rng, batch=1, bins=5, frames=int(rng.integers(3, 7)))


def _batch(rng):
    return _drawn(rng, batch=int(rng.integers(3, 6)), bins=5, frames=4)


def _cube(rng):
    """All lengths the same, so that a wrong axis raises no error."""
    return _drawn(rng, batch=4, bins=4, frames=4)


def _narrow(rng):
    return _drawn(rng, batch=3, bins=65, frames=12, dtype="float32")


def _quiet(rng):
    """Targets that are all but silent, and a bound that is not the usual one."""
    inputs = _drawn(rng, batch=3, bins=5, frames=4)
    shrink = (np.array([1e-7, 1e-6, 1.0])[rng.permutation(3)])[:, None, None]
    inputs["target"] = np.maximum(inputs["target"] * shrink, 1e-8)
    inputs["prediction"] = np.maximum(inputs["prediction"] * shrink, 1e-8) * 1.3
    return inputs | {"quiet": float(rng.uniform(0.05, 0.2))}


def _silence(rng):
    """Nothing to find, silence for silence, something in a silence, and an ordinary example."""
    inputs = _drawn(rng, batch=4, bins=5, frames=4, dtype="float32", slopes=True)
    prediction, target = inputs["prediction"], inputs["target"]
    prediction[0] = target[0]
    prediction[1] = target[1] = 1e-8
    prediction[2], target[2] = prediction[2] / prediction[2].max(), 1e-8
    order = rng.permutation(4)
    return inputs | {"prediction": prediction[order], "target": target[order]}


def _gradient(rng):
    return _drawn(rng, batch=int(rng.integers(1, 4)), bins=5, frames=3, slopes=True)


def _fixed(draw, **more) -> dict:
    return draw(np.random.default_rng(3), **more)


def _all_the_same() -> dict:
    """No example of the batch has a difference: each costs 0, and there is no gradient."""
    inputs = _fixed(_drawn, batch=2, bins=5, frames=4, dtype="float32", slopes=True)
    return inputs | {"prediction": inputs["target"].copy()}


def _one_cell_apart() -> dict:
    """One example with a difference in a single cell, beside one without any."""
    inputs = _all_the_same()
    inputs["prediction"][0, 1, 2] *= 1.5
    return inputs | {"slopes": False}  # the logarithms of all other cells have a kink there


def _other_bounds() -> dict:
    """Targets on both sides of a bound that is far from the usual one."""
    inputs = _fixed(_drawn, batch=4, bins=5, frames=4)
    norms = np.sqrt(inputs["target"].mean((1, 2), keepdims=True))
    factor = np.square(2.0 * np.array([0.5, 0.98, 1.02, 2.0])[:, None, None] / norms)
    shaped = {name: inputs[name] * factor for name in ("prediction", "target")}
    return inputs | shaped | {"quiet": 2.0}


def _hardly_apart() -> dict:
    """Quiet spectra that are nearly the same: a small difference is none of zero."""
    inputs = _fixed(_drawn, batch=2, bins=5, frames=4)
    target = 1e-6 * inputs["target"] / inputs["target"].max()
    target = np.maximum(target, 1e-8)
    return inputs | {"target": target, "prediction": target * (1 + 1e-5)}


def _far() -> dict:
    """A prediction ten thousand times as loud as the target."""
    inputs = _fixed(_drawn, batch=1, bins=3, frames=4)
    return inputs | {"prediction": 1e8 * inputs["prediction"]}


def _loud() -> dict:
    """Both spectra far above what a sound at full scale has."""
    inputs = _fixed(_drawn, batch=1, bins=3, frames=4)
    return inputs | {name: 1e10 * inputs[name] for name in ("prediction", "target")}


def _nothing_for_much() -> dict:
    """Silence where the target is loud: their logarithms are further apart than any others."""
    inputs = _fixed(_drawn, batch=1, bins=3, frames=4)
    silence = np.full_like(inputs["prediction"], 1e-8)
    return inputs | {"prediction": silence, "target": 1e14 * inputs["target"]}


ONE = cases(
    _one,
    _fixed(_drawn, batch=1, bins=2, frames=1),
    _fixed(_drawn, batch=1, bins=3, frames=9),
    _far(),
    _loud(),
    _nothing_for_much(),
)
BATCH = cases(_batch, _fixed(_drawn, batch=6, bins=3, frames=2))
CUBE = cases(_cube, _fixed(_cube))
NARROW = cases(_narrow, _fixed(_narrow))
QUIET = cases(_quiet, _fixed(_quiet), _other_bounds(), _hardly_apart())
GRADIENT = cases(_gradient, _fixed(_drawn, batch=2, bins=3, frames=3, slopes=True))
SILENCE = cases(
    _silence,
    _fixed(_silence),
    _all_the_same(),
    _one_cell_apart(),
)
