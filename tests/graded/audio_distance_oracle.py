"""How far two spectra are apart, and what classic mistakes make of it."""

import math

import numpy as np

from common.grading.exercise.expectations import Suspect
from common.grading.exercise.oracle import Later, oracle
from common.i18n import Mistake

ONE_ROOT = Mistake(
    "one-root",
    "one root over everything; each frame has a root of its own, and then comes the mean",
    "корень один на всё, а нужен корень в каждом кадре и потом среднее",
)
FRAMES_FIRST = Mistake(
    "frames-first",
    "bins and frames have changed places: the mean beneath the root is over bins",
    "перепутаны частоты и кадры: среднее под корнем — по частотам",
)
NO_ROOT = Mistake("no-root", "the root is missing", "забыт корень")
SIZES = Mistake(
    "sizes",
    "this is the mean of sizes; squares beneath a root are asked for",
    "это среднее модулей, а нужны квадраты под корнем",
)
TWENTY = Mistake(
    "twenty",
    "a power becomes decibels by 10 · log10; 20 is for amplitudes",
    "мощность переводят в децибелы через 10 · log10; 20 — для амплитуд",
)
NATURAL = Mistake("natural-log", "decibels are log10, this is ln", "децибелы — это log10, а не ln")
ESTIMATE_BARE = Mistake(
    "estimate-bare",
    "only the clean clip was raised to the floor; the estimate is raised too",
    "до порога подняты мощности только чистой записи, а нужно и у оценки",
)
CLEAN_BARE = Mistake(
    "clean-bare",
    "only the estimate was raised to the floor; the clean clip is raised too",
    "до порога подняты мощности только у оценки, а нужно и у чистой записи",
)
OWN_FLOORS = Mistake(
    "own-floors",
    "each side has a floor of its own; the clean clip's is for both",
    "у каждой стороны свой порог, а порог чистой записи — для обеих",
)
BATCH_FLOOR = Mistake(
    "batch-floor",
    "one floor for the whole batch; each clip has its own",
    "порог один на весь батч, а у каждой записи он свой",
)
SIXTY_AMPLITUDE = Mistake(
    "thousandth",
    "60 dB less is a millionth of the power; a thousandth is for amplitudes",
    "на 60 дБ ниже — это миллионная доля мощности; тысячная — для амплитуд",
)
FLOOR_ADDED = Mistake(
    "floor-added",
    "the floor is added to the powers; the larger of the two is asked for",
    "порог прибавлен к мощностям, а нужно большее из двух",
)
NO_LOWEST = Mistake("no-lowest", "the floor is LOWEST at least", "порог не бывает меньше LOWEST")
REDUCED = Mistake(
    "reduced",
    "the mean over clips was taken as well; one number for each clip is asked for",
    "взято среднее и по записям, а нужно число для каждой записи",
)
LOWEST = 1e-10


@oracle
def powers(sound: np.ndarray, window: int, hop: int) -> np.ndarray:
    """(frames, bins) of one clip."""
    shape = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / (window - 1))
    starts = range(0, len(sound) - window + 1, hop)
    spectra = [np.fft.rfft(shape * sound[s : s + window].astype(np.float64)) for s in starts]
    return np.abs(np.array(spectra)) ** 2


@oracle
def pairs_of(inputs: dict) -> list[tuple[np.ndarray, np.ndarray]]:
    shape = inputs["clean"].shape
    rows = [inputs[name].reshape(-1, shape[-1]) for name in ("estimate", "clean")]
    return [
        tuple(powers(sound, inputs["window"], inputs["hop"]) for sound in pair)
        for pair in zip(*rows, strict=True)
    ]


@oracle
def of_frames(decibels: np.ndarray) -> float:
    """The mean of the frames' lengths, each over the root of how many bins there are."""
    lengths = [math.hypot(*frame) / math.sqrt(len(frame)) for frame in decibels.tolist()]
    return math.fsum(lengths) / len(lengths)


@oracle
def differences(pairs: list, *, down=1e-6, least=LOWEST, raised=(True, True), floor=None) -> list:
    """Decibels of S over X, of each clip."""
    found = []
    for x, s in pairs:
        own = max(down * s.max(), least) if floor is None else floor
        x, s = (np.maximum(p, own) if up else p for p, up in zip((x, s), raised, strict=True))
        with np.errstate(all="ignore"):
            found.append(10 * np.log10(s / x))
    return found


@oracle
def distances(inputs: dict) -> np.ndarray:
    return shaped(inputs, [of_frames(d) for d in differences(pairs_of(inputs))])


@oracle
def shaped(inputs: dict, values: list) -> np.ndarray:
    return np.array(values, np.float64).reshape(inputs["clean"].shape[:-1])


@oracle
def mistaken(inputs: dict) -> list[Suspect]:
    """Every mistake with its answer, as many for each case."""
    pairs = pairs_of(inputs)
    right = differences(pairs)
    floors = [max(1e-6 * s.max(), LOWEST) for _, s in pairs]

    def of(measure, decibels=right):
        return Later(lambda: shaped(inputs, [measure(d) for d in decibels]))

    def other(**changed):
        return Later(lambda: shaped(inputs, [of_frames(d) for d in differences(pairs, **changed)]))

    own = [
        10 * np.log10(np.maximum(s, floor) / np.maximum(x, max(1e-6 * x.max(), LOWEST)))
        for (x, s), floor in zip(pairs, floors, strict=True)
    ]
    added = [
        10 * np.log10((s + floor) / (x + floor))
        for (x, s), floor in zip(pairs, floors, strict=True)
    ]
    return [
        (FLOOR_ADDED, of(of_frames, added)),
        (ONE_ROOT, of(lambda d: np.sqrt(np.square(d).mean()))),
        (FRAMES_FIRST, of(lambda d: of_frames(d.T))),
        (NO_ROOT, of(lambda d: np.square(d).mean())),
        (SIZES, of(lambda d: np.abs(d).mean())),
        (TWENTY, of(lambda d: 2 * of_frames(d))),
        (NATURAL, of(lambda d: math.log(10) * of_frames(d))),
        (NATURAL, of(lambda d: math.log(10) / 10 * of_frames(d))),
        (ESTIMATE_BARE, other(raised=(False, True))),
        (CLEAN_BARE, other(raised=(True, False))),
        (OWN_FLOORS, of(of_frames, own)),
        (BATCH_FLOOR, other(floor=max(floors))),
        (SIXTY_AMPLITUDE, other(down=1e-3)),
        (NO_LOWEST, other(least=0.0)),
        (REDUCED, Later(lambda: np.array(np.mean([of_frames(d) for d in right])))),
    ]
