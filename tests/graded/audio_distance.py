"""Checks of a figure of the report: the distance of two spectra in decibels."""

import math

import numpy as np

from common.grading.exercise.expectations import Suspect, expect_array, expect_unchanged
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded.audio_loudness import PROBES
from tests.graded.cases import Later, alike, cases, judged

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


def powers(sound: np.ndarray, window: int, hop: int) -> np.ndarray:
    """(frames, bins) of one clip."""
    shape = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / (window - 1))
    starts = range(0, len(sound) - window + 1, hop)
    spectra = [np.fft.rfft(shape * sound[s : s + window].astype(np.float64)) for s in starts]
    return np.abs(np.array(spectra)) ** 2


def _pairs(inputs: dict) -> list[tuple[np.ndarray, np.ndarray]]:
    shape = inputs["clean"].shape
    rows = [inputs[name].reshape(-1, shape[-1]) for name in ("estimate", "clean")]
    return [
        tuple(powers(sound, inputs["window"], inputs["hop"]) for sound in pair)
        for pair in zip(*rows, strict=True)
    ]


def _frames(decibels: np.ndarray) -> float:
    """The mean of the frames' lengths, each over the root of how many bins there are."""
    lengths = [math.hypot(*frame) / math.sqrt(len(frame)) for frame in decibels.tolist()]
    return math.fsum(lengths) / len(lengths)


def _differences(pairs: list, *, down=1e-6, least=LOWEST, raised=(True, True), floor=None) -> list:
    """Decibels of S over X, of each clip."""
    found = []
    for x, s in pairs:
        own = max(down * s.max(), least) if floor is None else floor
        x, s = (np.maximum(p, own) if up else p for p, up in zip((x, s), raised, strict=True))
        with np.errstate(all="ignore"):
            found.append(10 * np.log10(s / x))
    return found


def distances(inputs: dict) -> np.ndarray:
    return _shaped(inputs, [_frames(d) for d in _differences(_pairs(inputs))])


def _shaped(inputs: dict, values: list) -> np.ndarray:
    return np.array(values, np.float64).reshape(inputs["clean"].shape[:-1])


def mistaken(inputs: dict) -> list[Suspect]:
    """Every mistake with its answer, as many for each case."""
    pairs = _pairs(inputs)
    right = _differences(pairs)
    floors = [max(1e-6 * s.max(), LOWEST) for _, s in pairs]

    def of(measure, decibels=right):
        return Later(lambda: _shaped(inputs, [measure(d) for d in decibels]))

    def other(**changed):
        return Later(lambda: _shaped(inputs, [_frames(d) for d in _differences(pairs, **changed)]))

    own = [
        10 * np.log10(np.maximum(s, floor) / np.maximum(x, max(1e-6 * x.max(), LOWEST)))
        for (x, s), floor in zip(pairs, floors, strict=True)
    ]
    added = [
        10 * np.log10((s + floor) / (x + floor))
        for (x, s), floor in zip(pairs, floors, strict=True)
    ]
    return [
        (FLOOR_ADDED, of(_frames, added)),
        (ONE_ROOT, of(lambda d: np.sqrt(np.square(d).mean()))),
        (FRAMES_FIRST, of(lambda d: _frames(d.T))),
        (NO_ROOT, of(lambda d: np.square(d).mean())),
        (SIZES, of(lambda d: np.abs(d).mean())),
        (TWENTY, of(lambda d: 2 * _frames(d))),
        (NATURAL, of(lambda d: math.log(10) * _frames(d))),
        (NATURAL, of(lambda d: math.log(10) / 10 * _frames(d))),
        (ESTIMATE_BARE, other(raised=(False, True))),
        (CLEAN_BARE, other(raised=(True, False))),
        (OWN_FLOORS, of(_frames, own)),
        (BATCH_FLOOR, other(floor=max(floors))),
        (SIXTY_AMPLITUDE, other(down=1e-3)),
        (NO_LOWEST, other(least=0.0)),
        (REDUCED, Later(lambda: np.array(np.mean([_frames(d) for d in right])))),
    ]


def judge_case(inputs: dict, output) -> None:
    what = Text("the distance is not right", "расстояние неверное")
    try:
        expect_array(output["distance"], distances(inputs), what=what, dtype="float64")
        for name in ("estimate", "clean"):
            expect_unchanged(output[name], inputs[name], name)
    except Wrong as wrong:
        wrong.given = described(inputs)
        raise


judge_distance = judged(
    judge_case,
    mistaken,
    right=distances,
    agrees=lambda inputs, output, known: alike(output["distance"], known),
)


def described(inputs: dict) -> str:
    clean = inputs["clean"]
    return (
        f"estimate, clean: {clean.dtype} {clean.shape}\n"
        f"window = {inputs['window']}, hop = {inputs['hop']}"
    )


def _drawn(rng, *shape: int, window=128, hop=64, dtype="float64") -> dict:
    """Sounds of the low tones alone, so that high up there is next to nothing; levels differ."""
    time = np.arange(shape[-1])
    turns = rng.uniform(0.02, 0.1, (*shape[:-1], 2, 1))
    tones = np.sin(2 * np.pi * turns * time + rng.uniform(0, 6, turns.shape)).sum(-2)
    level = 10 ** rng.uniform(-2, 0, (*shape[:-1], 1))
    swell = 0.1 + np.sin(np.pi * time / shape[-1] * rng.uniform(1, 3, (*shape[:-1], 1))) ** 2
    clean = level * swell * (tones + 10**-2.5 * rng.normal(size=shape))
    estimate = level * rng.uniform(0.4, 0.9) * swell * (tones + 10**-3.2 * rng.normal(size=shape))
    return {
        "estimate": estimate.astype(dtype),
        "clean": clean.astype(dtype),
        "window": window,
        "hop": hop,
    }


def _one(rng):
    return _drawn(rng, int(rng.integers(1000, 1500)))


def _batch(rng):
    return _drawn(rng, int(rng.integers(3, 6)), 900)


def _square(rng):
    """As many clips as frames, and as frames bins."""
    return _drawn(rng, 17, 32 + 16 * 8, window=32, hop=8)


def _axes(rng):
    return _drawn(rng, 2, 3, 500, window=int(rng.choice([64, 100, 200])), hop=50)


def _narrow(rng):
    """Float32 comes in; the usual window."""
    return _drawn(rng, 2, 2000, window=512, hop=256, dtype="float32")


def _silences(rng):
    """A clean clip that is silent: for digital silence, for a trace of sound, for a sound."""
    inputs = _drawn(rng, 4, 600)
    clean, estimate = inputs["clean"], inputs["estimate"]
    clean[:3] = estimate[0] = 0
    estimate[1] *= 1e-5
    order = rng.permutation(4)
    return inputs | {"clean": clean[order], "estimate": estimate[order]}


def _muted(rng):
    """Estimates that are silent, or in part."""
    inputs = _drawn(rng, 3, 900)
    inputs["estimate"][0] = 0
    inputs["estimate"][1, 300:700] = 0
    return inputs


def _fixed(draw, *arguments, **more) -> dict:
    return draw(np.random.default_rng(6), *arguments, **more)


def _about_the_floor():
    """White noise about LOWEST and about 60 dB below a tone, so that many cells are raised."""
    rng = np.random.default_rng(8)
    inputs = _drawn(rng, 4, 700)
    hiss = rng.normal(size=(2, 4, 700)) * np.array([1e-6, 3e-6, 1e-3, 3e-3])[:, None]
    tone = np.sin(0.9 * np.arange(700)) * np.array([0, 0, 1, 1])[:, None]
    return inputs | {"clean": tone + hiss[0], "estimate": 0.7 * tone + 2 * hiss[1]}


ONE = cases(_one, _fixed(_drawn, 128), _fixed(_drawn, 129), _fixed(_drawn, 191))
BATCH = cases(_batch, _fixed(_drawn, 1, 300), _about_the_floor())
SQUARE = cases(_square, _fixed(_square))
AXES = cases(
    _axes,
    _fixed(_drawn, 2, 1, 3, 200, window=33, hop=40),
    _fixed(_drawn, 2, 400, window=64, hop=100),
)
NARROW = cases(_narrow, _fixed(_drawn, 512, window=512, hop=256, dtype="float32"))
MUTED = cases(_muted, _fixed(_muted))
SILENCES = cases(_silences, _fixed(_silences))

_DISTANCE = f"{PROBES}:log_spectral_distance"
DISTANCE = ExerciseSpec(
    "audio.metrics.log_spectral_distance",
    Text("How far from the clean sound", "Насколько далеко до чистого звука"),
    """
    Верните расстояние между двумя спектрами в децибелах, по числу на каждую запись.

        среднее по кадрам от  √ среднего по частотам от  (10 · log10(|S|² / |X|²))²

    S — спектр чистой записи, X — оценки. |S|² и |X|² даёт `power_spectra`. До сравнения слишком
    малые мощности и там и там поднимают до порога: насколько тиха тишина, никто не слышит. Порог
    на 60 дБ ниже самой громкой клетки чистой записи, это миллионная доля её мощности, и у каждой
    записи он свой; но он не меньше LOWEST.

    estimate, clean: (..., samples), float32 или float64, не короче окна: одна запись, батч или
    любые другие оси впереди. Ответ — float64, у него остаются только оси впереди.

    Так звуки сравнивали Грей и Маркел: Gray, Markel, «Distance measures for speech processing»
    (1976).
    """,
    (
        Text(
            "power_spectra gives (..., frames, bins). Which of the two axes does each mean take, "
            "and which axes does the largest cell of a clip lie on?",
            "power_spectra даёт (..., кадры, частоты). По какой из этих осей берётся каждое "
            "среднее и по каким осям искать самую громкую клетку записи?",
        ),
        Text(
            "Count axes from the end, -1 and -2, and any number of them may stand in front. "
            "max over both with keepdims=True gives a floor that spreads over the clip; np.maximum "
            "raises what lies below.",
            "Считайте оси с конца, -1 и -2, тогда впереди их может быть сколько угодно. max по "
            "обеим с keepdims=True даёт порог, который растянется по записи; np.maximum поднимет "
            "то, что ниже.",
        ),
    ),
    (
        Check("one", Text("one clip", "одна запись"), ONE, _DISTANCE, judge_distance),
        Check("batch", Text("clips of all levels", "записи разной громкости"), BATCH, _DISTANCE,
              judge_distance),
        Check("square", Text("all axes of one length", "все оси одной длины"), SQUARE, _DISTANCE,
              judge_distance),
        Check("axes", Text("more axes, other windows", "больше осей, другие окна"), AXES,
              _DISTANCE, judge_distance),
        Check("float32", Text("float32 comes in", "на входе float32"), NARROW, _DISTANCE,
              judge_distance),
        Check("muted", Text("an estimate with holes", "оценка с провалами"), MUTED, _DISTANCE,
              judge_distance),
        Check("silences", Text("a clean clip that is silent", "чистая запись — тишина"), SILENCES,
              _DISTANCE, judge_distance),
    ),
)  # fmt: skip
