"""The variable overrules the name in the call."""

import os

import torch

from common import device
from common.errors import UserError


def pick_device(name="auto"):
    there = device.available_devices()
    asked = (os.environ.get(device.VARIABLE, "").strip() or str(name)).strip().lower()
    kinds = [known.partition(":")[0] for known in there]
    if asked == "auto":
        return torch.device(kinds[0])
    kind, _, index = asked.partition(":")
    if kind not in kinds or (index and int(index) >= kinds.count(kind)):
        raise UserError(f"{asked} is not there; there are {there}")
    return torch.device(asked)
