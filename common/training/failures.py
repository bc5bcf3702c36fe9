"""What the trainer says where PyTorch would speak of its insides: types, modes, single rows."""

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

import torch
from torch import Tensor, nn

from common.errors import UserError
from common.training.tensors import describe

# How PyTorch's messages name types, "Float" and "Long" among them, where two do not fit together.
OF_TYPES = ("dtype", "scalar type", "same type", "output type", "type Long", "Input type")
OF_SPARSE = ("does not support sparse gradients", "'SparseCPU' backend", "'SparseCUDA' backend")
OF_OUTPUTS = re.compile(r"'(tuple|list|dict)' object has no attribute|Tensor, not (tuple|dict)")
OUT_OF_BOUNDS = re.compile(r"Target (-?\d+) is out of bounds")
OF_COLUMNS = ("0D or 1D target tensor expected", "multi-target not supported")
OF_PROBABILITIES = "all elements of input should be between 0 and 1"
OF_EMBEDDING = re.compile(r"index out of range in self|which is not in the valid range \[0, \d+\)")
OF_EARLIER_GRAPH = "Trying to backward through the graph a second time"
OF_BOOL = re.compile(r"bool tensors? is not supported|Found dtype Bool|can't be cast to .*Bool")
LONE_ROW = "Expected more than 1 value per channel when training"


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
    except AssertionError as error:
        if "closure" not in str(error).casefold():
            raise
        said = str(error).splitlines()[0]
        raise UserError(
            f"the optimizer asks for the loss anew within a step ({said}), and this loop computes "
            "it once; choose an optimizer such as AdamW or SGD, or write that loop yourself"
        ) from error
    except (RuntimeError, TypeError, ValueError, IndexError, AttributeError) as error:
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
    if OF_EMBEDDING.search(text) and (reason := _explain_embedding(model, inputs)):
        return reason
    if "'NoneType'" in text and _returns_nothing(model, inputs):
        return f"{type(model).__name__} returns nothing: does its forward lack a return?"
    if isinstance(error, TypeError) and not takes(model, len(inputs)):
        return (
            f"{len(inputs)} tensors are given for each row, and {type(model).__name__}.forward "
            "takes another number of them; the targets are no part of X"
        )
    if target is not None and (reason := _explain_target(text, target)):
        return reason
    if outputs := OF_OUTPUTS.search(text):
        return (
            f"{type(model).__name__} returns a {outputs[1] or outputs[2]}, and the loss takes one "
            "tensor; name the one, such as loss=lambda outputs, y: mse_loss(outputs[0], y)"
        )
    if not any(words in text for words in OF_TYPES):
        return ""
    tensors = chain(model.parameters(), model.buffers())
    types = {tensor.dtype for tensor in tensors if tensor.is_floating_point()}
    if len(types) != 1:
        return ""
    (weights,) = types
    suits, said = f".to({weights})", f"and the model's weights are {_name(weights)}"
    wants_whole = "one of the following scalar types: Long" in text
    # Of several inputs, those of whole numbers may be right as they are: they come last.
    for tensor in sorted(inputs, key=lambda each: not each.is_floating_point()):
        if tensor.is_complex():
            return f"X is {_a(tensor)}, {said}; give its parts, as torch.view_as_real(X) does"
        if wants_whole and tensor.is_floating_point() and len(inputs) == 1:
            return f"X is {_a(tensor)}, and an Embedding takes whole numbers; give X.long()"
        if tensor.dtype != weights:
            return f"X is {_a(tensor)}, {said}; give X{suits}"
    if target is None:
        return ""
    if "scalar type Long" in text or "to be Long" in text:
        return f"y is {_a(target)}, and the loss takes whole numbers; give y.long()"
    if target.dtype == weights:
        return ""
    return f"y is {_a(target)}, {said}; give y{suits}"


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


def _returns_nothing(model: nn.Module, inputs: Sequence[Tensor]) -> bool:
    try:
        with torch.no_grad():
            return model(*inputs) is None
    except Exception:
        return False


def _explain_target(text: str, target: Tensor) -> str:
    """Return what made a loss of numbers, of classes or of probabilities fail, or nothing."""
    if target.dtype == torch.bool and OF_BOOL.search(text):
        return f"y is {_a(target)}, and the loss computes with numbers; give y.float()"
    if found := OUT_OF_BOUNDS.search(text):
        named = int(found[1])
        unknown = f"; rows without a class: CrossEntropyLoss(ignore_index={named})"
        return (
            f"y holds the class {named}, for which the model has no output; classes are 0, 1, 2, …"
            f"{unknown if named < 0 else ''}"
        )
    if any(words in text for words in OF_COLUMNS):
        return f"y is {_a(target)}, and the loss takes one class for each row; give y.squeeze(1)"
    if OF_PROBABILITIES in text:
        return (
            "the loss takes probabilities, and the model's output is not between 0 and 1; end it "
            "with nn.Sigmoid, or better, take BCEWithLogitsLoss"
        )
    return ""


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


def _a(tensor: Tensor) -> str:
    words = describe(tensor)
    return f"an {words}" if words[0] in "aeiou" and not words.startswith("u") else f"a {words}"
