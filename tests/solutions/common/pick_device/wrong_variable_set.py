"""Writes what was asked for into the variable."""

import os

import torch

from common import device
from common.errors import UserError


def pick_device(name="auto"):
    asked, there = str(name).strip().lower(), device.available_devices()
    if asked == "auto":
        asked = os.environ.get(device.VARIABLE, "").strip().lower() or "auto"
    kinds = [known.partition(":")[0] for known in there]
    if asked == "auto":
        asked = kinds[0]
    kind = asked.partition(":")[0]
    names = {*there, *kinds, *(f"{known}:0" for known in there if ":" not in known)}
    if kind not in kinds or asked not in names:
        raise UserError(f"{asked} is not there: {', '.join(there)}")
    os.environ[device.VARIABLE] = asked
    return torch.device(asked)
