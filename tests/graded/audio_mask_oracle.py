"""The sound that masked spectra make, and what classic mistakes make of it."""

import numpy as np

from common.grading.exercise.expectations import Suspect
from common.grading.exercise.oracle import Later, oracle
from common.i18n import Mistake
from tests.graded.audio_pieces import BINS, HOP, WINDOW

NO_LEAST = Mistake(
    "no-least",
    "the mask goes down to 0; it should let MASK_FLOOR through at least",
    "маска доходит до нуля, а должна пропускать хотя бы MASK_FLOOR",
)
CUT_AT_LEAST = Mistake(
    "cut-at-least",
    "the sigmoid is cut off at MASK_FLOOR; MASK_FLOOR + (1 - MASK_FLOOR) · σ squeezes it between",
    "сигмоида обрезана снизу на MASK_FLOOR, а MASK_FLOOR + (1 − MASK_FLOOR) · σ сжимает её "
    "в этот промежуток",
)
LEAST_ADDED = Mistake(
    "least-added",
    "MASK_FLOOR is added to the whole sigmoid, so the mask goes beyond 1",
    "MASK_FLOOR прибавлен к целой сигмоиде, и маска выходит за единицу",
)
PHASE_LOST = Mistake(
    "phase-lost",
    "the phase is gone: multiply the complex spectrum and not its magnitude",
    "фаза пропала: умножать надо комплексный спектр, а не его модуль",
)
NO_WINDOW = Mistake(
    "no-window", "the pieces are not multiplied by the window", "куски не умножены на окно"
)
WINDOW_TWICE = Mistake("window-twice", "the window is applied twice", "окно применено дважды")
OVERFLOW = Mistake(
    "overflow",
    "NaN comes from exp of a large number: infinity by infinity; torch has a safe sigmoid",
    "NaN — от exp большого числа, бесконечность на бесконечность; в torch есть надёжная сигмоида",
)
OTHER_WINDOW = Mistake(
    "other-window",
    "this is another window than self.window",
    "это не self.window, а какое-то другое окно",
)
NO_TAIL = Mistake(
    "no-tail",
    "the tail of the call before is not added to the first samples",
    "к первым отсчётам не прибавлен хвост прошлого вызова",
)
NO_OVERLAP = Mistake(
    "no-overlap",
    "neighbours are not added: each piece has only given its first half",
    "соседние куски не сложены: от каждого взята только первая половина",
)
HALVES_SWAPPED = Mistake(
    "halves-swapped",
    "the halves have changed places: it is the second half of the piece before that is added",
    "половины перепутаны: прибавляется вторая половина предыдущего куска",
)
OLD_TAIL = Mistake(
    "old-tail", "this is the tail that came in", "это тот же хвост, который пришёл на вход"
)
FIRST_TAIL = Mistake(
    "first-tail",
    "this is the second half of the first piece; that of the last one is kept",
    "это вторая половина первого куска, а хранится половина последнего",
)
CLIPS_MIXED = Mistake(
    "clips-mixed",
    "clips and frames are mixed up: each clip's frames come one after another",
    "перепутаны записи и кадры: у каждой записи кадры идут друг за другом",
)
MASK_FLOOR = 0.05
_ANGLE = 2 * np.pi * np.outer(np.arange(BINS), np.arange(WINDOW)) / WINDOW
_TIMES = np.where(np.isin(np.arange(BINS), (0, BINS - 1)), 1, 2)[:, None] / WINDOW
_COSINES = _TIMES * np.cos(_ANGLE)
_SINES = -_TIMES * np.sin(_ANGLE)
"""(bins, WINDOW): what a cell's real and imaginary part give to each sample of a piece."""


@oracle
def sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))


@oracle
def masks(logits: np.ndarray) -> np.ndarray:
    return MASK_FLOOR + (1 - MASK_FLOOR) * sigmoid(logits)


@oracle
def pieces(inputs: dict, *, mask=masks, window=1, phase=True) -> np.ndarray:
    """(clips, frames, WINDOW), as the sum of cosines and sines that the inverse transform is."""
    wide = {name: inputs[name].astype(np.float64) for name in ("real", "imag", "logits", "window")}
    real, imag, let = wide["real"], wide["imag"], mask(wide["logits"])
    if not phase:
        real, imag = np.hypot(real, imag), 0 * imag
    return ((let * real) @ _COSINES + (let * imag) @ _SINES) * wide["window"] ** window


@oracle
def joined(whole: np.ndarray, tail: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Write the pieces into a long row of zeros, each HOP later than the one before."""
    clips, frames, _ = whole.shape
    sound = np.zeros((clips, (frames + 1) * HOP))
    sound[:, :HOP] = tail
    for frame in range(frames):
        sound[:, frame * HOP : frame * HOP + WINDOW] += whole[:, frame]
    return sound[:, :-HOP], sound[:, -HOP:]


@oracle
def calls_of(inputs: dict, one_call) -> np.ndarray:
    """The samples of all calls, one after another, and each new tail behind its samples.

    one_call(part, tail) -> samples, new tail; the next call gets the right tail all the same.
    """
    tail, start, found = inputs["tail"].astype(np.float64), 0, []
    for frames in inputs["calls"]:
        piece = slice(start, start + frames)
        part = inputs | {name: inputs[name][:, piece] for name in ("real", "imag", "logits")}
        found += one_call(part, tail)
        tail, start = joined(pieces(part), tail)[1], start + frames
    return np.concatenate(found, axis=1)


@oracle
def expected_sound(inputs: dict) -> np.ndarray:
    """What all calls give, in one row for each clip."""
    return calls_of(inputs, lambda part, tail: joined(pieces(part), tail))


def each_call(inputs: dict) -> list[tuple[np.ndarray, np.ndarray]]:
    """The samples and the new tail of each call."""
    places = np.cumsum([length for n in inputs["calls"] for length in (n * HOP, HOP)])
    parts = np.split(expected_sound(inputs), places[:-1], axis=1)
    return list(zip(parts[::2], parts[1::2], strict=True))


@oracle
def mistaken(inputs: dict) -> list[Suspect]:
    """Every mistake with its answer, as many for each case."""
    hann = np.sin(np.pi * np.arange(WINDOW) / WINDOW) ** 2
    root = np.sqrt(inputs["window"].astype(np.float64))
    ways = [
        (NO_LEAST, lambda part: pieces(part, mask=sigmoid)),
        (
            CUT_AT_LEAST,
            lambda part: pieces(part, mask=lambda x: np.maximum(sigmoid(x), MASK_FLOOR)),
        ),
        (LEAST_ADDED, lambda part: pieces(part, mask=lambda x: MASK_FLOOR + sigmoid(x))),
        (PHASE_LOST, lambda part: pieces(part, phase=False)),
        (NO_WINDOW, lambda part: pieces(part, window=0)),
        (WINDOW_TWICE, lambda part: pieces(part, window=2)),
        (OTHER_WINDOW, lambda part: pieces(part, window=0) * hann),
        (OTHER_WINDOW, lambda part: pieces(part, window=0) * np.sqrt(hann)),
        (OTHER_WINDOW, lambda part: pieces(part, window=0) * root),
        (HALVES_SWAPPED, lambda part: np.roll(pieces(part), HOP, axis=2)),
    ]

    def whole(way):
        return lambda part, tail: joined(way(part), tail)

    def later(one_call):
        return Later(lambda: calls_of(inputs, one_call))

    def no_overlap(part, tail):
        found = pieces(part)
        return found[:, :, :HOP].reshape(len(found), -1), found[:, -1, HOP:]

    def mixed(part, tail):
        sound, new = joined(pieces(part), tail)
        rows = sound.reshape(-1, len(sound), HOP).swapaxes(0, 1)
        return rows.reshape(sound.shape), new

    def with_tail(choose):
        return lambda part, tail: (joined(pieces(part), tail)[0], choose(pieces(part), tail))

    suspects = [(mistake, later(whole(way))) for mistake, way in ways]
    return [
        *suspects,
        (NO_TAIL, later(lambda part, tail: joined(pieces(part), 0 * tail))),
        (NO_OVERLAP, later(no_overlap)),
        (CLIPS_MIXED, later(mixed)),
        (OLD_TAIL, later(with_tail(lambda found, tail: tail))),
        (FIRST_TAIL, later(with_tail(lambda found, tail: found[:, 0, HOP:]))),
    ]


@oracle
def slopes(inputs: dict) -> np.ndarray:
    """Of the logits: samples and tail, weighted by the inputs' weights, are straight in a mask."""
    frames = inputs["real"].shape[1]
    wide = {name: inputs[name].astype(np.float64) for name in ("real", "imag", "logits", "window")}
    weights = np.concatenate([inputs["weights"], inputs["tail_weights"]], axis=1)
    slope = np.empty(inputs["logits"].shape)
    for frame in range(frames):
        heard = weights[:, frame * HOP : frame * HOP + WINDOW] * wide["window"]
        both = wide["real"][:, frame] * (heard @ _COSINES.T)
        both += wide["imag"][:, frame] * (heard @ _SINES.T)
        share = sigmoid(wide["logits"][:, frame])
        slope[:, frame] = both * (1 - MASK_FLOOR) * share * (1 - share)
    return slope
