"""The usual line of tutorials: CUDA or the CPU."""

import torch

from common import device


def pick_device(name="auto"):
    if name != "auto":
        return torch.device(name)
    return torch.device("cuda" if "cuda" in device.available_devices() else "cpu")
