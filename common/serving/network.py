"""Batches through a network, hardly anything around it, and what a batch changes in an answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from common.pipeline import Pipeline, refuse_non_finite


@dataclass(frozen=True)
class PipelineInPlace(Pipeline):
    """A pipeline whose network is in evaluation, and on the device where it is to compute.

    It stays so, as `Holder` leaves it. To make sure of that anew for each answer, as another
    pipeline does, one walks through all layers: a tenth of what a small picture takes.
    """

    @classmethod
    def of(cls, pipeline: Pipeline) -> Self:
        return cls(**vars(pipeline))

    def outputs(self, inputs: Any) -> Iterator[Tensor]:
        if isinstance(inputs, Tensor | tuple | Dataset):
            yield from super().outputs(inputs)
            return
        for batch in inputs:
            yield output_of(self, batch if isinstance(batch, tuple) else (batch,))


def output_of(pipeline: Pipeline, inputs: tuple[Tensor, ...]) -> Tensor:
    """Return a loaded network's raw output for one batch, on the CPU: that of the pipeline.

    The network is in evaluation, and on the device where it is to compute, as `Holder` leaves it.

    Raises:
        UserError: the output is not finite.
    """
    model = pipeline.model
    device = next(model.parameters()).device
    with torch.inference_mode():
        return refuse_non_finite(model(*(tensor.to(device) for tensor in inputs)).cpu())


def batch_invariant(pipeline: Pipeline, inputs: tuple[Tensor, ...], sizes: Sequence[int]) -> bool:
    """Whether rows come to the same bits in batches of each of these sizes, in every layer.

    In which order the terms of a sum are added may depend on the size of the batch, and on the
    processor; it does not depend on the numbers. So a few rows tell, where all that layers
    return is compared: the output alone may be rounded to the same.

    Args:
        inputs: what the network takes, rows first; at least as many rows as the largest size.
        sizes: from the one on that all others are compared with.
    """
    first, *others = sizes
    wanted = _all_outputs(pipeline, inputs, first)
    return all(
        torch.equal(found, layer[: len(found)])
        for size in others
        for found, layer in zip(_all_outputs(pipeline, inputs, size), wanted, strict=True)
    )


def _all_outputs(pipeline: Pipeline, inputs: tuple[Tensor, ...], size: int) -> list[Tensor]:
    """Return what each layer said of the rows, batch by batch, and last the network itself."""
    rows, said = len(inputs[0]) // size * size, []

    def note(module: nn.Module, given: Any, found: Any) -> None:
        said.append([one.cpu() for one in (found if isinstance(found, tuple) else (found,))])

    hooks = [module.register_forward_hook(note) for module in pipeline.model.modules()]
    parts: list[list[Tensor]] = []
    try:
        for start in range(0, rows, size):
            said.clear()
            output_of(pipeline, tuple(tensor[start : start + size] for tensor in inputs))
            parts.append([tensor for tensors in said for tensor in tensors])
    finally:
        for hook in hooks:
            hook.remove()
    return [torch.cat(layer) for layer in zip(*parts, strict=True)]
