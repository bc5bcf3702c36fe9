"""What is wrong with a sound, or should be known of it: found while it is read."""

import math

import numpy as np

from audio.decoding import PADDING, Header
from audio.lost_parts import HissWatch, ZeroRun
from common.encodings import shown
from common.i18n import count_of

LOUDEST = 1e6
"""A sample above this, 120 dB over full scale, is no sample."""

FULL_SCALE, CLIPPED_SHARE = 0.9995, 1e-4
OFFSET = 0.01

FLAT_SHARE, LEAST_RUN = 2e-4, 1.5
"""Share of a channel's samples that are its highest, or its lowest, one from which on it was cut
off there, and how many stand together then."""
TOP, TIMES_NEXT, FEWEST_LEVELS, SLOPED = 4, 5, 8, 0.2
"""Levels that are counted; how many times as often as those below it the highest stands where it
was cut off; different levels that waves have on their way there, of which square ones have fewer;
and the share of the waves that have any: of square ones, those while the sound fades."""
CLOSE = 0.9
"""Share of the highest level above which the few samples nearly always hold those levels."""
STEPPED = 0.3
"""Share of the neighbours above half the top, the top aside, that are equal: of waves in steps, as
those of a chip or of few levels are, nearly all, and they have a flat top that nothing cut off."""
COARSE = ("PCM_U8", "PCM_S8")
"""Resolutions in which a whole peak rounds to full scale."""

WHOLE_NUMBERS = 100.0
"""A peak, in full scales, at which floating point seems to hold the whole numbers of integers."""

LOW_BITS, PEAKS = {"PCM_24": (16,), "PCM_32": (24, 16)}, 2
"""By the resolution, those that put into its lower bits make a sound very quiet: its highest sample
is the highest of theirs, or up to so many times less, for speech and music mostly reach nearly full
scale. What is quieter still may well be a room at night."""

LATE = 0.05
"""Seconds after the picture at which a sound is said to begin late."""


class Plateau:
    """The highest level of a channel, and how often it stands beside those right below it.

    >>> sound, flat = np.sin(np.arange(9000.0)), Plateau()
    >>> flat.examine(np.minimum(sound, 0.7))
    >>> flat.is_flat(9000), round(flat.top, 1)
    (True, 0.7)
    """

    def __init__(self) -> None:
        self.top = 0.0
        self.levels: dict[float, int] = {}
        self.runs = self.different = self.waves = self.sloped = 0
        self.neighbours = self.equal = 0

    def examine(self, side: np.ndarray) -> None:
        """Look at samples (n,), turned over to find the lowest level."""
        top = float(side.max(initial=0))
        if top == 0 or (len(self.levels) == TOP and top < min(self.levels)):
            return
        # All that counts is above half the top, a small part of the samples.
        places = np.flatnonzero(side > top / 2)
        upper = side[places]
        close = (np.diff(places) == 1) & (upper[1:] < top) & (upper[:-1] < top)
        self.neighbours += int(close.sum())
        self.equal += int((close & (np.diff(upper) == 0)).sum())
        values, counts = _highest_levels(upper, top)
        if top > self.top:
            self.top, self.runs, self.different, self.waves, self.sloped = top, 0, 0, 0, 0
        if top == self.top:
            self._look_at_waves(places, upper)
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            self.levels[value] = self.levels.get(value, 0) + count
        self.levels = dict(sorted(self.levels.items())[-TOP:])

    def _look_at_waves(self, places: np.ndarray, upper: np.ndarray) -> None:
        """Count the waves, upper half by upper half, that reach the top, and those with a slope.

        places, upper: where the samples above half the top stand, and what they are.
        """
        there = upper == self.top
        self.runs += 1 + int((np.diff(places[there]) > 1).sum())
        wave = np.cumsum(np.diff(places, prepend=places[0]) > 1)
        reaches = np.bincount(wave, there) > 0
        slope = reaches[wave] & ~there
        self.waves += int(reaches.sum())
        self.sloped += len(np.unique(wave[slope]))
        self.different = max(self.different, len(np.unique(upper[slope])))

    def is_flat(self, frames: int) -> bool:
        """Whether so many samples were cut off at the highest level."""
        *lower, highest = self.levels.values() or [0]
        return (
            highest > FLAT_SHARE * frames
            and highest >= LEAST_RUN * self.runs
            and highest > TIMES_NEXT * sum(lower)
            and self.different >= FEWEST_LEVELS
            and self.sloped >= SLOPED * self.waves
            and not self.is_stepped
        )

    @property
    def is_stepped(self) -> bool:
        """Whether waves go up and down in steps, so that a flat top is one of them."""
        return self.equal > STEPPED * self.neighbours

    @property
    def stands_at_full_scale(self) -> bool:
        """Whether the highest level is full scale, and more frequent than others close to it."""
        if self.is_stepped:
            return False
        full = [count for level, count in self.levels.items() if level >= FULL_SCALE]
        return 2 * sum(full[-1:]) > sum(full)


def _highest_levels(upper: np.ndarray, top: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the highest levels of samples, in their order, and how often each stands."""
    values, counts = np.unique(upper[upper > CLOSE * top], return_counts=True)
    if len(values) < TOP:
        values, counts = np.unique(upper, return_counts=True)
    return values[-TOP:], counts[-TOP:]


class Findings:
    """What is wrong with a sound, gathered while it passes.

    doubt: why its samples may be stored in another form, to be told at the end.
    """

    def __init__(self, name: str, header: Header) -> None:
        self.name, self.header, self.rate = name, header, header.sample_rate
        self.problems: list[str] = []
        self.frames = self.samples = self.strange = self.full = 0
        self.first_strange = 0
        self.sum = self.squares = self.peak = 0.0
        self.heard = np.zeros(header.channels, bool)
        self.together = 0
        self.plateaus = [[Plateau(), Plateau()] for _ in range(header.channels)]
        self.doubt, self.fine = "", False
        self.hiss, self.zeros = HissWatch(header), ZeroRun()

    def examined(self, block: np.ndarray) -> np.ndarray:
        """Return the block with silence in place of what is no sample."""
        loud = given = np.abs(block)
        peak = float(loud.max(initial=0))
        if not peak <= LOUDEST:  # NaN neither
            strange = ~(loud <= LOUDEST)
            if self.strange == 0:
                self.first_strange = self.frames + int(strange.any(0).argmax())
            self.strange += int(strange.sum())
            block = np.where(strange, np.float32(0), block)
            loud = np.abs(block)
            given = np.where(strange, np.float32(1), block)  # it is no zero of the file
            peak = float(loud.max(initial=0))
        self.peak = max(self.peak, peak)
        self.heard |= loud.any(axis=1)
        if peak >= FULL_SCALE:
            full = loud >= FULL_SCALE
            self.full += int(full.sum())
            # Three: of a wave that is whole two may be equal, on both sides of its top.
            self.together += int((full[:, 2:] & full[:, 1:-1] & full[:, :-2]).sum())
        self.hiss.examine(block)
        self.zeros.examine(given)
        if self.header.bits and not self.fine:  # lower bits are in use, which are to be 0
            self.fine = bool((block * np.float32(2 ** (self.header.bits - 1)) % 1).any())
        for channel, sides in zip(block, self.plateaus, strict=True):
            sides[0].examine(channel)
            sides[1].examine(-channel)
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
        least = max(0 if self.header.format == "FLAC" else PADDING, self.rate / 1000)
        is_said = any(problem.startswith("cut short") for problem in self.problems)
        if promised is not None and promised - self.frames > least and not is_said:
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
        if not self.header.start and (lost := self.zeros.told(self.rate)):
            said.append(lost)
        if self.doubt:  # what is wrong with its level follows from that
            return [f"{shown(self.name)}: {line}" for line in (*said, self.doubt)]
        share = self.full / max(self.samples, 1)
        # Floating point goes on above full scale: whoever has been there was not cut off at it.
        above = self.header.floating and self.peak > 1
        sides = [side for both in self.plateaus for side in both]
        flat = [side for side in sides if side.is_flat(self.frames)]
        # A slow wave that is whole bends there, and stands as often at the levels right below.
        stands = any(side.stands_at_full_scale for side in sides)
        coarse = self.header.subtype in COARSE
        if share > CLIPPED_SHARE and self.together and stands and not (above or coarse):
            said.append(f"clipped: {share:.2%} of its samples stand at full scale")
        elif flat and ((top := max(one.top for one in flat)) < FULL_SCALE or above or coarse):
            said.append(f"clipped: its samples are cut off at {top:.2f} of full scale")
        if self.peak > WHOLE_NUMBERS and not self.strange:  # else both are bytes of something else
            said.append(
                f"reaches {self.peak:,.0f} times full scale, as whole numbers in a file of "
                "floating point do"
            )
        said += self._low_bits()
        offset = self.sum / max(self.samples, 1)
        if abs(offset) > OFFSET * max(1.0, self.peak):
            said.append(f"its mean is {offset:+.3f} and not 0 (an offset)")
        return [f"{shown(self.name)}: {line}" for line in said]

    def _low_bits(self) -> list[str]:
        """Say that samples are as small as those of fewer bits are that were not shifted up."""
        kind, told = self.header.subtype, self.header.bits
        whole = int(kind[-2:]) if kind in ("PCM_16", "PCM_24", "PCM_32") else 0
        if self.fine and told < whole and 0 < self.peak < 2.0 ** (told - whole) * (1 + 1 / 2**told):
            return [
                f"its {told} bits stand in the lower part of {whole}, which makes it "
                f"{20 * math.log10(2) * (whole - told):.0f} dB too quiet: save it anew"
            ]
        for bits in LOW_BITS.get(self.header.subtype, ()):
            top = 2.0 ** (bits - whole)
            if top / PEAKS < self.peak <= top:
                return [
                    f"is {-20 * math.log10(self.peak):.0f} dB below full scale at its loudest, as "
                    f"{bits} bits in the lower part of {whole} are: is it so quiet?"
                ]
        return []
