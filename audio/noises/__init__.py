"""Noise made by code, of many kinds."""

from audio.noises.kinds import KINDS
from audio.noises.making import babble, make

__all__ = ["KINDS", "babble", "make"]
