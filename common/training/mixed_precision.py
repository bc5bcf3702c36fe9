"""Mixed precision: the model computes in bfloat16 where that is safe, all else in float32."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from common.training.model_state import with_outputs


def in_bf16(model: Callable[..., Any], device: torch.device) -> Callable[..., Tensor]:
    """Return the model's call in mixed precision: autocast to bfloat16, its output in float32."""

    def forward(*inputs: Tensor) -> Tensor:
        with torch.autocast(device.type, dtype=torch.bfloat16):
            output = model(*inputs)
        return with_outputs(Tensor.float, output)

    return forward
