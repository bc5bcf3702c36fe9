"""Takes a number after a number for a name."""

import os
import re

import torch

from common import device
from common.errors import UserError


def pick_device(name="auto"):
    def tidy(text):
        return re.sub(r"^\s+|\s+$", "", str(text)).casefold()

    there = device.available_devices()
    asked = tidy(name)
    if asked == "auto" and tidy(os.environ.get(device.VARIABLE, "")):
        asked = tidy(os.environ[device.VARIABLE])
    if asked == "auto":
        return torch.device(re.match("[a-z]+", there[0])[0])
    allowed = {re.sub(":.*", "", d) for d in there} | set(there)
    allowed |= {f"{d}:0" for d in there}
    if asked not in allowed:
        raise UserError(f"{asked} is not among {there}")
    return torch.device(asked)
