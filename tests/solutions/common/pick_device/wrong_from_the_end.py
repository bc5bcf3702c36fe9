"""A number below zero is below the count."""

import os

import torch

from common import device
from common.errors import UserError


def pick_device(name="auto"):
    asked = str(name).strip().lower()
    if asked == "auto":
        asked = os.environ.get(device.VARIABLE, "").strip().lower() or "auto"
    there = device.available_devices()
    if asked == "auto":
        return torch.device(there[0].partition(":")[0])
    kind, colon, index = asked.partition(":")
    count = sum(one.partition(":")[0] == kind for one in there)
    if not count or (colon and not (index.lstrip("-").isdecimal() and int(index) < count)):
        raise UserError(f"{asked} is not there; there are {there}")
    return torch.device(asked)
