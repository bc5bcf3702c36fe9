"""The spectra, masks and tails of which sound is made."""

import numpy as np

from tests.graded.cases import cases

WINDOW, HOP, BINS = 512, 256, 257


def _drawn(rng, *, clips: int, calls: list[int], dtype="float64", weighted: bool = False) -> dict:
    def normal(*shape):
        steps = np.rint(rng.normal(0, 1, shape) * 2.0**9) / 2.0**9  # short to store
        return steps.astype(dtype)

    frames = sum(calls)
    imag = normal(clips, frames, BINS)
    imag[:, :, [0, -1]] = 0  # a real sound has none there
    drawn = {
        "real": normal(clips, frames, BINS),
        "imag": imag,
        "logits": 3 * normal(clips, frames, BINS) - 1,
        "tail": normal(clips, HOP) / 10,
        "window": rng.uniform(0.2, 1, WINDOW).astype(dtype),
        "calls": calls,
        "dtype": dtype,
    }
    if weighted:  # for a gradient: the sum of all that comes out, each with a weight
        drawn |= {"weights": normal(clips, frames * HOP), "tail_weights": normal(clips, HOP)}
    return drawn


def _one(rng):
    return _drawn(rng, clips=1, calls=[1])


def _several(rng):
    return _drawn(rng, clips=2, calls=[int(rng.integers(2, 5))])


def _pieces(rng):
    return _drawn(rng, clips=int(rng.integers(1, 4)), calls=[int(n) for n in rng.integers(1, 4, 3)])


def _narrow(rng):
    return _drawn(rng, clips=2, calls=[3], dtype="float32")


def _gradient(rng):
    return _drawn(rng, clips=2, calls=[int(rng.integers(1, 4))], weighted=True)


def _extremes(rng):
    inputs = _drawn(rng, clips=2, calls=[2], dtype="float32", weighted=True)
    logits = rng.choice([-1e4, -100.0, 100.0, 1e4], inputs["logits"].shape)
    return inputs | {"logits": logits.astype(np.float32)}


def _fixed(draw, *arguments, **more) -> dict:
    return draw(np.random.default_rng(1), *arguments, **more)


def _all_logits(draw) -> dict:
    """From -30 to 30, in steps: where a sigmoid that is cut off or made by hand differs."""
    inputs = _fixed(draw)
    logits = np.linspace(-30, 30, inputs["logits"].size).reshape(inputs["logits"].shape)
    return inputs | {"logits": logits.astype(inputs["dtype"])}


def _loud() -> dict:
    """Samples far beyond full scale, which nobody asked to limit."""
    inputs = _fixed(_drawn, clips=1, calls=[2])
    return inputs | {name: 1e6 * inputs[name] for name in ("real", "imag", "tail")}


ONE = cases(_one, _fixed(_drawn, clips=3, calls=[1]))
SEVERAL = cases(
    _several, _all_logits(_several), _loud(), *(_fixed(_drawn, clips=n, calls=[n]) for n in (2, 4))
)
PIECES = cases(_pieces, _fixed(_drawn, clips=2, calls=[1, 1, 1]))
NARROW = cases(_narrow, _fixed(_narrow))
GRADIENT = cases(
    _gradient, _all_logits(_gradient), _fixed(_drawn, clips=3, calls=[3], weighted=True)
)
EXTREMES = cases(_extremes, _fixed(_extremes))
