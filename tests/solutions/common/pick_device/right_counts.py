"""Counts the devices of each kind."""

import os
from collections import Counter

import torch

from common import device
from common.errors import UserError


def pick_device(name="auto"):
    there = device.available_devices()
    counts = Counter(torch.device(known).type for known in there)
    asked = str(name).lower().strip()
    if asked == "auto":
        asked = os.getenv("STICKSHIFT_DEVICE", "auto").lower().strip() or "auto"
    if asked == "auto":
        return torch.device(torch.device(there[0]).type)
    kind, *number = asked.split(":")
    numbers = [[], *([str(i)] for i in range(counts[kind]))]
    if not counts[kind] or number not in numbers:
        raise UserError(f"no {asked} here, only {' and '.join(there)}")
    return torch.device(asked)
