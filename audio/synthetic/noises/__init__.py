"""Noise made by code, of many kinds."""

from audio.synthetic.noises.kinds import KINDS
from audio.synthetic.noises.making import babble, make

__all__ = ["KINDS", "babble", "make"]
