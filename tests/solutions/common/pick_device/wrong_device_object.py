"""Takes names alone: a torch.device has no strip()."""

import os

import torch

from common import device
from common.device import VARIABLE
from common.errors import UserError


def pick_device(name="auto"):
    asked = name.strip().lower()
    if asked == "auto":
        asked = os.environ.get(VARIABLE, "").strip().lower() or "auto"
    there = device.available_devices()
    if asked == "auto":
        return torch.device(there[0].partition(":")[0])
    kind, colon, index = asked.partition(":")
    same = [known for known in there if known.partition(":")[0] == kind]
    if not same or (colon and index not in map(str, range(len(same)))):
        raise UserError(f"{asked}: there are {there}")
    return torch.device(asked)
