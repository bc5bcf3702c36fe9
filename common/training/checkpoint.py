"""A training's whole state in one safetensors file, written so that a crash never harms it.

Tensors: the weights, the best weights so far, the optimizer's state, the random generators, those
that the data holds included, and what the data remembers of what the network said.
Everything else is JSON in the file's metadata. Reading one runs no code.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from common.errors import UserError
from common.files import atomic_path
from common.training.feedback import Feedback
from common.training.generators import OwnGenerators, random_state
from common.training.history import History
from common.training.model_state import copy_weights, weights_of
from common.training.ranks import ALONE, Alone
from common.training.weighting import FunctionLoss

if TYPE_CHECKING:
    from common.trainer import Trainer

FORMAT = "stickshift checkpoint 6"
GROUPS = ("weights", "best", "random", "own", "heeded", "optimizer")
MUST_AGREE = (
    *("lr", "epochs", "batch_size", "seed", "monitor", "higher_is_better", "weight_decay"),
    *("clip", "accumulate", "bf16", "patience", "deterministic"),
)
Tensors = dict[str, Tensor]


def identity_of(
    trainer: "Trainer", optimizer: torch.optim.Optimizer, train: Any, valid: Any
) -> dict[str, Any]:
    """Return what must be equal for one training to go on from another's checkpoint."""
    shapes = {name: str(tuple(w.shape)) for name, w in weights_of(trainer.model).items()}
    trained = sorted(n for n, w in trainer.model.named_parameters() if w.requires_grad)
    digest = _digest(sorted(shapes.items()))
    # A model in evaluation is put into training as a whole.
    parts = trainer.model.named_modules() if trainer.model.training else ()
    evaluated = [name for name, part in parts if not part.training]
    return {
        "the model": f"{type(trainer.model).__name__} of {len(shapes)} tensors ({digest})",
        "the loss": _loss_name(trainer.loss),
        "the optimizer": (
            "adamw" if trainer.optimizer is None else _optimizer_name(optimizer, trainer.model)
        ),
        "what is trained": f"{len(trained)} tensors ({_digest(trained)})",
        "what stays in evaluation": f"{len(evaluated)} parts ({_digest(evaluated)})",
        "the training data": train.describe(),
        "the validation data": valid.describe() if valid else None,
        "metrics": sorted(trainer.metrics),
        **{name: getattr(trainer, name) for name in MUST_AGREE},
    }


def _digest(facts: list[Any]) -> str:
    return sha256(repr(facts).encode()).hexdigest()[:8]


def _optimizer_name(optimizer: torch.optim.Optimizer, model: nn.Module) -> str:
    """Return the kind of an optimizer and the settings of its groups that are not switched off."""
    names = {parameter: name for name, parameter in model.named_parameters()}
    groups = [
        ", ".join(
            f"{name}={value}"
            for name, value in group.items()
            if isinstance(value, (int, float, str, tuple)) and value is not False
        )
        + f" for {len(group['params'])} tensors ({_digest([*map(names.get, group['params'])])})"
        for group in optimizer.param_groups  # their order, too: they are saved by their numbers
    ]
    return f"{type(optimizer).__name__}: {'; '.join(groups)}"


def _loss_name(loss: Any) -> str:
    if isinstance(loss, FunctionLoss):
        loss = loss.function
    if isinstance(loss, partial):
        return f"{_loss_name(loss.func)} with {loss.args} {loss.keywords}"
    # A module's text holds its settings; a function's would hold an address.
    name = getattr(loss, "__name__", None) or str(loss).replace("\n", " ").partition(" at 0x")[0]
    settings = [_settings(part) for part in loss.modules()] if isinstance(loss, nn.Module) else []
    return ": ".join([name, *filter(None, settings)])


def _settings(loss: nn.Module) -> str:
    """Return the settings of one of PyTorch's losses, which its text does not hold."""
    if type(loss).__module__ != "torch.nn.modules.loss":
        return ""
    shown = {name: value for name, value in vars(loss).items() if name[0] != "_"}
    settings = {n: value for n, value in shown.items() if isinstance(value, (int, float, str))}
    settings |= {name: _digest(buffer.tolist()) for name, buffer in loss.named_buffers()}
    return ", ".join(f"{name}={value}" for name, value in settings.items())


class Checkpoint:
    """Saves and restores one training; `identity` is what must be equal for going on with it."""

    def __init__(
        self,
        path: str | Path,
        *,
        every: float,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        device: torch.device,
        identity: dict[str, Any],
        own: dict[str, OwnGenerators],
        feedback: Feedback,
        clock: Callable[[], float],
        ranks: Alone = ALONE,
    ) -> None:
        self.path, self.every, self.identity = Path(path), every, identity
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
            **facts,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(self.path, durable=True) as draft:
            try:
                save_file(
                    _apart(tensors),
                    draft,
                    metadata={name: json.dumps(value) for name, value in metadata.items()},
                )
            except SafetensorError as error:  # how it says that a disk is full
                raise OSError(str(error)) from error

    def load(self) -> tuple[History, Tensors, Tensors]:
        """Restore weights and optimizer; return the history, the best weights, the generators'."""
        tensors, metadata = _read(self.path)
        _compare(self.path, metadata["identity"], self.identity)
        weights = weights_of(self.model)
        try:
            groups: dict[str, Tensors] = {name: {} for name in GROUPS}
            for name, tensor in tensors.items():
                group, _, rest = name.partition("/")
                groups[group][rest] = tensor
            _check_shapes(groups["weights"], weights)
            if groups["best"]:
                _check_shapes(groups["best"], weights)
            _check_shapes(groups["random"], random_state(self.device))
            for part, own in self.own.items():
                own.restore(_listed(groups["own"], part))
            self.feedback.restore(groups["heeded"])
            history = History.checked(metadata["history"])
            _unpack(self.optimizer, groups["optimizer"], metadata)
        except (KeyError, TypeError, ValueError, AttributeError, RuntimeError) as error:
            raise UserError(f"{self.path} is damaged or no checkpoint: {error!r}") from None
        copy_weights(groups["weights"], weights)
        best = {name: tensor.to(self.device) for name, tensor in groups["best"].items()}
        return history, best, groups["random"]


def _listed(states: Tensors, part: str) -> list[Tensor]:
    names = [name for name in states if name.startswith(f"{part}/")]
    return [states[f"{part}/{index}"] for index in range(len(names))]


def _apart(tensors: Tensors) -> Tensors:
    """Return the tensors on the CPU, each in memory of its own, as safetensors wants them.

    Weights may share memory without being one parameter, as an encoder's and a decoder's do.
    """
    apart, taken = {}, set()
    for name, tensor in tensors.items():
        tensor = tensor.detach().cpu().contiguous()
        place = tensor.untyped_storage().data_ptr()
        apart[name] = tensor.clone() if place in taken else tensor
        taken.add(place)
    return apart


def _check_shapes(saved: Tensors, current: Tensors) -> None:
    shapes = [{name: (t.shape, t.dtype) for name, t in group.items()} for group in (saved, current)]
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
    missing = [
        name for name in ("identity", "history", "groups", "numbers") if name not in metadata
    ]
    if metadata.get("format") != FORMAT or missing:
        raise UserError(f"{path} is no checkpoint of this version, expected {FORMAT!r}")
    if not isinstance(metadata["identity"], dict):
        raise UserError(f"{path} is damaged or no checkpoint: it says not of which training")
    return tensors, metadata


def _compare(path: Path, saved: dict[str, Any], current: dict[str, Any]) -> None:
    for name, value in json.loads(json.dumps(current)).items():
        if saved.get(name) != value:
            raise UserError(
                f"{path} belongs to another training: {name} was {saved.get(name)}, is now {value}"
            )
