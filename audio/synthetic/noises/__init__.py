"""Noise made by code, of many kinds."""

from audio.synthetic.noises.generator import babble, make
from audio.synthetic.noises.kinds import KINDS

__all__ = ["KINDS", "babble", "make"]
