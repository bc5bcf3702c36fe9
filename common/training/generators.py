"""The random generators that a training draws from: their seeds, and their states for a checkpoint.

Those of PyTorch, of NumPy and of Python, which the trainer seeds at every epoch; and those that the
data holds itself, as a DataLoader(generator=...) does, which are their owner's to seed.
"""

import json
import random
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Sampler

Generator = torch.Generator | np.random.Generator | random.Random
HOLDERS = (DataLoader, Dataset, Sampler)


def random_state(device: torch.device) -> dict[str, Tensor]:
    """Return the state of the random generators that a model on `device` and its data draw from."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        states["mps"] = torch.mps.get_rng_state()
    numpy = np.random.get_state(legacy=False)
    words = [*numpy["state"]["key"].tolist(), numpy["state"]["pos"], numpy["has_gauss"]]
    states["numpy"] = torch.tensor(words, dtype=torch.int64)
    states["numpy_gauss"] = torch.tensor(numpy["gauss"], dtype=torch.float64)
    _, python, gauss = random.getstate()
    states["python"] = torch.tensor([*python, gauss is not None], dtype=torch.int64)
    states["python_gauss"] = torch.tensor(gauss or 0.0, dtype=torch.float64)
    return states


def set_random_state(states: dict[str, Tensor], device: torch.device) -> None:
    """Put the random generators back into a state."""
    torch.set_rng_state(states["cpu"])
    if device.type == "cuda":
        torch.cuda.set_rng_state(states["cuda"], device)
    elif device.type == "mps":
        torch.mps.set_rng_state(states["mps"])
    # By way of NumPy, for these lie on the CPU: reading them is not to be taken for a wait.
    *words, pos, has_gauss = states["numpy"].numpy().tolist()
    key = np.array(words, dtype=np.uint32)
    np.random.set_state(("MT19937", key, pos, has_gauss, states["numpy_gauss"].numpy().item()))
    *python, has_gauss = states["python"].numpy().tolist()
    gauss = states["python_gauss"].numpy().item() if has_gauss else None
    random.setstate((random.Random.VERSION, tuple(python), gauss))


def seed_generators(seed: int, device: torch.device) -> None:
    """Seed the random generators that a model on `device` and its data draw from."""
    if device.type == "cpu":
        # torch.manual_seed would also note down, stack and all, what to do once CUDA is used.
        torch.default_generator.manual_seed(seed)
    else:
        torch.manual_seed(seed)
    np.random.seed(seed % 2**32)
    random.seed(seed)


class OwnGenerators:
    """The generators that the data holds itself, in its loader, samplers and Datasets.

    So may a network, a loss, and what augments.

    Where an epoch that was broken off is walked through again from its start (`replayed`), their
    states from that start are what counts; else those that they are in.

    >>> own = OwnGenerators(DataLoader([1, 2], generator=torch.Generator()), replayed=True)
    >>> len(own.generators)
    1
    """

    def __init__(self, data: Any, *, replayed: bool) -> None:
        self.replayed = replayed
        self.generators = list({id(one): one for one in _held(data, depth=5)}.values())
        self.start = self._now()

    def leave_out(self, other: "OwnGenerators") -> None:
        """Leave to another what is its own already."""
        known = {id(one) for one in other.generators}
        self.generators = [one for one in self.generators if id(one) not in known]

    def begin_epoch(self) -> None:
        """Note down where an epoch starts."""
        self.start = self._now()

    def states(self, step: int) -> list[Tensor]:
        """Return what a checkpoint after `step` batches of an epoch needs."""
        return self.start if self.replayed and step else self._now()

    def restore(self, states: list[Tensor]) -> None:
        """Put the generators back; raise ValueError for states of other ones."""
        if len(states) != len(self.generators):
            raise ValueError(
                f"{len(states)} generators of the data, expected {len(self.generators)}"
            )
        for generator, state in zip(self.generators, states, strict=True):
            if isinstance(generator, torch.Generator):
                generator.set_state(state)
                continue
            facts = json.loads(bytes(state.tolist()))
            if isinstance(generator, np.random.Generator):
                generator.bit_generator.state = facts
            else:
                version, words, gauss = facts
                generator.setstate((version, tuple(words), gauss))

    def _now(self) -> list[Tensor]:
        return [_state_of(one) for one in self.generators]


def each_once(owners: Iterable[OwnGenerators]) -> None:
    """Leave a generator that several hold to the first of them."""
    for earlier, later in combinations(owners, 2):
        later.leave_out(earlier)


def _state_of(generator: Generator) -> Tensor:
    if isinstance(generator, torch.Generator):
        return generator.get_state().clone()
    if isinstance(generator, np.random.Generator):
        facts: Any = generator.bit_generator.state
    else:
        facts = generator.getstate()
    text = json.dumps(facts, default=np.ndarray.tolist)
    return torch.tensor(list(text.encode()), dtype=torch.uint8)


def _held(data: Any, *, depth: int) -> Iterator[Generator]:
    """Find the generators among an object's attributes, and those of the loaders in there."""
    if isinstance(data, nn.Module):
        for part in data.modules():
            yield from (one for one in vars(part).values() if isinstance(one, Generator))
        return
    members: Iterable[Any] = vars(data).values() if hasattr(data, "__dict__") else ()
    for member in members:
        inside = member if isinstance(member, (list, tuple)) and len(member) < 100 else [member]
        for one in inside:
            if isinstance(one, Generator):
                yield one
            elif isinstance(one, HOLDERS) and depth:
                yield from _held(one, depth=depth - 1)
