"""The variable is read with its spaces and capital letters."""

import os

import torch

from common import device
from common.errors import UserError


def pick_device(name="auto"):
    asked, there = str(name).strip().lower(), device.available_devices()
    kinds = [known.partition(":")[0] for known in there]
    variable = os.environ.get(device.VARIABLE) or "auto"
    if asked == "auto" and variable != "auto":
        asked = variable.strip().lower()
    elif asked == "auto":
        return torch.device(kinds[0])
    kind, _, index = asked.partition(":")
    if kind not in kinds or (index and int(index) >= kinds.count(kind)):
        raise UserError(f"{asked} is not there; there are {there}")
    return torch.device(asked)
