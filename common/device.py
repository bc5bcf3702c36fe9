"""Which device to use."""

import os

import torch

from common.errors import UserError

VARIABLE = "STICKSHIFT_DEVICE"


def available_devices() -> list[str]:
    """Return the names of this computer's devices, the best first; the CPU is always the last.

    One accelerator goes by its kind alone (`cuda`, `mps`, `xpu`), several by number (`cuda:0`,
    `cuda:1`). What counts as an accelerator is PyTorch's own decision (`torch.accelerator`).

    >>> available_devices()[-1]
    'cpu'
    """
    if not torch.accelerator.is_available():
        return ["cpu"]
    kind = torch.accelerator.current_accelerator().type
    count = torch.accelerator.device_count()
    if count == 1:
        return [kind, "cpu"]
    return [f"{kind}:{index}" for index in range(count)] + ["cpu"]


def pick_device(name: str | torch.device = "auto") -> torch.device:
    """Return the device that goes by `name`; `auto` is the best there is.

    `auto` takes an accelerator (CUDA, then Apple, as PyTorch itself finds them) before the CPU,
    unless the environment variable STICKSHIFT_DEVICE names another device. A name given in the
    call or on the command line goes before the variable.

    Raises UserError for a device that is not on this computer, and says which are.

    >>> pick_device("cpu")
    device(type='cpu')
    """
    asked = str(name).strip().lower()
    source = ""
    if asked == "auto":
        asked = os.environ.get(VARIABLE, "").strip().lower() or "auto"
        source = f" (from the variable {VARIABLE})"
    there = available_devices()
    if asked == "auto":
        return torch.device(there[0].partition(":")[0])
    kind, _, index = asked.partition(":")
    same_kind = [device for device in there if device.partition(":")[0] == kind]
    if not same_kind or (index and index not in map(str, range(len(same_kind)))):
        raise UserError(
            f"device {asked!r}{source} is not on this computer; there are: {', '.join(there)}"
        )
    return torch.device(asked)
