"""Whatever is asked for is believed to be there."""

import os

import torch

from common import device


def pick_device(name="auto"):
    asked = str(name).strip().lower()
    if asked == "auto":
        asked = os.environ.get(device.VARIABLE, "").strip().lower() or "auto"
    if asked == "auto":
        asked = device.available_devices()[0].partition(":")[0]
    return torch.device(asked)
