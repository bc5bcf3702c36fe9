"""The name as text, and no device."""

import os

from common import device
from common.errors import UserError


def pick_device(name="auto"):
    asked, there = str(name).strip().lower(), device.available_devices()
    if asked == "auto":
        asked = os.environ.get(device.VARIABLE, "").strip().lower() or "auto"
    kinds = [known.partition(":")[0] for known in there]
    if asked == "auto":
        return kinds[0]
    kind, _, index = asked.partition(":")
    if kind not in kinds or (index and int(index) >= kinds.count(kind)):
        raise UserError(f"{asked} is not there; there are {there}")
    return asked
