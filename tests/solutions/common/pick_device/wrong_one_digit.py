"""Knows numbers of one digit alone."""

import os

import torch

from common import device
from common.errors import UserError


def pick_device(name="auto"):
    import re

    there = device.available_devices()
    asked = str(name).strip().lower()
    if asked == "auto":
        asked = os.environ.get(device.VARIABLE, "").strip().lower() or "auto"
    kinds = [d.split(":")[0] for d in there]
    if asked == "auto":
        return torch.device(kinds[0])
    m = re.fullmatch(r"([a-z]+)(?::([0-9]))?", asked)
    if not m or m[1] not in kinds or (m[2] and int(m[2]) >= kinds.count(m[1])):
        raise UserError(f"{asked} not in {', '.join(there)}")
    return torch.device(asked)
