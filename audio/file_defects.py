"""What is wrong with a sound, or should be known of it: found while it is read."""

import math

import numpy as np

from audio.decoding import PADDING, Header
from common.encodings import shown
from common.i18n import count_of

LOUDEST = 1e6
"""A sample above this, 120 dB over full scale, is no sample."""

FULL_SCALE, CLIPPED_SHARE = 0.9995, 1e-4
OFFSET = 0.01

WHOLE_NUMBERS = 100.0
"""A peak, in full scales, at which floating point seems to hold the whole numbers of integers."""

LATE = 0.05
"""Seconds after the picture at which a sound is said to begin late."""


class Findings:
    """What is wrong with a sound, gathered while it passes."""

    def __init__(self, name: str, header: Header) -> None:
        self.name, self.header, self.rate = name, header, header.sample_rate
        self.problems: list[str] = []
        self.frames = self.samples = self.strange = self.full = 0
        self.first_strange = 0
        self.sum = self.squares = self.peak = 0.0
        self.heard = np.zeros(header.channels, bool)

    def examined(self, block: np.ndarray) -> np.ndarray:
        """Return the block with silence in place of what is no sample."""
        strange = ~(np.abs(block) <= LOUDEST)
        if strange.any():
            if self.strange == 0:
                self.first_strange = self.frames + int(strange.any(0).argmax())
            self.strange += int(strange.sum())
            block = np.where(strange, np.float32(0), block)
        loud = np.abs(block)
        self.peak = max(self.peak, float(loud.max(initial=0)))
        self.heard |= loud.any(axis=1)
        self.full += int((loud >= FULL_SCALE).sum())
        self.sum += float(block.sum(dtype=np.float64))
        self.squares += float(np.square(block, dtype=np.float64).sum())
        self.frames += block.shape[1]
        self.samples += block.size
        return block

    @property
    def level(self) -> float:
        """The power in decibels of full scale, -inf for silence."""
        power = self.squares / max(self.samples, 1)
        return 10 * math.log10(power) if power > 0 else -math.inf

    def notes(self) -> list[str]:
        seconds, said, promised = self.frames / self.rate, [*self.problems], self.header.frames
        if self.header.tracks > 1:
            said.append(f"holds {self.header.tracks} sound tracks: the first was read")
        if self.header.start >= LATE:
            said.append(
                f"its sound begins {self.header.start:.2f} s after the picture: "
                "silence stands there"
            )
        # MP3 pads its first and last frame, and a rounding of a millisecond is no damage.
        if promised is not None and promised - self.frames > max(PADDING, self.rate / 1000):
            said.append(
                f"cut short or damaged: {seconds:.2f} s of the {promised / self.rate:.2f} s "
                "that it promises were read"
            )
        if self.strange:
            count = count_of(self.strange, "sample is no number", "samples are no numbers")
            said.append(
                f"{count}, the first at {self.first_strange / self.rate:.3f} s: taken as silence"
            )
        if self.samples and self.peak == 0:
            said.append("silent from beginning to end")
        elif not self.heard.all() and self.samples:
            silent = ", ".join(str(number + 1) for number in np.flatnonzero(~self.heard))
            said.append(f"nothing is heard in channel {silent} of {len(self.heard)}")
        share = self.full / max(self.samples, 1)
        # Floating point goes on above full scale: whoever has been there was not cut off at it.
        above = self.header.floating and self.peak > 1
        if share > CLIPPED_SHARE and not above:
            said.append(f"clipped: {share:.2%} of its samples stand at full scale")
        if self.peak > WHOLE_NUMBERS:
            said.append(
                f"reaches {self.peak:,.0f} times full scale, as whole numbers in a file of "
                "floating point do"
            )
        offset = self.sum / max(self.samples, 1)
        if abs(offset) > OFFSET * max(1.0, self.peak):
            said.append(f"its mean is {offset:+.3f} and not 0 (an offset)")
        return [f"{shown(self.name)}: {line}" for line in said]
