"""Lets torch.device read the name, and looks for its kind and number among those that are there."""

import os

import torch

from common import device
from common.errors import UserError


def pick_device(name="auto"):
    there = [torch.device(known) for known in device.available_devices()]
    words = [str(name), os.environ.get("STICKSHIFT_DEVICE", "")]
    words = [word.strip().lower() for word in words]
    named = words[0] if words[0] != "auto" else words[1]
    if named in ("", "auto"):
        return torch.device(there[0].type)
    for place in there:
        alike = [other for other in there if other.type == place.type]
        if named == place.type:
            return torch.device(named)
        for number in range(len(alike)):
            if named == f"{place.type}:{number}":
                return torch.device(place.type, number)
    raise UserError(f"{named}: this computer has {' '.join(map(str, there))}")
