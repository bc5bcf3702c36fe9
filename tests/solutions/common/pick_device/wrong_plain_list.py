"""A kind without its number is not found in the list."""

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
    if asked not in there:
        raise UserError(f"{asked} is not there; there are {there}")
    return torch.device(asked)
