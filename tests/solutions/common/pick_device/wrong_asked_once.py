"""Asks once what is there, and remembers."""

import functools
import os

import torch

from common import device
from common.errors import UserError


@functools.cache
def there_is():
    return device.available_devices()


def pick_device(name="auto"):
    asked = str(name).strip().lower()
    if asked == "auto":
        asked = os.environ.get(device.VARIABLE, "").strip().lower() or "auto"
    there = there_is()
    if asked == "auto":
        return torch.device(there[0].partition(":")[0])
    kind, colon, index = asked.partition(":")
    same = [d for d in there if d.partition(":")[0] == kind]
    if not same or (colon and index not in map(str, range(len(same)))):
        raise UserError(f"device {asked!r}; there are: {', '.join(there)}")
    return torch.device(asked)
