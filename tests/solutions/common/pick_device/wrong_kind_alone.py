"""What a name begins with is looked for, so cuda0 is found as well."""

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
        return torch.device(kinds[0])
    kind = next((kind for kind in kinds if asked.startswith(kind)), "")
    number = asked.removeprefix(kind).lstrip(":")
    if not kind or (number and int(number) >= kinds.count(kind)):
        raise UserError(f"{asked} is not there; there are {there}")
    return torch.device(kind, int(number)) if number else torch.device(kind)
