"""Optimizers: the default one, and which are refused."""

import gc
import inspect
import sys
import traceback
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import ReduceLROnPlateau

from common.errors import UserError
from common.training.tensors import describe

OF_PLATEAU = {"optimizer", "num_bad_epochs", "cooldown_counter", "mode_worse"}
"""Attributes that ReduceLROnPlateau has, and hardly anything else that holds an optimizer."""


def adamw(parameters: list[nn.Parameter], *, lr: float, weight_decay: float) -> torch.optim.AdamW:
    """Return AdamW (Loshchilov and Hutter, 2019), fused into one kernel where that is possible."""
    fused = all(
        parameter.is_floating_point() and parameter.device.type in ("cpu", "cuda", "mps", "xpu")
        for parameter in parameters
    )
    return torch.optim.AdamW(parameters, lr=lr, weight_decay=weight_decay, fused=fused)


def check_optimizer(optimizer: Any) -> None:
    """Raise UserError for what is no function that makes an optimizer."""
    if optimizer is None or (
        callable(optimizer) and not isinstance(optimizer, torch.optim.Optimizer)
    ):
        return
    name = type(optimizer).__name__
    raise UserError(
        f"optimizer={describe(optimizer)}, expected a function that makes one of the list of "
        f"parameters, for example lambda parameters: torch.optim.{name}(parameters, lr=0.01)"
        if isinstance(optimizer, torch.optim.Optimizer)
        else f"optimizer={optimizer!r}, expected a function of the list of parameters"
    )


def made_optimizer(
    make: Callable[..., Any], parameters: list[nn.Parameter], model: nn.Module
) -> torch.optim.Optimizer:
    """Return what a caller's function makes; raise UserError where the loop could not train by it.

    That is one of other parameters or of earlier ones, one whose learning rate has a schedule, and
    one that needs more of its loop than one forward, one backward and one step.
    """
    try:
        optimizer = make(parameters)
    except (TypeError, ValueError) as error:
        *_, (last, _) = traceback.walk_tb(error.__traceback__)
        at = last.f_globals.get("__name__", "")
        if not (last is sys._getframe() or at.startswith("torch.optim")):
            raise  # a mistake within the function, to which the traceback leads
        raise UserError(f"no optimizer could be made: {error}") from error
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise UserError(f"optimizer made {describe(optimizer)}, expected a torch.optim.Optimizer")
    _check_calls(optimizer)
    name, groups = type(optimizer).__name__, optimizer.param_groups
    held = {parameter for group in groups for parameter in group["params"]}
    missing = set(parameters) - held
    if len(missing) == len(set(parameters)):
        raise UserError(
            f"the optimizer has none of the model's parameters to train: make {name} of the list "
            "that the function is given"
        )
    # One of a part of the model is meant so; one that holds others in their place was made before.
    if missing and held - set(model.parameters()):
        names = [name for name, parameter in model.named_parameters() if parameter in missing]
        raise UserError(
            f"the optimizer lacks {', '.join(names[:3])}, and has weights that are none of the "
            f"model's: was it made before a layer was replaced? Make {name} of the list that the "
            "function is given"
        )
    if without := [group.get("lr") for group in groups if group.get("lr") is None]:
        raise UserError(
            f"{name} has lr={without[0]}, and this loop raises and lowers a learning rate: give it "
            "one, lr=0.001 for example"
        )
    if any("initial_lr" in group for group in groups) or _waits_for_plateau(optimizer):
        raise UserError(
            f"{name} has a schedule of its learning rate, and the trainer has its own, one cycle "
            "that rises and falls: give the optimizer without a schedule, its lr as the peak"
        )
    if any(group.get("differentiable") for group in groups):
        raise UserError(f"{name} has differentiable=True, and this loop keeps no graph of a step")
    if any(group.get("maximize") for group in groups):
        raise UserError(
            f"{name} has maximize=True and would raise the loss, and the trainer keeps the epoch "
            "in which it is lowest: give the loss with a minus, without maximize"
        )
    return optimizer


def _check_calls(optimizer: torch.optim.Optimizer) -> None:
    """Raise UserError for an optimizer that is to be called otherwise than this loop calls it."""
    name = type(optimizer).__name__
    closure = inspect.signature(optimizer.step).parameters.get("closure")
    if closure is not None and closure.default is inspect.Parameter.empty:
        raise UserError(
            f"{name} computes the loss several times a step (step(closure)), "
            "and this loop does once; choose an optimizer such as AdamW or SGD, or write that "
            "loop yourself"
        )
    if callable(getattr(optimizer, "train", None)) and callable(getattr(optimizer, "eval", None)):
        raise UserError(
            f"{name} has a train() and an eval() of its own, as those without a schedule have, and "
            "this loop has a schedule and calls neither; choose an optimizer such as AdamW or SGD"
        )
    if not getattr(type(optimizer).step, "hooked", False):  # what PyTorch's __init__ sees to
        raise UserError(
            f"{name} does not call super().__init__(), so that PyTorch does not run the hooks of "
            "its step, which clip and check gradients: let its __init__ call it, or give the "
            "optimizer that it is made around"
        )


def _waits_for_plateau(optimizer: torch.optim.Optimizer) -> bool:
    """Whether a ReduceLROnPlateau holds the optimizer: other schedules leave `initial_lr` there.

    One that nothing holds any more cannot be found, nor can anybody call it.
    """
    return any(
        issubclass(type(holder), ReduceLROnPlateau)
        or (type(holder) is dict and holder.keys() >= OF_PLATEAU)
        for holder in gc.get_referrers(optimizer)
    )


def parameters_of(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    """Return the tensors that the optimizer changes, those of all its groups."""
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]
