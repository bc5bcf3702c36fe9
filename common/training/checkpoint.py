"""A training's whole state in one safetensors file, written so that a crash never harms it.

Tensors: the weights, the best weights so far, the optimizer's state, the random generators, those
that the data holds included, and what the data, the model and the loss remember.
Everything else is JSON in the file's metadata. Reading one runs no code.
"""

import json
from collections.abc import Callable, Set
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from common.errors import UserError
from common.files import atomic_path
from common.training.extra_state import Remembered
from common.training.feedback import Feedback
from common.training.generators import OwnGenerators, random_state
from common.training.history import History
from common.training.model_state import buffers_of, restore_weights, weights_of
from common.training.ranks import ALONE, Alone

FORMAT = "stickshift checkpoint 7"
GROUPS = ("weights", "best", "random", "own", "heeded", "loss", "optimizer")
Tensors = dict[str, Tensor]


class Checkpoint:
    """Saves and restores one training; `identity` is what must be equal for going on with it."""

    def __init__(
        self,
        path: str | Path,
        *,
        every: float,
        model: nn.Module,
        loss: nn.Module,
        optimizer: torch.optim.Optimizer,
        device: torch.device,
        identity: dict[str, Any],
        own: dict[str, OwnGenerators],
        feedback: Feedback,
        clock: Callable[[], float],
        ranks: Alone = ALONE,
    ) -> None:
        self.path, self.every, self.identity = Path(path), every, identity
        self.remembered = Remembered(model, loss)
        self.model, self.optimizer, self.device = model, optimizer, device
        self.own, self.feedback, self.clock, self.ranks = own, feedback, clock, ranks
        # The first is due at once: a disk that cannot be written should not be news after hours.
        self.due = clock()

    def save(self, history: History, best: Tensors) -> float:
        """Write the file beside its place, then put it there in one move; return the seconds.

        The first rank writes for all, and all learn from its clock how long it took.
        """
        began = self.clock()
        if self.ranks.first:
            self._write(history, best)
        self.ranks.sum()
        now = self.clock()
        if self.every:
            # A large model on a slow disk: saving takes at most a twentieth of the time.
            self.due = now + max(self.every, 20 * (now - began))
        return now - began

    def _write(self, history: History, best: Tensors) -> None:
        tensors, facts = _pack(self.optimizer)
        groups = {
            "weights": weights_of(self.model),
            "best": best,
            "random": random_state(self.device),
            "heeded": self.feedback.state(),
            "loss": self.remembered.tensors(),
        }
        for part, own in self.own.items():
            states = enumerate(own.states(history.position.step))
            groups[f"own/{part}"] = {str(index): state for index, state in states}
        for group, members in groups.items():
            tensors |= {f"{group}/{name}": tensor for name, tensor in members.items()}
        metadata = {
            "format": FORMAT,
            "identity": self.identity,
            "history": asdict(history),
            "remembered": self.remembered.facts(),
            **facts,
        }
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"{self.path}: cannot be written: {error.strerror}") from None
        with atomic_path(self.path, durable=True) as draft:
            try:
                save_file(
                    _apart(tensors),
                    draft,
                    metadata={name: json.dumps(value) for name, value in metadata.items()},
                )
            except SafetensorError as error:  # how it says that a disk is full
                raise OSError(str(error)) from error

    def is_there(self) -> bool:
        """Whether there is one to go on from, for all ranks."""
        found = self.ranks.gathered(self.path.exists())
        if len(set(found)) > 1:
            raise self._not_shared()
        return found[0]

    def load(self) -> tuple[History, Tensors, Tensors]:
        """Restore weights and optimizer; return the history, the best weights, the generators'."""
        tensors, metadata = _read(self.path)
        if len(set(self.ranks.gathered(json.dumps(metadata["history"])))) > 1:
            raise self._not_shared()
        _compare(self.path, metadata["identity"], self.identity)
        weights, buffers = weights_of(self.model), buffers_of(self.model).keys()
        try:
            groups: dict[str, Tensors] = {name: {} for name in GROUPS}
            for name, tensor in tensors.items():
                group, _, rest = name.partition("/")
                groups[group][rest] = tensor
            _check_shapes(groups["weights"], weights, growing=buffers)
            if groups["best"]:
                _check_shapes(groups["best"], weights, growing=buffers)
            _check_shapes(groups["random"], random_state(self.device))
            for part, own in self.own.items():
                own.restore(_listed(groups["own"], part))
            self.feedback.restore(groups["heeded"])
            changed = self.remembered.changed(metadata["remembered"], groups["loss"])
            history = History.checked(metadata["history"])
            _unpack(self.optimizer, groups["optimizer"], metadata)
            if not changed:
                self.remembered.restore(metadata["remembered"], groups["loss"])
        except (KeyError, TypeError, ValueError, AttributeError, RuntimeError) as error:
            raise UserError(f"{self.path} is damaged or no checkpoint: {error!r}") from None
        if changed:
            raise UserError(f"{self.path} belongs to another training: {changed}")
        saved = {name: tensor.to(self.device) for name, tensor in groups["weights"].items()}
        restore_weights(self.model, saved)
        best = {name: tensor.to(self.device) for name, tensor in groups["best"].items()}
        return history, best, groups["random"]

    def _not_shared(self) -> UserError:
        return UserError(
            f"{self.path}: not every rank finds this checkpoint: the run's folder must lie on a "
            "disk that all machines share",
            f"{self.path}: этот чекпойнт видят не все процессы: папка прогона должна лежать на "
            "диске, общем для всех машин",
        )


def check_sizes(model: nn.Module) -> None:
    """Raise UserError for weights that are still to learn their size: no checkpoint is of them."""
    tensors = chain(model.named_parameters(), model.named_buffers())
    lazy = [name for name, tensor in tensors if nn.parameter.is_lazy(tensor)]
    if lazy:
        raise UserError(
            f"a checkpoint is of weights of known sizes, and {', '.join(lazy[:3])} have none yet: "
            "call the model once on a batch before the training"
        )


def _listed(states: Tensors, part: str) -> list[Tensor]:
    names = [name for name in states if name.startswith(f"{part}/")]
    return [states[f"{part}/{index}"] for index in range(len(names))]


def _apart(tensors: Tensors) -> Tensors:
    """Return the tensors on the CPU, each in memory of its own, as safetensors wants them.

    Weights may share memory without being one parameter, as an encoder's and a decoder's do.
    """
    apart, taken = {}, set()
    for name, tensor in tensors.items():
        if tensor.layout is not torch.strided:
            raise UserError(
                f"{name} is sparse, which no checkpoint holds: train without one, or without "
                "momentum, or make the Embedding with sparse=False"
            )
        tensor = tensor.detach().cpu().contiguous()
        place = tensor.untyped_storage().data_ptr()
        apart[name] = tensor.clone() if place in taken else tensor
        taken.add(place)
    return apart


def _check_shapes(saved: Tensors, current: Tensors, growing: Set[str] = frozenset()) -> None:
    """Raise ValueError for tensors that are not these; those that are growing may have any size."""
    shapes = [
        {name: (name in growing or t.shape, t.dtype) for name, t in group.items()}
        for group in (saved, current)
    ]
    if shapes[0] != shapes[1]:
        raise ValueError("its tensors have other names or shapes than this training's")


def _pack(optimizer: torch.optim.Optimizer) -> tuple[Tensors, dict[str, Any]]:
    whole = optimizer.state_dict()
    tensors, numbers = {}, {}
    for index, entries in whole["state"].items():
        for name, value in entries.items():
            if isinstance(value, Tensor):
                tensors[f"optimizer/{index}/{name}"] = value
            else:
                numbers[f"{index}/{name}"] = value
    facts = {"groups": whole["param_groups"], "numbers": numbers}
    try:
        json.dumps(facts)
    except TypeError as error:
        raise UserError(
            f"the state of {type(optimizer).__name__} cannot be written to a checkpoint: {error}"
        ) from None
    return tensors, facts


def _unpack(optimizer: torch.optim.Optimizer, tensors: Tensors, facts: dict[str, Any]) -> None:
    state: dict[int, dict[str, Any]] = {}
    for key, value in {**facts["numbers"], **tensors}.items():
        index, _, name = key.partition("/")
        state.setdefault(int(index), {})[name] = value
    groups = [
        {name: tuple(value) if name == "betas" else value for name, value in group.items()}
        for group in facts["groups"]
    ]
    optimizer.load_state_dict({"state": state, "param_groups": groups})
    for parameter, entries in optimizer.state.items():
        for name, value in entries.items():
            if isinstance(value, Tensor) and value.shape == parameter.shape:
                # A fused optimizer walks through both as they lie in memory, so where a network
                # keeps its channels last, what was learned about its weights must too.
                entries[name] = torch.empty_like(parameter, dtype=value.dtype).copy_(value)


def _read(path: Path) -> tuple[Tensors, dict[str, Any]]:
    try:
        with safe_open(path, framework="pt") as file:
            metadata = {name: json.loads(text) for name, text in (file.metadata() or {}).items()}
            # Cloned: else the tensors would live in the file that the next checkpoint replaces.
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, json.JSONDecodeError, RecursionError, OSError) as error:
        raise UserError(f"{path} is damaged or no checkpoint: {error}") from None
    missing = {"identity", "history", "remembered", "groups", "numbers"} - metadata.keys()
    if metadata.get("format") != FORMAT or missing:
        raise UserError(f"{path} is no checkpoint of this version, expected {FORMAT!r}")
    if not isinstance(metadata["identity"], dict):
        raise UserError(f"{path} is damaged or no checkpoint: it says not of which training")
    return tensors, metadata


def _compare(path: Path, saved: dict[str, Any], current: dict[str, Any]) -> None:
    for name, value in json.loads(json.dumps(current)).items():
        before = saved.get(name)
        if before != value:
            if isinstance(value, list) and isinstance(before, list) and len(value) == len(before):
                pairs = zip(before, value, strict=True)
                before, value = next(pair for pair in pairs if pair[0] != pair[1])
            raise UserError(
                f"{path} belongs to another training: {name} was {before}, is now {value}"
            )
