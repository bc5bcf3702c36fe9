"""The networks and pictures that go through them, small enough for an answer by hand."""

import numpy as np

from tests.graded.cases import cases


def _weights(rng, *, width: int, depth: int, channels: int) -> dict:
    weights = {}

    def drawn(name: str, outputs: int, inputs: int, size: int) -> None:
        scale = 1.4 / np.sqrt(inputs * size * size)
        weights[f"{name}.convolution.weight"] = rng.normal(0, scale, (outputs, inputs, size, size))
        for part, low, high in (
            ("weight", 0.7, 1.4),
            ("bias", -0.3, 0.6),
            ("running_mean", -0.3, 0.3),
            ("running_var", 0.6, 1.6),
        ):
            weights[f"{name}.normalisation.{part}"] = rng.uniform(low, high, outputs)

    widths = [width * 2**level for level in range(depth + 1)]
    drawn("stem", width, 3, 5)
    for level in range(depth):
        near, far = widths[level], widths[level + 1]
        drawn(f"downs.{level}.halve", far, near, 3)
        drawn(f"downs.{level}.refine", far, far, 3)
        drawn(f"ups.{depth - 1 - level}.narrow", near, far, 1)
        drawn(f"ups.{depth - 1 - level}.refine", near, near, 3)
    weights["head.weight"] = rng.normal(0, 1 / np.sqrt(width), (4 * channels, width, 1, 1))
    weights["head.bias"] = rng.normal(0, 1, 4 * channels)
    return {name: values.astype(np.float32) for name, values in weights.items()}


def _network(rng, size, *, depth=2, channels=1, activation="relu", pictures="float32", **more):
    """Return the inputs of a check.

    slopes: "" for none, "all" for those of all weights together, "each" for each one's.
    narrow: what the deviations are multiplied by; small, they show what is added to them.
    again: whether the network is called before, with pictures of another size.
    """
    batch = more.get("batch") or int(rng.integers(2, 4))
    weights = _weights(rng, width=2, depth=depth, channels=channels)
    return {
        "pictures": rng.integers(0, 256, (batch, 3, *map(int, size))).astype(pictures),
        "channels": channels,
        "mean": rng.uniform(70, 150, 3).astype(np.float32),
        "std": (more.get("narrow", 1.0) * rng.uniform(30, 70, 3)).astype(np.float32),
        "width": 2,
        "depth": depth,
        "activation": activation,
        "training": more.get("training", False),
        "slopes": more.get("slopes", ""),
        "again": more.get("again", False),
        # A list, of which a message shows the beginning only.
        "weights": [[name, weight] for name, weight in weights.items()],
    }


def _fixed(size, **more) -> dict:
    return _network(np.random.default_rng(11), size, **more)


def _between_whole_numbers() -> dict:
    """Colours as a picture has them that was made smaller: whoever makes bytes of them is off."""
    inputs = _fixed((8, 8))
    return inputs | {"pictures": inputs["pictures"] * np.float32(0.99) + np.float32(0.4)}


def _dark() -> dict:
    """Colours that are set off from hardly anything, as of a network that was told no mean."""
    return _fixed((8, 8)) | {"mean": np.array([0.0, 0.25, 0.5], np.float32)}


def _even(rng):
    return _network(rng, rng.permutation([8, 16]))


def _odd(rng):
    """Sides that do not divide, one over and one a good way short."""
    sides = [(9, 14), (13, 22), (11, 17)][rng.integers(3)]
    return _network(rng, rng.permutation(sides))


def _shallow(rng):
    """One level, where no skip could be taken for another; a single row."""
    return _network(rng, (1, rng.integers(5, 8)), depth=1)


def _deep(rng):
    return _network(rng, rng.integers(17, 30, 2), depth=3, channels=3, activation="tanh")


def _as_they_come(rng):
    return _network(rng, rng.integers(9, 15, 2), channels=2, pictures="uint8")


def _training(rng):
    kind = str(rng.choice(["uint8", "float32"]))
    return _network(rng, rng.integers(12, 18, 2), pictures=kind, training=True, channels=2)


def _slopes(rng):
    return _network(rng, rng.integers(4, 9, 2), activation="silu", slopes="all")


EVEN = cases(
    _even,
    *(_fixed(size) for size in ((8, 8), (8, 16), (16, 8), (24, 8))),
    _between_whole_numbers(),
    _dark(),
    _fixed((8, 8), again=True),
)
ODD = cases(
    _odd,
    *(_fixed(size) for size in ((1, 1), (7, 7), (9, 9), (8, 9), (9, 8), (15, 8))),
    _fixed((13, 6), batch=1, channels=3),
)
SHALLOW = cases(
    _shallow,
    *(_fixed(size, depth=1) for size in ((1, 1), (4, 4), (5, 3))),
    _fixed((4, 6), depth=1, narrow=0.01),
)
DEEP = cases(_deep, _fixed((16, 16), depth=3, channels=3), _fixed((17, 31), depth=3))
BYTES = cases(_as_they_come, _fixed((8, 8), pictures="uint8"), _fixed((9, 5), pictures="uint8"))
TRAINING = cases(
    _training,
    _fixed((16, 16), training=True),
    _fixed((17, 9), training=True),
    _fixed((9, 8), training=True, narrow=0.01),
)
SLOPES = cases(
    _slopes,
    _fixed((7, 5), activation="silu", slopes="each"),
    _fixed((5, 9), activation="silu", slopes="all", channels=2, depth=1),
    _fixed((8, 6), activation="silu", slopes="all"),
)
