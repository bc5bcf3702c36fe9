"""One batch through a network, and hardly anything around it."""

import torch
from torch import Tensor

from common.device import pick_device
from common.pipeline import Pipeline, refuse_non_finite


def output_of(pipeline: Pipeline, inputs: tuple[Tensor, ...]) -> Tensor:
    """Return a loaded network's raw output for one batch, on the CPU: that of the pipeline.

    The network is in evaluation, as loading leaves it.

    Raises:
        UserError: the output is not finite.
    """
    model, device = pipeline.model, pick_device(pipeline.settings.device)
    own = next(model.parameters()).device
    if own.type != device.type or device.index not in (None, own.index):
        model.to(device)
    with torch.inference_mode():
        return refuse_non_finite(model(*(tensor.to(device) for tensor in inputs)).cpu())
