"""What is refused before the first step: settings without sense, losses that cannot teach."""

import inspect
import math
import warnings
from collections.abc import Callable, Set
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn

from common.errors import UserError
from common.training.model_state import has_own_train
from common.training.tensors import describe
from common.training.weighting import tried_out


def check_model(model: Any) -> None:
    """Raise UserError for what is no model, or one without weights that could be trained."""
    if isinstance(model, type):
        raise UserError(f"the model is the class {model.__name__}, expected a model made of it")
    if not isinstance(model, nn.Module):
        raise UserError(f"the model is {describe(model)}, expected an nn.Module")
    if not hasattr(model, "_parameters"):
        raise UserError(
            f"{type(model).__name__}.__init__ does not call super().__init__(), which makes a "
            "module a module: let it begin with that"
        )
    parameters = [p for p in model.parameters() if not nn.parameter.is_lazy(p)]
    if any(parameter.is_inference() for parameter in parameters):
        raise UserError(
            "the model was made within torch.inference_mode(), where nothing can be trained: make "
            "it outside"
        )
    if getattr(model.forward, "__func__", None) is nn.Module.forward:
        raise UserError(
            f"{type(model).__name__} has no method called forward, which says what it computes; of "
            "layers one after the other nn.Sequential makes a model"
        )
    for module in model.modules():
        if has_own_train(module) and not _is_switch(module.train):
            raise UserError(
                f"{type(module).__name__}.train takes {inspect.signature(module.train)}, and "
                "PyTorch calls train(True) and train(False) to put a model into training and "
                "out of it: give it another name, or name its parameter mode if it does that"
            )
    tensors = chain(model.named_parameters(), model.named_buffers())
    if absent := [name for name, tensor in tensors if tensor.is_meta]:
        raise UserError(
            f"the model is on the meta device, without weights ({', '.join(absent[:3])}): make it "
            "anew on the CPU, or give it "
            "memory and weights, model.to_empty(device='cpu') and an initialisation"
        )


def check_kind_of_loss(loss: Any) -> None:
    """Raise UserError for a loss's class in place of the loss, and for what is no function."""
    if isinstance(loss, type) and issubclass(loss, nn.Module):
        name = loss.__name__
        raise UserError(f"the loss is the class {name}, expected {name}()")
    if not callable(loss):
        raise UserError(
            f"the loss is {loss!r}, expected a function of prediction and target, such as "
            "nn.MSELoss()"
        )
    called = loss.forward if isinstance(loss, nn.Module) else loss
    try:
        takes = inspect.signature(called)
    except (TypeError, ValueError):  # what is written in C tells nothing
        return
    try:
        takes.bind(None, None)
    except TypeError:
        name = type(loss).__name__ if isinstance(loss, nn.Module) else "the loss"
        raise UserError(
            f"{name} is called with prediction and target, and takes another number of them: "
            f"{takes}; give a function of the two, such as loss=lambda prediction, y: …"
        ) from None


def _learning(module: nn.Module, *, besides: Set[nn.Parameter]) -> list[str]:
    """Return the names of the parameters that are to learn and are none of these."""
    named = module.named_parameters()
    return [name for name, weight in named if weight.requires_grad and weight not in besides]


def _is_switch(train: Callable[..., Any]) -> bool:
    """Whether a method takes what `nn.Module.train` takes, a mode, and can be called with it.

    One with a default tells it by that, another by its name: `train(self, loader)` is none.
    """
    signature = inspect.signature(train)
    try:
        signature.bind(True)
    except TypeError:
        return False
    first = next(iter(signature.parameters.values()))
    return (
        first.kind is first.VAR_POSITIONAL
        or type(first.default) is bool
        or first.annotation in (bool, "bool")
        or first.name.endswith(("mode", "train", "training"))
    )


def check_grown(model: nn.Module, known: Set[nn.Parameter]) -> None:
    """Raise UserError for weights that the first forward made: the optimizer has not got them."""
    made = _learning(model, besides=known)
    if made:
        raise UserError(
            f"the model made {', '.join(made[:3])} in its forward, and the optimizer, which was "
            "made before, would not train that: make it in __init__, or of a layer such as "
            "nn.LazyLinear, or call the model once before the training"
        )


def warn_of_mode(model: nn.Module, *, began_in_training: bool) -> None:
    """Say that a model has left training in its forward; one that leaves evaluation shows there.

    began_in_training: whether it was in training before; if not, its `train` has left it so.
    """
    if model.training:
        return
    how = "puts itself into evaluation in its forward"
    mend = "leave eval() out there: fit and predict see to it"
    if not began_in_training:
        how, mend = "stays in evaluation, as its train() says", "is that meant?"
    warnings.warn(
        f"{type(model).__name__} {how}, so that dropout and BatchNorm do not train; {mend}",
        stacklevel=3,
    )


def check_loss_module(loss: nn.Module, model: nn.Module) -> None:
    """Raise UserError for a loss with weights to learn: the trainer learns the model's alone."""
    own = _learning(loss, besides=set(model.parameters()))
    if own:
        raise UserError(
            f"the loss {type(loss).__name__} has parameters to learn ({', '.join(own[:3])}), and "
            "only the model's are trained and saved; let the model own them too (the same "
            "nn.Parameter or part as an attribute of the model), or freeze them: "
            "loss.requires_grad_(False)"
        )


def check_loss(loss: Any) -> None:
    """Raise UserError for a loss that is not one number, or that nothing can be learned from."""
    if not isinstance(loss, Tensor) or loss.numel() != 1:
        raise UserError(
            f"the loss returned {describe(loss)}, expected a tensor with one number, such as a mean"
        )
    if loss.is_complex():
        raise UserError("the loss is a complex number; take its .abs() or .real")
    if not loss.requires_grad:
        raise UserError(
            "the loss has no gradient: it was computed outside of PyTorch, "
            "or .item(), .detach() or argmax cut it off"
        )


def check_pairing(
    loss: Callable[[Tensor, Tensor], float | Tensor],
    prediction: Tensor,
    target: Tensor,
    name: str = "the loss",
) -> bool:
    """Refuse a loss that silently compares predictions with the targets of other rows.

    Plain arithmetic stretches a prediction of shape (batch, 1) against a target of shape (batch,)
    to (batch, batch), and the model learns the mean; so it does masks (batch, 1, h, w) against
    (batch, h, w), and (batch, k) against (batch,) where k is the batch's size. Such a loss cannot
    tell right pairs from wrong ones; it could if the shapes were equal. Only that proof raises
    UserError: a loss that copes with the two shapes passes. A metric, by its `name`, is looked at
    likewise.

    Returns whether the matter is settled. A batch whose targets are all alike settles nothing, and
    does no harm either: then the next one is to be looked at.
    """
    shapes = (tuple(prediction.shape), tuple(target.shape))
    rows = len(target)
    stretched = _stretched(*shapes)
    if not stretched:
        return rows > 1  # a row alone may pair well by chance
    right = target.detach().to(prediction.dtype)
    order = right.reshape(rows, -1).sum(dim=1).argsort()
    wrong = right.clone()
    wrong[order] = right[order.flip(0)]  # the largest takes the place of the smallest
    tried: AbstractContextManager[None] = (
        tried_out(loss, target.device) if isinstance(loss, nn.Module) else nullcontext()
    )
    with tried, torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if right.numel() < prediction.numel():
                return _keeps_rows_together(loss, prediction, target, order, name)
            as_given = [float(loss(p.reshape(shapes[0]), target)) for p in (right, wrong)]
            as_equal = [float(loss(p, target)) for p in (right, wrong)]
        except UserError:
            raise
        except Exception:  # the loss has an opinion on shapes: it will speak for itself
            return True
    if not math.isclose(*as_given, rel_tol=1e-4):
        return True
    if not all(map(math.isfinite, as_equal)) or math.isclose(*as_equal, rel_tol=1e-2):
        return False
    hint = f"for example y.reshape{(-1, *shapes[0][1:])}"
    if len(shapes[0]) + len(shapes[1]) == 3:
        hint = "for example y.unsqueeze(1), or end the model with nn.Flatten(0)"
    raise UserError(
        f"the model's output has shape {shapes[0]} and the target {shapes[1]}: {name} would "
        f"compare every prediction with every target; give y the model's shape, {hint}"
    )


def _stretched(prediction: tuple[int, ...], target: tuple[int, ...]) -> bool:
    """Whether arithmetic would stretch both against each other, or target over the wrong axis.

    >>> _stretched((8, 1), (8,)), _stretched((8, 1, 6, 6), (8, 6, 6)), _stretched((8, 8), (8,))
    (True, True, True)
    >>> _stretched((8, 1), (8, 1)), _stretched((8, 3), (8, 1)), _stretched((8, 3), (8,))
    (False, False, False)
    """
    if len(prediction) == len(target) or not prediction or not target:
        return False
    try:
        both = math.prod(torch.broadcast_shapes(prediction, target))
    except RuntimeError:
        return False
    sizes = math.prod(prediction), math.prod(target)
    if sizes[0] == sizes[1]:
        return both > sizes[0]
    return len(prediction) == 2 and len(target) == 1 and both == sizes[0] > sizes[1] > 1


def _keeps_rows_together(
    loss: Callable[[Tensor, Tensor], float | Tensor],
    prediction: Tensor,
    target: Tensor,
    order: Tensor,
    name: str,
) -> bool:
    """Refuse a loss of (n, n) predictions and (n,) targets that another order of rows changes."""
    other = order.roll(1)
    if torch.equal(target[order], target[other]):
        return False
    first, again = (float(loss(prediction[order], target[order])) for _ in range(2))
    if first != again or not math.isfinite(first):  # it draws at random
        return True
    moved = float(loss(prediction[other], target[other]))
    apart = float(loss(prediction[order], target[other]))
    if math.isclose(first, moved, rel_tol=1e-4) or math.isclose(first, apart, rel_tol=1e-4):
        return True
    raise UserError(
        f"the model's output has shape {tuple(prediction.shape)} and the target "
        f"{tuple(target.shape)}: {name} pairs predictions with other rows' targets; the model has "
        "as many outputs as a batch has rows, expected one output for each target"
    )
