"""Optimizers: the default one, which are refused, and what is done around a step of theirs."""

import gc
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import ReduceLROnPlateau

from common.errors import UserError
from common.training.tensors import describe


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
        or (type(holder) is dict and {"optimizer", "num_bad_epochs"} <= holder.keys())
        for holder in gc.get_referrers(optimizer)
    )


def parameters_of(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    """Return the tensors that the optimizer changes, those of all its groups."""
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


class LearningRates:
    """The learning rates of an optimizer's groups: at each step their peaks times one factor.

    The peaks are what the groups come with, and are given back with.

    >>> optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(2))], lr=0.5)
    >>> LearningRates(optimizer).scale(0.1)
    >>> optimizer.param_groups[0]["lr"]
    0.05
    """

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self.optimizer = optimizer
        self.peaks = [float(group["lr"]) for group in optimizer.param_groups]
        self.given: list[float] | None = None

    def scale(self, factor: float) -> None:
        """Give each group its peak times this.

        Raises:
            UserError: something else has changed a rate since, or there are other groups now.
        """
        groups = self.optimizer.param_groups
        if len(groups) != len(self.peaks):
            raise UserError(
                f"the optimizer had {len(self.peaks)} groups of parameters when the training "
                f"began, and has {len(groups)} now: give it all of them from the start, frozen "
                "parameters too"
            )
        if self.given and self.given != [group["lr"] for group in groups]:
            raise UserError(
                "the learning rate was changed on the way by something else, such as a schedule, "
                "and the trainer has its own, one cycle that rises and falls: leave the "
                "optimizer's groups alone while it trains"
            )
        self.given = [peak * factor for peak in self.peaks]
        for group, rate in zip(groups, self.given, strict=True):
            group["lr"] = rate

    def give_back(self) -> None:
        """Give each group its peak again: who made the optimizer may train on with it."""
        for group, peak in zip(self.optimizer.param_groups, self.peaks, strict=False):
            group["lr"] = peak


def average_gradients(parameters: Sequence[Tensor], weight: float | Tensor) -> None:
    """Turn gradients of sums over batches of this weight into those of their mean, in place."""
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.grad /= weight


def clipping(parameters: Sequence[Tensor], norm: float) -> Callable[..., None]:
    """Return a pre-hook of an optimizer's step: it shortens the gradient to at most `norm`.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural
    networks", 2013.

    >>> weight = nn.Parameter(torch.zeros(2))
    >>> optimizer = torch.optim.SGD([weight], lr=1.0)
    >>> handle = optimizer.register_step_pre_hook(clipping([weight], norm=1.0))
    >>> weight.grad = torch.tensor([3.0, 4.0])
    >>> optimizer.step()
    >>> weight.data
    tensor([-0.6000, -0.8000])
    """

    def clip(optimizer: torch.optim.Optimizer, *_: Any) -> None:
        nn.utils.clip_grad_norm_(parameters, norm)

    return clip


def all_finite(tensor: Tensor) -> bool:
    """Whether no element is nan or infinite.

    >>> all_finite(torch.tensor([1.0, float("inf")])), all_finite(torch.tensor([1, 2]))
    (False, True)
    """
    return bool(tensor.isfinite().all())


def any_gradient(parameters: Sequence[Tensor]) -> bool:
    """Whether a gradient of some parameters is not 0 somewhere.

    >>> weight = nn.Parameter(torch.zeros(2))
    >>> weight.grad = torch.zeros(2)
    >>> any_gradient([weight])
    False
    """
    gradients = (parameter.grad for parameter in parameters if parameter.grad is not None)
    dense = (each.coalesce().values() if each.is_sparse else each for each in gradients)
    return any(bool(each.any()) for each in dense)


class GradientCheck:
    """Whether every gradient of some parameters is finite.

    All are looked at in one call, as `torch.amp.GradScaler` does on its own way to dividing them
    (here by one, which changes nothing): that takes a third of the time of looking at one by one.
    Complex and sparse gradients, which it does not know, are looked at one by one.

    >>> weight = nn.Parameter(torch.zeros(2))
    >>> weight.grad = torch.tensor([1.0, float("nan")])
    >>> GradientCheck([weight])()
    False
    """

    def __init__(self, parameters: Sequence[Tensor]) -> None:
        self.parameters = parameters
        self.together = all(parameter.is_floating_point() for parameter in parameters)
        self.found, self.one = torch.zeros(()).float(), torch.ones(()).float()

    def __call__(self) -> bool:
        gradients = [grad for p in self.parameters if (grad := p.grad) is not None]
        if self.together:
            try:
                torch._amp_foreach_non_finite_check_and_unscale_(gradients, self.found, self.one)
            except NotImplementedError:  # one of them is sparse
                self.together = False
            else:
                if self.found.item() == 0:  # it is only ever set, and zero already
                    return True
                self.found.zero_()
                return False
        dense = (g.coalesce().values() if g.is_sparse else g for g in gradients)
        return all(map(all_finite, dense))
