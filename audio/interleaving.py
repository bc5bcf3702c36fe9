"""Whether samples are those of as many channels as a header says: of fewer, or of two in turn.

A sound of one channel that is called stereo plays twice as fast, and so does one of two that is
called one of four; a stereo one that is called mono plays half as fast. They are heard as a voice
of another size.
"""

import numpy as np

PIECES = 16
"""Into which a sound is cut, so that one click does not decide."""
UNEVEN = 0.15
"""By how much the changes to the next channel and those back may differ, by their sum, where both
are the same step of time. Of one channel it was 0.09 at most, of speech in two at least 0.3."""
SHORTER, BELOW = 0.6, 0.7
"""Power of a step to the other channel, by that of a step of time and by that of the sound, where
it is half a step of time: for a sound, which is smooth, a quarter to a half."""
EQUAL = 0.9
"""Power of one channel by that of the other, where they are one."""
ALIKE = 0.3
"""Share of samples that are nearer to the one behind than to the one before, less the share of the
opposite, where they stand in pairs. Of one channel it was 0.07 at most."""
ROUGH, SMOOTH = 2.2, 0.7
"""Changes of all samples by those of every second one, and those at most, by the power."""
PIECE, MIRRORED = 512, 0.2
"""Samples of a spectrum, and the correlation of its low end with its high end, mirrored, where that
is its image: of drums, a bass and a cymbal at once, it was 0.04, of two sounds in turn 0.2 to 1."""
HEARD, FEWEST_PIECES = 1e-4, 4
"""Power of a piece, by that of the loudest, from which on its spectrum counts; of how many."""
IMAGE = (0.02, 5.0)
"""Power of the highest quarter of a spectrum by that of the lowest, where it is its image."""
TELLING, SURELY = 1e-3, 0.95
"""Power by the mean square, where sums tell it well, and by how much they must be below a limit."""
FEWEST = 4000
"""Samples below which nothing can be told."""

AS_ONE = "sounds as if one channel were taken for two, which plays twice as fast: save it anew"
AS_TWO = "sounds as if two channels were taken for one, which plays half as fast: save it anew"
TWICE = (
    "each of its samples stands twice: two equal channels that were taken for one, or a rate that "
    "was doubled by repeating"
)


def doubt(samples: np.ndarray) -> str:
    """Say that a sound seems to have half as many channels, a third and so on, or twice as many.

    samples: (n, channels). Nothing is said where they are fewer than 4,000.
    """
    if samples.size < FEWEST:
        return ""
    with np.errstate(invalid="ignore"):  # bytes of something else may be signalling NaNs
        known = samples.astype(np.float64, copy=False)
    if not np.isfinite(known).all():
        known = np.nan_to_num(known, posinf=0, neginf=0)
    count = fewer = samples.shape[1]
    for times in (2, 3):
        while fewer % times == 0 and _are_parts(known.reshape(-1, fewer // times), times):
            fewer //= times
    if fewer < count:
        return AS_ONE if count == 2 else as_fewer(fewer, count)
    found = {_two_in_turn(channel) for channel in known.T if channel.any()}
    if len(found) != 1:
        return ""
    (said,) = found
    return said if count == 1 or said != AS_TWO else as_more(count)


def _two_in_turn(row: np.ndarray) -> str:
    """Say that the samples of a channel seem to be those of two in turn."""
    if (row[::2] == row[0]).all():
        return ""
    uneven = _nearer_to_the_next(row)
    if uneven == 1 and not np.diff(row[: len(row) // 2 * 2].reshape(-1, 2)).any():
        held = _nearer_to_the_next(row[::2]) > ALIKE  # each three or four times
        return "" if held else TWICE
    return AS_TWO if abs(uneven) > ALIKE or _has_image(row) else ""


def as_more(count: int) -> str:
    """Say that twice as many channels were taken for so many."""
    return (
        f"sounds as if {2 * count} channels were taken for {count}, which plays half as fast: "
        "save it anew"
    )


def as_fewer(channels: int, count: int) -> str:
    """Say that channels were taken for a larger count."""
    return (
        f"sounds as if it had {channels} of its {count} channels, each spread over "
        f"{count // channels}, so that it plays {count // channels} times as fast: save it anew"
    )


def _are_parts(channels: np.ndarray, times: int) -> bool:
    """Whether each channel (n, channels) that is heard would be torn apart by so many times as
    many."""
    heard = channels[:, channels.any(axis=0)]
    return heard.size > 0 and all(_is_one(row, times) for row in heard.T)


def _is_one(row: np.ndarray, times: int) -> bool:
    """Whether the other channels, so many in all, lie between a sample of the first and its next,
    everywhere."""
    count = len(row) // (times * PIECES) * times * PIECES
    pieces = row[:count].reshape(PIECES, -1)
    steps = np.square(np.diff(pieces))[:, : pieces.shape[1] - times]
    steps = steps.reshape(PIECES, -1, times).mean(1)  # to each of the channels
    time = np.square(pieces[:, times:] - pieces[:, :-times]).mean(1)
    heard, tiny = time > 1e-3 * time.max(), np.finfo(float).tiny
    least, most = steps[heard].min(1), steps[heard].max(1)
    uneven = (most - least) / np.maximum(most + least, tiny)
    step = steps[heard].mean(1) / np.maximum(time[heard], tiny)
    if not heard.any() or np.median(uneven) > UNEVEN or np.median(step) > SHORTER:
        return False
    power = row.reshape(-1, times).var(axis=0)
    smooth = steps.mean() < BELOW * power.mean()  # which a whistle near half the rate is not
    return bool(smooth and power.min() > EQUAL * power.max())


def _nearer_to_the_next(row: np.ndarray) -> float:
    """Return the share of changes from even samples to odd ones that are small beside those from
    odd to even, less the share of the opposite."""
    changes = np.abs(np.diff(row))
    count = len(changes) // 2 * 2
    there, back = changes[0:count:2], changes[1:count:2]
    some = np.count_nonzero(there + back)
    nearer, further = np.count_nonzero(2 * there < back), np.count_nonzero(2 * back < there)
    return nearer / some - further / some if some else 0.0


def _has_image(row: np.ndarray) -> bool:
    """Whether every second sample is smooth and all together are not, as two sounds in turn are.

    Their spectrum has an image of its low end at its high end, of which each line grows loud and
    quiet with its own; a whistle there does not, nor a cymbal that sounds with a bass. Zeros
    between samples make such an image as well.
    """
    if _is_as_smooth(row):
        return False
    channels = row[: len(row) // 2 * 2].reshape(-1, 2)
    power = channels.var(axis=0)
    if power.min() <= 0:
        return False
    smooth = (np.square(np.diff(channels, axis=0)).mean(0) / power).max()
    rough = np.square(np.diff(row)).mean() / row.var()
    if smooth > SMOOTH or rough < ROUGH * smooth:
        return False
    pieces = row[: len(row) // PIECE * PIECE].reshape(-1, PIECE) * np.hanning(PIECE)
    spectra = np.square(np.abs(np.fft.rfft(pieces)))
    quarter = spectra.shape[1] // 4
    low, high = spectra[:, 2:quarter], spectra[:, ::-1][:, 2:quarter]
    powers, tiny = low.sum(1), np.finfo(float).tiny
    heard = powers > HEARD * powers.max()
    if heard.sum() < FEWEST_PIECES:
        return False
    if not IMAGE[0] < np.median(high[heard].sum(1) / powers[heard]) < IMAGE[1]:
        return False
    one, other = (_unlike_others(np.log(part[heard] + tiny)).ravel() for part in (low, high))
    return bool(np.corrcoef(one, other)[0, 1] > MIRRORED)


def _is_as_smooth(row: np.ndarray) -> bool:
    """Whether single sums show that all samples are nearly as smooth as every second one, or more.

    The changes of every second one by their power are, for one half of the samples at least, what
    they are for both together, or more; and a power is at most the mean square.
    """
    even = row[: len(row) // 2 * 2]
    near, far, square = np.diff(row), even[2:] - even[:-2], float(row @ row)
    power = square - float(row.sum()) ** 2 / len(row)
    # What is rough, by the power, times what every second one has to be at most.
    rough, smooth = float(near @ near) * square, ROUGH * float(far @ far) * power
    return power > TELLING * square and rough < SURELY * smooth


def _unlike_others(values: np.ndarray) -> np.ndarray:
    """Return what sets a value (times, lines) apart from others of its time and of its line."""
    return values - values.mean(0) - values.mean(1, keepdims=True) + values.mean()
