"""Checks of a figure of the report: the distance of two spectra in decibels."""

import numpy as np

from common.grading.exercise.expectations import expect_array, expect_unchanged
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Text
from tests.graded.audio_distance_oracle import distances, mistaken
from tests.graded.audio_loudness import PROBES
from tests.graded.cases import alike, cases, judged


def judge_case(inputs: dict, output) -> None:
    what = Text("the distance is not right", "расстояние неверное")
    try:
        if isinstance(output["distance"], str):
            text = Text("a NumPy array is asked for", "нужен массив NumPy")
            raise Wrong(text, actual=str(output["distance"])[:40], expected="ndarray")
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


def _faint(inputs: dict) -> dict:
    """So faint that LOWEST is the floor of all clips."""
    return inputs | {name: 1e-3 * inputs[name] for name in ("estimate", "clean")}


def _about_the_floor():
    """White noise about LOWEST and about 60 dB below a tone, so that many cells are raised."""
    rng = np.random.default_rng(8)
    inputs = _drawn(rng, 4, 700)
    hiss = rng.normal(size=(2, 4, 700)) * np.array([1e-6, 3e-6, 1e-3, 3e-3])[:, None]
    tone = np.sin(0.9 * np.arange(700)) * np.array([0, 0, 1, 1])[:, None]
    return inputs | {"clean": tone + hiss[0], "estimate": 0.7 * tone + 2 * hiss[1]}


def _times(inputs: dict, *, estimate: float, clean: float) -> dict:
    """Beyond full scale, and further apart than any two sounds that are meant to be alike."""
    return inputs | {
        "estimate": estimate * inputs["estimate"],
        "clean": clean * inputs["clean"],
    }


ONE = cases(
    _one,
    *(_fixed(_drawn, samples) for samples in (128, 129, 191)),
    _times(_fixed(_drawn, 300), estimate=1e6, clean=1.0),
)
BATCH = cases(_batch, _fixed(_drawn, 1, 300), _about_the_floor())
SQUARE = cases(_square, _fixed(_square), _faint(_fixed(_square)))
AXES = cases(
    _axes,
    _fixed(_drawn, 2, 1, 3, 200, window=33, hop=40),
    _fixed(_drawn, 2, 400, window=64, hop=100),
    _fixed(_drawn, 3, 600, window=200, hop=50),
)
NARROW = cases(
    _narrow,
    _fixed(_drawn, 512, window=512, hop=256, dtype="float32"),
    _fixed(_drawn, 1300, window=512, hop=256, dtype="float32") | {"usual": True},
)
MUTED = cases(_muted, _fixed(_muted), _times(_fixed(_muted), estimate=100.0, clean=100.0))
SILENCES = cases(_silences, _fixed(_silences), _times(_fixed(_silences), estimate=1e4, clean=100.0))

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
