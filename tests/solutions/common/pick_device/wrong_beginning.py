"""The beginning of a name is taken for the name."""

import os

import torch

from common import device
from common.errors import UserError


def pick_device(name="auto"):
    asked, there = str(name).strip().lower(), device.available_devices()
    if asked == "auto":
        asked = os.environ.get(device.VARIABLE, "").strip().lower() or "auto"
    if asked == "auto":
        return torch.device(there[0].partition(":")[0])
    alone = asked.removesuffix(":0")
    if alone in there:
        return torch.device(asked)
    if any(known.startswith(asked) for known in there):
        return torch.device(asked) if asked in there else torch.device(asked.partition(":")[0])
    raise UserError(f"{asked} is not there; there are {there}")
