"""Lists every name that would be accepted."""

import os

import torch

from common import device
from common.errors import UserError


def pick_device(name="auto"):
    there = device.available_devices()
    kinds = [known.split(":")[0] for known in there]
    names = set(kinds) | {f"{kind}:{i}" for kind in kinds for i in range(kinds.count(kind))}
    for asked in (str(name), os.environ.get(device.VARIABLE, ""), kinds[0]):
        asked = asked.strip().lower()
        if asked in ("auto", ""):
            continue
        if asked in names:
            return torch.device(asked)
        raise UserError(f"{asked!r} not among {', '.join(there)}")
    raise AssertionError
