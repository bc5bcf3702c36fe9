"""Which device to use."""

import os

import torch

from common.errors import UserError
from common.exercises import exercise

VARIABLE = "STICKSHIFT_DEVICE"


def available_devices() -> list[str]:
    """Return the names of this computer's devices, the best first; the CPU is always the last.

    One accelerator goes by its kind alone (`cuda`, `mps`, `xpu`), several by number (`cuda:0`,
    `cuda:1`). What counts as an accelerator is PyTorch's own decision (`torch.accelerator`).

    >>> available_devices()[-1]
    'cpu'
    """
    accelerator = torch.accelerator.current_accelerator()
    if accelerator is None or not torch.accelerator.is_available():
        return ["cpu"]
    kind = accelerator.type
    count = torch.accelerator.device_count()
    if count == 1:
        return [kind, "cpu"]
    return [f"{kind}:{index}" for index in range(count)] + ["cpu"]


@exercise(points=10, minutes=20, difficulty=2, uses="PyTorch", lesson="Loop")
def pick_device(name: str | torch.device = "auto") -> torch.device:
    """Return `torch.device(name)` if this computer has it; `auto` is the best there is.

    name: a text or a torch.device.

    What is there, `available_devices()` says: names such as ["cuda", "cpu"], or, with several
    accelerators, ["cuda:0", "cuda:1", "cpu"], the best first. Ask it at every call.

    - Capital letters and spaces around a name mean nothing: " CPU " is "cpu".
    - A name is there if it is in the list, or if it is the kind of one that is: "cuda" where
      "cuda:0" is, and "cuda:0" where the only one is called "cuda"; these two are then one
      device, and either answer is right.
    - "auto" takes what the environment variable STICKSHIFT_DEVICE names (its name is in the
      constant VARIABLE), and if that is not set, is empty, or is "auto" itself, the kind of the
      first of the list: "cuda" for "cuda:0", so that PyTorch's current device counts.
    - A name given in the call goes before the variable.
    - A `torch.device` may be given in the place of a name.

    A part of a name is no name: "cu" is not there where "cuda" is.

    Raises UserError, of common.errors, for a device that is not on this computer. Its message
    holds the name that was asked for and the names of all devices that are there. Where the name
    came from the variable, the message holds that one, and need not say "auto".

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
    kind, colon, index = asked.partition(":")
    same_kind = [device for device in there if device.partition(":")[0] == kind]
    if not same_kind or (colon and index not in map(str, range(len(same_kind)))):
        raise UserError(
            f"device {asked!r}{source} is not on this computer; there are: {', '.join(there)}"
        )
    return torch.device(asked)
