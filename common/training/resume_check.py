"""What must be equal for one training to go on from the checkpoint of another, in words."""

from dis import get_instructions
from functools import partial
from hashlib import sha256
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from common.training.model_state import weights_of
from common.training.weighting import FunctionLoss

if TYPE_CHECKING:
    from common.trainer import Trainer

MUST_AGREE = (
    *("lr", "epochs", "batch_size", "seed", "monitor", "higher_is_better", "weight_decay"),
    *("clip", "accumulate", "bf16", "patience", "deterministic"),
)


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
        "the layers": _layers(trainer.model),
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


def _layers(model: nn.Module) -> list[str]:
    """Return the settings of PyTorch's own layers, such as a dropout's share, with their names."""
    return [
        f"{name}: {type(layer).__name__}({layer.extra_repr()})"
        for name, layer in model.named_modules()
        if type(layer).__module__.startswith("torch.nn.modules")
    ]


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
    if isinstance(loss, FunctionType) and not loss.__module__.startswith("torch."):
        return f"{loss.__name__} ({_digest(_code_of(loss.__code__) + _bound_to(loss))})"
    name = getattr(loss, "__name__", None) or str(loss).replace("\n", " ").partition(" at 0x")[0]
    settings = [_settings(part) for part in loss.modules()] if isinstance(loss, nn.Module) else []
    return ": ".join([name, *filter(None, settings)])


def _code_of(code: CodeType) -> list[Any]:
    """Return what a function does: two lambdas have the same name."""
    constants = [_code_of(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts]
    return [code.co_code, constants, code.co_names]


def _bound_to(function: FunctionType) -> list[Any]:
    """Return the numbers and texts that a function has from where it was made.

    Not those that it changes itself, as a counter: they are no settings.
    """
    changed = {one.argval for one in get_instructions(function) if one.opname == "STORE_DEREF"}
    names = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    cells = [cell.cell_contents for name, cell in names if name not in changed]
    values = [*cells, *(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    return [value for value in values if isinstance(value, (int, float, str))]


def _settings(loss: nn.Module) -> str:
    """Return the settings of one of PyTorch's losses, which its text does not hold."""
    if type(loss).__module__ != "torch.nn.modules.loss":
        return ""
    shown = {name: value for name, value in vars(loss).items() if name[0] != "_"}
    settings = {n: value for n, value in shown.items() if isinstance(value, (int, float, str))}
    settings |= {name: _digest(buffer.tolist()) for name, buffer in loss.named_buffers()}
    return ", ".join(f"{name}={value}" for name, value in settings.items())
