"""Checks of mixing speech and noise at the ratio that is asked for."""

import numpy as np

from common.grading.exercise.expectations import Suspect, expect_tensor, expect_unchanged
from common.grading.exercise.oracle import oracle
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded.audio_loudness import PROBES
from tests.graded.cases import alike, cases, judged

HALF_AS_MANY = Mistake(
    "power-for-amplitude",
    "the gain multiplies samples: take the root of the ratio of powers, dB / 20 and not dB / 10",
    "множитель g стоит при отсчётах: нужен корень из отношения мощностей, дБ / 20, а не дБ / 10",
)
TWICE_AS_MANY = Mistake(
    "amplitude-for-power",
    "10^(dB / 20) is a ratio of amplitudes, and a power stands beside it here",
    "10^(дБ / 20) — отношение амплитуд, а рядом с ним здесь мощности",
)
SIGN = Mistake(
    "sign",
    "the more decibels, the quieter the noise: the sign of the exponent is turned",
    "чем больше децибел, тем тише шум: перепутан знак показателя",
)
WHOLE_BATCH = Mistake(
    "whole-batch",
    "one power for the whole batch; every clip has its own",
    "мощность взята одна на весь батч, а у каждой записи она своя",
)
MEAN_TAKEN_OUT = Mistake(
    "mean-taken-out",
    "this is the variance, without the mean; power is the mean of the squares",
    "это дисперсия, среднее из неё вычтено, а мощность — это среднее квадратов",
)
SPEECH_SCALED = Mistake(
    "speech-scaled",
    "the speech has become louder or quieter; only the noise may",
    "громче или тише стала речь, а меняться должен только шум",
)
BY_PEAK = Mistake(
    "by-peak", "the peaks are compared; the powers are asked for", "сравнены пики, а нужны мощности"
)
NOISE_AS_IT_CAME = Mistake(
    "noise-as-it-came",
    "how loud the noise came does not count here: divide by its power",
    "здесь не учтено, каким громким пришёл шум: делите на его мощность",
)
ONLY_NOISE = Mistake(
    "only-noise", "this is the noise alone, without the speech", "это один шум, без речи"
)
WRONG_PARTNER = Mistake(
    "wrong-partner",
    "clips have got the gain of another clip: (clips,) beside (clips, samples) is read as samples",
    "записи получили чужой множитель: (clips,) рядом с (clips, samples) читается как отсчёты",
)
ROAR = Mistake(
    "roar",
    "a noise below QUIETEST counts as one of QUIETEST; here it was blown up",
    "шум тише QUIETEST считается шумом громкости QUIETEST, а здесь он раздут",
)
FLOOR_ADDED = Mistake(
    "floor-added",
    "QUIETEST is added to how loud the noise is; the larger of the two is asked for",
    "QUIETEST прибавлен к громкости шума, а нужно большее из двух",
)
FLOOR_OF_POWER = Mistake(
    "floor-of-power",
    "QUIETEST is a root mean square; here a power is kept above it",
    "QUIETEST — корень из среднего квадрата, а здесь с ним сравнили мощность",
)
QUIETEST = 1e-5


@oracle
def mixture(inputs: dict, *, gain=None, floor=QUIETEST) -> np.ndarray:
    """Clip by clip and in float64; `gain(p, q, db)`, of powers, makes a mistake of it."""
    rows = []
    for clean, noise, db in zip(inputs["clean"], inputs["noise"], inputs["snr_db"], strict=True):
        clean, noise, db = (np.asarray(x, np.float64) for x in (clean, noise, db))
        loud = np.dot(clean, clean) / clean.size
        loud_noise = max(np.dot(noise, noise) / noise.size, floor**2)
        wanted = loud / 10 ** (db / 10)
        g = np.sqrt(wanted / loud_noise) if gain is None else gain(loud, loud_noise, db)
        rows.append(clean + g * noise)
    return np.array(rows)


@oracle
def added(root: bool):
    """The gain where QUIETEST, or its square, is added to what the noise has."""

    def gain(p: float, q: float, db: float) -> float:
        loud = q**0.5 + QUIETEST if root else (q + QUIETEST**2) ** 0.5
        return p**0.5 / loud / 10 ** (db / 20)

    return gain


@oracle
def mistaken(inputs: dict) -> list[Suspect]:
    """Every mistake with its answer, as many for each case."""
    clean, noise = (inputs[name].astype(np.float64) for name in ("clean", "noise"))
    db, right = inputs["snr_db"].astype(np.float64)[:, None], mixture(inputs)
    rms, rms_noise = (np.sqrt(np.square(x).mean()) for x in (clean, noise))
    peaks = np.abs(clean).max(1) / np.maximum(np.abs(noise).max(1), QUIETEST)
    spread = (clean.std(1) / np.maximum(noise.std(1), QUIETEST))[:, None]
    with np.errstate(all="ignore"):
        gain = (right - clean)[:, :1] / noise[:, :1]
        found = [
            (HALF_AS_MANY, mixture(inputs, gain=lambda p, q, d: p / q / 10 ** (d / 10))),
            (HALF_AS_MANY, mixture(inputs, gain=lambda p, q, d: (p / q) ** 0.5 / 10 ** (d / 10))),
            (TWICE_AS_MANY, mixture(inputs, gain=lambda p, q, d: (p / q / 10 ** (d / 20)) ** 0.5)),
            (SIGN, mixture(inputs, gain=lambda p, q, d: (p / q * 10 ** (d / 10)) ** 0.5)),
            (NOISE_AS_IT_CAME, mixture(inputs, gain=lambda p, q, d: (p / 10 ** (d / 10)) ** 0.5)),
            (NOISE_AS_IT_CAME, mixture(inputs, gain=lambda p, q, d: 10 ** (-d / 20))),
            (WHOLE_BATCH, clean + rms / rms_noise * 10 ** (-db / 20) * noise),
            (MEAN_TAKEN_OUT, clean + spread * 10 ** (-db / 20) * noise),
            (BY_PEAK, clean + peaks[:, None] * 10 ** (-db / 20) * noise),
            (SPEECH_SCALED, clean / gain + noise),
            (ROAR, mixture(inputs, floor=0.0)),
            (FLOOR_ADDED, mixture(inputs, gain=added(root=True), floor=0.0)),
            (FLOOR_ADDED, mixture(inputs, gain=added(root=False), floor=0.0)),
            (FLOOR_OF_POWER, mixture(inputs, floor=QUIETEST**0.5)),
        ]
        square = len(clean) == clean.shape[1]
        other = clean + gain * 10 ** ((db - db.T) / 20) * noise if square else right
        found.append((WRONG_PARTNER, clean + gain.T * noise if square else right))
        found.append((WRONG_PARTNER, other))
    return [*found, (ONLY_NOISE, right - clean)]


def judge_case(inputs: dict, output) -> None:
    what = Text("a sample of the mixture is not right", "отсчёт смеси неверный")
    try:
        expect_tensor(
            output["mixture"],
            mixture(inputs),
            what=what,
            dtype=inputs["clean"].dtype.name,
            graph=False,
            scale=float(np.abs(inputs["clean"]).max(initial=0)),
        )
        for name in ("clean", "noise", "snr_db"):
            expect_unchanged(output[name], inputs[name], name)
    except Wrong as wrong:
        wrong.given = described(inputs)
        raise


judge_mixture = judged(
    judge_case,
    mistaken,
    right=mixture,
    agrees=lambda inputs, output, known: alike(output["mixture"], known),
)


def described(inputs: dict) -> str:
    clean, noise = (
        [f"{np.sqrt(np.square(row.astype(np.float64)).mean()):.2g}" for row in inputs[name][:3]]
        for name in ("clean", "noise")
    )
    return (
        f"clean, noise: {inputs['clean'].dtype} {inputs['clean'].shape}\n"
        f"levels {', '.join(clean)} and {', '.join(noise)}\n"
        f"snr_db {', '.join(f'{db:.1f}' for db in inputs['snr_db'][:3])}"
    )


def _drawn(rng, *, clips: int, samples: int, dtype="float64") -> dict:
    """Speech and noise of all levels, with offsets, far from each other in level."""

    def sounds(low: float, high: float) -> np.ndarray:
        level = 10 ** rng.uniform(low, high, (clips, 1))
        offset = rng.uniform(0.3, 0.9, (clips, 1)) * rng.choice([-1, 1], (clips, 1))
        return (level * (rng.normal(size=(clips, samples)) + offset)).astype(dtype)

    return {
        "clean": sounds(-2, -0.5),
        "noise": sounds(-3, 0.5),
        "snr_db": rng.uniform(-15, 25, clips).astype(dtype),
    }


def _single(rng):
    return _drawn(rng, clips=1, samples=int(rng.integers(20, 60)))


def _batch(rng):
    return _drawn(rng, clips=int(rng.integers(3, 6)), samples=int(rng.integers(30, 70)))


def _square(rng):
    """As many clips as samples, so that a wrong axis raises no error."""
    n = int(rng.integers(5, 8))
    return _drawn(rng, clips=n, samples=n)


def _narrow(rng):
    return _drawn(rng, clips=3, samples=2000, dtype="float32")


def _extreme(rng):
    inputs = _batch(rng)
    clips = len(inputs["clean"])
    return inputs | {"snr_db": rng.choice([-60.0, -40.0, 40.0, 60.0], clips)}


def _silences(rng):
    """No speech, no noise, neither; and what rounding leaves of a noise."""
    inputs = _drawn(rng, clips=5, samples=40, dtype="float32")
    inputs["clean"][0] = inputs["noise"][1] = 0
    inputs["clean"][2] = inputs["noise"][2] = 0
    inputs["noise"][3] *= 1e-7 / np.abs(inputs["noise"][3]).max()
    order = rng.permutation(5)
    return {name: values[order] for name, values in inputs.items()}


def _quiet_noises(dtype: str):
    """Noises about QUIETEST, and about its root and its square; a constant one; one sample."""
    inputs = _drawn(np.random.default_rng(2), clips=9, samples=50, dtype=dtype)
    loud = [0.1, 0.5, 0.99, 1.01, 2.0, 30.0, 200.0, 400.0, 1e-4]
    noise = inputs["noise"].astype(np.float64)
    noise *= (QUIETEST * np.array(loud) / np.sqrt(np.square(noise).mean(1)))[:, None]
    return inputs | {"noise": noise.astype(dtype)}


def _fixed(draw, **more) -> dict:
    return draw(np.random.default_rng(4), **more)


SINGLE = cases(_single, _fixed(_drawn, clips=1, samples=1), _fixed(_drawn, clips=1, samples=2))
BATCH = cases(
    _batch,
    *(_fixed(_drawn, clips=clips, samples=samples) for clips, samples in ((4, 1), (2, 9), (9, 2))),
)
SQUARE = cases(_square, *(_fixed(_drawn, clips=n, samples=n) for n in (2, 6)))
NARROW = cases(_narrow, _fixed(_drawn, clips=2, samples=1, dtype="float32"))
EXTREME = cases(
    _extreme, _fixed(_batch) | {"clean": np.ones((1, 3)), "noise": np.ones((1, 3)) * 2,
                                "snr_db": np.zeros(1)},
)  # fmt: skip
SILENCES = cases(_silences, _fixed(_silences), _quiet_noises("float32"), _quiet_noises("float64"))

_MIXED = f"{PROBES}:mixed"
MIXED = ExerciseSpec(
    "audio.mixing.mixed",
    Text("Noise exactly as loud as asked", "Шум ровно той громкости, что нужна"),
    """
    Верните clean + g · noise, где у каждой записи свой множитель g — тот, что даёт нужное
    отношение.

        snr_db = 10 · log10(мощность clean / мощность g · noise)

    Мощность записи — среднее квадратов всех её отсчётов; постоянная составляющая тоже считается.
    Речь остаётся такой громкой, какой пришла, громче или тише становится только шум.

    clean, noise: (clips, samples). snr_db: (clips,), в децибелах. Все три одного типа, float32
    или float64, и того же типа ответ, (clips, samples). Сами тензоры не меняйте.

    В двух случаях отношения не существует. Если мощность речи равна нулю, шум не прибавляется.
    А шум, у которого корень из среднего квадрата меньше QUIETEST, считается шумом громкости
    QUIETEST: иначе то, что осталось от тишины после округления, раздуется до рёва. Цикл по
    записям не нужен.
    """,
    (
        Text(
            "Solve the equation for g on paper first. The power of g · noise is g² times that of "
            "the noise.",
            "Сначала выразите g из уравнения на бумаге. Мощность g · noise — это мощность шума, "
            "умноженная на g².",
        ),
        Text(
            "The mean over samples with keepdim=True has the shape (clips, 1), which spreads along "
            "the samples as it should; snr_db has the shape (clips,) and needs the same axis. "
            "clamp_min is “at least”.",
            "У среднего по отсчётам с keepdim=True форма (clips, 1), она растянется по отсчётам "
            "как надо; у snr_db форма (clips,), и ей нужна такая же ось. clamp_min означает «не "
            "меньше чем».",
        ),
    ),
    (
        Check("single", Text("one clip", "одна запись"), SINGLE, _MIXED, judge_mixture),
        Check("batch", Text("clips of all levels", "записи разной громкости"), BATCH, _MIXED,
              judge_mixture),
        Check("square", Text("as many clips as samples", "записей столько же, сколько отсчётов"),
              SQUARE, _MIXED, judge_mixture),
        Check("float32", Text("longer clips in float32", "записи подлиннее, float32"), NARROW,
              _MIXED, judge_mixture),
        Check("extreme", Text("up to 60 decibels", "до 60 децибел"), EXTREME, _MIXED,
              judge_mixture),
        Check("silences", Text("no speech, or no noise", "нет речи или нет шума"), SILENCES,
              _MIXED, judge_mixture),
    ),
)  # fmt: skip
