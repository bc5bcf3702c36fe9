"""A device that is not there silently becomes the CPU."""

import os

import torch

from common import device


def pick_device(name="auto"):
    asked, there = str(name).strip().lower(), device.available_devices()
    if asked == "auto":
        asked = os.environ.get(device.VARIABLE, "").strip().lower() or "auto"
    kinds = [known.partition(":")[0] for known in there]
    if asked == "auto":
        return torch.device(kinds[0])
    kind, _, index = asked.partition(":")
    if kind not in kinds or (index and int(index) >= kinds.count(kind)):
        return torch.device("cpu")
    return torch.device(asked)
