"""What the trainer says where PyTorch would speak of its insides: types, modes, single rows."""

import inspect
import re
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn

from common.errors import UserError
from common.training.target_messages import explain_target
from common.training.tensors import SQUEEZED, an
from common.training.weighting import FunctionLoss

# How PyTorch's messages name types, "Float" and "Long" among them, where two do not fit together.
OF_TYPES = ("dtype", "scalar type", "same type", "output type", "type Long", "Input type")
NAMES = {torch.int64: "Long", torch.int32: "Int", torch.uint8: "Byte", torch.bool: "Bool"}
"""Of the types of targets, those of which a message is to speak, or it is not about the targets."""
OF_SPARSE = ("does not support sparse gradients", "'SparseCPU' backend", "'SparseCUDA' backend")
OF_OUTPUTS = re.compile(r"'(\w+)' object has no attribute|must be Tensor, not (\w+)")
OF_UNEVEN = re.compile(
    r"stack expects each tensor to be equal size, but got (\[.*?\]).*? and (\[.*?\])"
)
OF_UNLIKE = re.compile(
    r"object of type '(\w+)' has no len|each element in list of batch should be of equal size"
)
OF_OTHERS = re.compile(r"batch must contain tensors, .*; found <class '.*?(\w+)'>")
OF_STATE = re.compile(r"Expected hidden(\[\d\])? size|hidden size \(")
OF_EMBEDDING = re.compile(r"index out of range in self|which is not in the valid range \[0, \d+\)")
OF_SHAPES = re.compile(
    r"(shapes cannot be multiplied \(.*?\)|to have \d+ channels, but got \d+ channels"
    r"|Given normalized_shape=.*?, expected input|running_mean should contain \d+ elements)"
)
OF_ROWS = re.compile(r"must match the size of tensor|Expected input batch_size \(")
OF_NUMPY = "Can't call numpy() on Tensor that requires grad"
OF_ARGUMENTS = re.compile(r"takes (exactly )?(\d+|from \d+ to \d+) positional arguments?")
OF_NO_GRADIENT = "does not require grad and does not have a grad_fn"
OF_EARLIER_GRAPH = "Trying to backward through the graph a second time"
FAILED = object()
LONE_ROW = "Expected more than 1 value per channel when training"


OF_PYTORCH = (RuntimeError, TypeError, ValueError, IndexError, AttributeError)


@contextmanager
def in_plain_words(
    model: nn.Module, part: str, batch: Callable[[], tuple[Sequence[Tensor], Tensor | None] | None]
) -> Iterator[None]:
    """Say what is wrong with a batch where PyTorch's own message does not; else let that pass.

    Args:
        model: the model that the batch is for.
        part: what the data is called in messages: "training data".
        batch: returns inputs and target of the batch that failed; None if there is none.

    Raises:
        UserError: for types that do not fit, too many or too few inputs, a row alone in a batch.

    >>> X = torch.zeros(2, 3, dtype=torch.float64)
    >>> with in_plain_words(model := nn.Linear(3, 1), "training data", lambda: ([X], None)):
    ...     model(X)
    Traceback (most recent call last):
    common.errors.UserError: the training data: X is a float64 tensor (2, 3), and the model's
    weights are float32; give X.to(torch.float32)
    """
    try:
        yield
    except (*OF_PYTORCH, AssertionError) as error:
        if _asks_for_closure(error):
            said = str(error).splitlines()[0]
            raise UserError(
                f"the optimizer asks for the loss anew within a step ({said}), and this loop "
                "computes it once; choose an optimizer such as AdamW or SGD, or write that loop "
                "yourself"
            ) from error
        if (uneven := OF_UNEVEN.search(str(error))) and "collate" in _where(error):
            raise UserError(
                f"the {part} has rows of different shapes, {uneven[1]} and {uneven[2]}, and a "
                "batch is one tensor: pad them, or give a DataLoader with a collate_fn that does"
            ) from error
        if found := OF_OTHERS.search(str(error)):
            raise UserError(
                f"the {part} yields {found[1]}, expected tensors, arrays or numbers; of a picture, "
                "torch.from_numpy(numpy.array(picture)) makes one"
            ) from error
        if (unlike := OF_UNLIKE.search(str(error))) and "collate" in _where(error):
            what = (
                f"a {unlike[1]} in place of a pair" if unlike[1] else "more in some than in others"
            )
            raise UserError(
                f"the {part} has rows of different kinds, {what}, and a batch is made of like ones"
            ) from error
        if any(words in str(error) for words in OF_SPARSE):
            raise UserError(
                "the model has sparse gradients, which neither clip nor AdamW takes; make the "
                "Embedding with sparse=False, or leave clip out and choose an optimizer such as "
                "torch.optim.SparseAdam or SGD"
            ) from error
        failed = batch()
        reason = explain_failure(model, *failed, error) if failed else ""
        if reason:
            raise UserError(f"the {part}: {reason}") from error
        raise


def explain_failure(
    model: nn.Module, inputs: Sequence[Tensor], target: Tensor | None, error: Exception
) -> str:
    """Return what made the model or its loss fail on a batch, or nothing if that is not known."""
    text = str(error)
    if LONE_ROW in text:
        return (
            "a batch has one row, and BatchNorm cannot learn from one; leave such a batch out "
            "(a DataLoader does with drop_last=True) or choose another batch_size"
        )
    if OF_EARLIER_GRAPH in text:
        return (
            "the model or the loss holds on to what it computed of an earlier batch, such as the "
            "state of a recurrent network; keep it as state.detach()"
        )
    if OF_NO_GRADIENT in text and not torch.is_grad_enabled():
        return (
            f"{type(model).__name__} asks for a gradient on its way, and here there is none: let "
            "that part of its forward stand in torch.enable_grad()"
        )
    if OF_EMBEDDING.search(text) and (reason := _explain_embedding(model, inputs)):
        return reason
    if "'NoneType'" in text and _output_of(model, inputs) is None:
        return f"{type(model).__name__} returns nothing: does its forward lack a return?"
    if OF_NUMPY in text:
        return (
            "the model or the loss leaves PyTorch for NumPy, where no gradient can be followed: "
            "write it of torch's functions"
        )
    if isinstance(error, TypeError) and not takes(model, len(inputs)):
        return (
            f"{len(inputs)} tensors are given for each row, and {type(model).__name__}.forward "
            "takes another number of them; the targets are no part of X"
        )
    if target is not None and len(target) == 1:
        output = _output_of(model, inputs)
        if isinstance(output, Tensor) and _loses_a_lone_row(model, inputs, output):
            return f"{type(model).__name__} gives {an(output)} for a batch of one row; {SQUEEZED}"
    if target is not None and (reason := explain_target(text, target)):
        return reason
    if target is not None and OF_ROWS.search(text):
        output = _output_of(model, inputs)
        if isinstance(output, Tensor) and output.ndim:
            name = type(model).__name__
            if len(output) != len(target):
                return f"{name} gives {len(output)} rows for the {len(target)} of a batch"
            return f"{name} gives {an(output)}, y is {an(target)}, and the loss takes other shapes"
    where = _frames(error)[-1]
    if OF_ARGUMENTS.search(text) and isinstance(where.f_locals.get("self"), FunctionLoss):
        return "the loss is called with prediction and target, and takes another number of them"
    if found := OF_SHAPES.search(text):
        last = inputs[0].ndim == 4 and inputs[0].shape[-1] in (1, 3, 4) and "channels" in text
        hint = "; give X.permute(0, 3, 1, 2)" if last else ""
        return f"X is {an(inputs[0])}, and a layer takes another size ({found[1]}){hint}"
    if found := OF_OUTPUTS.search(text):
        return _explain_outputs(model, inputs, found[1] or found[2])
    if OF_STATE.search(text):
        return (
            f"the state of {type(model).__name__} is of another batch, with more rows or fewer: "
            "the last batch of an epoch may be smaller; a DataLoader with drop_last=True leaves "
            "it out"
        )
    if any(words in text for words in OF_TYPES):
        return _explain_types(model, inputs, target, error)
    return ""


def _explain_types(
    model: nn.Module, inputs: Sequence[Tensor], target: Tensor | None, error: Exception
) -> str:
    """Return which tensor of a batch, the loss or the model is of a type that does not fit."""
    text = str(error)
    types = {weight.dtype for weight in model.parameters() if weight.is_floating_point()}
    if len(types) > 1:
        kinds = " and ".join(sorted(map(_name, types)))
        return f"the model's weights are of several types, {kinds}; model.float() makes them one"
    if not types:
        return ""
    (weights,) = types
    suits, said = f".to({weights})", f"and the model's weights are {_name(weights)}"
    wants_whole = "one of the following scalar types: Long" in text
    # Of several inputs, those of whole numbers may be right as they are: they come last.
    for tensor in sorted(inputs, key=lambda each: not each.is_floating_point()):
        if tensor.is_complex():
            return f"X is {an(tensor)}, {said}; give its parts, as torch.view_as_real(X) does"
        if wants_whole and tensor.is_floating_point() and len(inputs) == 1:
            return f"X is {an(tensor)}, and an Embedding takes whole numbers; give X.long()"
        if tensor.dtype != weights:
            return f"X is {an(tensor)}, {said}; give X{suits}"
    if reason := _explain_loss(error, weights):
        return f"{reason}, {said}; give loss{suits}"
    if target is not None and ("scalar type Long" in text or "to be Long" in text):
        return f"y is {an(target)}, and the loss takes whole numbers; give y.long()"
    if target is not None and target.dtype != weights and NAMES.get(target.dtype, "") in text:
        return f"y is {an(target)}, {said}; give y{suits}"
    for name, tensor in model.named_buffers():
        if tensor.is_floating_point() and tensor.dtype != weights:
            return f"{name} of {type(model).__name__} is {an(tensor)}, {said}; give model{suits}"
    if any(isinstance(frame.f_locals.get("self"), FunctionLoss) for frame in _frames(error)):
        return (
            f"the loss computes with a tensor of another type ({text.splitlines()[0]}), {said}; "
            f"make it one of theirs with {suits}"
        )
    return ""


def _explain_loss(error: Exception, weights: torch.dtype) -> str:
    """Return what a loss holds of another type than the model, such as weights of classes."""
    for frame in _frames(error):
        loss = frame.f_locals.get("self")
        if not isinstance(loss, nn.modules.loss._Loss):
            continue
        for name, tensor in chain(loss.named_buffers(), loss.named_parameters()):
            if tensor.is_floating_point() and tensor.dtype != weights:
                return f"{name} of {type(loss).__name__} is {an(tensor)}"
    return ""


def _explain_embedding(model: nn.Module, inputs: Sequence[Tensor]) -> str:
    """Return which numbers of the inputs no Embedding of a model has a row for, or nothing."""
    tables = [part for part in model.modules() if isinstance(part, (nn.Embedding, nn.EmbeddingBag))]
    for tensor in inputs:
        if not (tables and tensor.numel()) or tensor.is_floating_point() or tensor.is_complex():
            continue
        low, high = int(tensor.min()), int(tensor.max())
        rows = min(table.num_embeddings for table in tables)
        if low < 0 or high >= rows:
            return f"X holds numbers from {low} to {high}, and an Embedding takes 0 to {rows - 1}"
    return ""


def _output_of(model: nn.Module, inputs: Sequence[Tensor]) -> Any:
    """Return what a model gives for a batch, `FAILED` where it fails."""
    try:
        with torch.no_grad():
            return model(*inputs)
    except Exception:
        return FAILED


def _loses_a_lone_row(model: nn.Module, inputs: Sequence[Tensor], output: Tensor) -> bool:
    """Whether the output for a batch of one row lacks a dimension that it has for two."""
    if not output.ndim:
        return True
    two = _output_of(model, [torch.cat([tensor, tensor]) for tensor in inputs])
    return isinstance(two, Tensor) and output.ndim < two.ndim


def _explain_outputs(model: nn.Module, inputs: Sequence[Tensor], kind: str) -> str:
    """Return why something of this kind was taken for a tensor, if that is known."""
    if kind == "Tensor":  # which is what a loss takes: the mistake is within the loss
        return ""
    name, output = type(model).__name__, _output_of(model, inputs)
    if type(output).__name__ == kind:
        return (
            f"{name} returns a {kind}, and the loss takes one tensor; name the one, such as "
            "loss=lambda outputs, y: mse_loss(outputs[0], y)"
        )
    if kind == "tuple" and output is FAILED:
        return (
            f"within {name} a layer returns a tuple and the next takes one tensor; nn.LSTM and "
            "nn.GRU return (outputs, state)"
        )
    return ""


def _asks_for_closure(error: Exception) -> bool:
    """Whether an optimizer failed for want of a function that computes the loss anew."""
    text = str(error)
    if "closure" in text.casefold():
        return "step() missing" in text or any(map(_is_step, _frames(error)))
    frame = _frames(error)[-1]
    return "'NoneType' object is not callable" in text and (
        _is_step(frame) and frame.f_locals.get("closure", 1) is None
    )


def _is_step(frame: FrameType) -> bool:
    """Whether an optimizer was at its step there."""
    owner = frame.f_locals.get("self")
    return frame.f_code.co_name == "step" and isinstance(owner, torch.optim.Optimizer)


def _frames(error: Exception) -> list[FrameType]:
    return [frame for frame, _ in traceback.walk_tb(error.__traceback__)]


def _where(error: Exception) -> str:
    """Return the functions that an error came through; a worker process tells in its message."""
    return " ".join([str(error), *(frame.f_code.co_name for frame in _frames(error))])


def takes(model: nn.Module, inputs: int) -> bool:
    """Whether a model can be called with so many inputs, as far as that can be known.

    >>> takes(nn.Linear(1, 1), 1), takes(nn.Linear(1, 1), 2)
    (True, False)
    """
    try:
        signature = inspect.signature(model.forward)
    except (TypeError, ValueError):  # a compiled one does not say
        return True
    try:
        signature.bind(*range(inputs))
    except TypeError:
        return False
    return True


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
