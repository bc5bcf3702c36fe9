"""`torch.compile`: a network's operations put together into fewer and larger ones.

It takes seconds to minutes before the first step, and again for inputs of another shape. The
network itself stays as it is: what is compiled stands beside it, so weights keep their names.
"""

import sys
import time
from typing import Any

import torch
from torch import nn
from tqdm import tqdm

from common.errors import UserError

BACKEND = "inductor"
"""What compiles: PyTorch's own, which writes C++ for the processor and Triton for a card."""


class Compiled(nn.Module):
    """A network's call, compiled when it is used first, and tells whoever waits how long it took.

    Args:
        model: the network, which stays as it is.
        told: whether anybody is told.
    """

    def __init__(self, model: nn.Module, *, told: bool = False) -> None:
        super().__init__()
        self.network: Any = torch.compile(model, backend=BACKEND)
        self.told = told
        self._used: set[bool] = set()
        self._first_step: float | None = None

    def forward(self, *inputs: Any) -> Any:
        if not self.told:
            return self.network(*inputs)
        training = self.network._orig_mod.training
        now = time.perf_counter()
        if training and self._first_step is not None:  # with the way back, compiled by itself
            self._tell(f"the first step took {now - self._first_step:.0f} s with its compiling")
            self._first_step = None
        if training in self._used:
            return self.network(*inputs)
        self._used.add(training)
        what = "training" if training else "validation"
        self._tell(f"compiling the network for {what}: that takes seconds to minutes")
        output = self.network(*inputs)
        if training:
            self._first_step = now
        else:
            self._tell(f"compiled for {what} after {time.perf_counter() - now:.0f} s")
        return output

    def _tell(self, line: str) -> None:
        tqdm.write(line, file=sys.stderr)  # above the bar of the training


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
