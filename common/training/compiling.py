"""`torch.compile`: a network's operations put together into fewer and larger ones.

It takes seconds to minutes before the first step, and again for inputs of another shape. The
network itself stays as it is: what is compiled stands beside it, so weights keep their names.
"""

from typing import Any

import torch
from torch import nn

from common.errors import UserError

BACKEND = "inductor"
"""What compiles: PyTorch's own, which writes C++ for the processor and Triton for a card."""


def compiled(model: nn.Module) -> Any:
    """Return a module's call as a module, to be compiled when it is used first."""
    return torch.compile(model, backend=BACKEND)


def check_compiler(device: torch.device) -> None:
    """Raise UserError where nothing can be compiled for a device: it has no compiler, as a rule."""
    torch._dynamo.reset()  # type: ignore[no-untyped-call]
    try:
        torch.compile(_sample, backend=BACKEND)(torch.ones(8, device=device))
    except Exception as error:
        why = " ".join((str(error).strip().splitlines() or [type(error).__name__])[0].split())
        raise UserError(
            f"--compile: nothing can be compiled for {device} here ({why[:200]}); on the processor "
            "that takes a C++ compiler, on a card Triton, too: install them, or leave it out",
            f"--compile: для {device} здесь ничего нельзя скомпилировать ({why[:200]}); для "
            "процессора нужен компилятор C++, для карты ещё и Triton: установите их или не "
            "задавайте эту настройку",
        ) from None


def _sample(x: torch.Tensor) -> torch.Tensor:
    return (x * 2).tanh() + 1
