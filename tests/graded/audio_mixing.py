"""Checks of mixing speech and noise at the ratio that is asked for."""

import numpy as np

from common.grading.exercise.expectations import expect_tensor, expect_unchanged
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Text
from tests.graded.audio_loudness import PROBES
from tests.graded.audio_mixing_oracle import QUIETEST, mistaken, mixture
from tests.graded.cases import alike, cases, judged


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
    inputs = _drawn(np.random.default_rng(2), clips=11, samples=50, dtype=dtype)
    loud = [0.1, 0.5, 0.99, 1.01, 2.0, 30.0, 200.0, 400.0, 1e-4, 0.9995, 1.0005]
    noise = inputs["noise"].astype(np.float64)
    noise *= (QUIETEST * np.array(loud) / np.sqrt(np.square(noise).mean(1)))[:, None]
    return inputs | {"noise": noise.astype(dtype)}


def _fixed(draw, **more) -> dict:
    return draw(np.random.default_rng(4), **more)


def _loud(clips: int, samples: int, dtype: str = "float64") -> dict:
    """Speech and mixtures far beyond full scale, which stay as they are."""
    inputs = _fixed(_drawn, clips=clips, samples=samples, dtype=dtype)
    return inputs | {"clean": 3 * np.sign(inputs["clean"]), "snr_db": np.full(clips, -20, dtype)}


def _quiet_noise() -> dict:
    """One noise that is 30 times as loud as QUIETEST, and far below its root."""
    return {name: values[5:6] for name, values in _quiet_noises("float64").items()}


def _quiet_speech(loud: float) -> dict:
    """Speech far under full scale: its noise is as far below it as below any."""
    inputs = _fixed(_drawn, clips=1, samples=20)
    return inputs | {"clean": loud * inputs["clean"]}


SINGLE = cases(
    _single,
    *(_fixed(_drawn, clips=1, samples=samples) for samples in (1, 2)),
    _loud(1, 9),
    _quiet_noise(),
    _quiet_speech(1e-5),
    _quiet_speech(1e-12),
)
BATCH = cases(
    _batch,
    *(_fixed(_drawn, clips=clips, samples=samples) for clips, samples in ((4, 1), (2, 9), (9, 2))),
    _loud(3, 8),
)
SQUARE = cases(_square, *(_fixed(_drawn, clips=n, samples=n) for n in (2, 6)), _loud(5, 5))
NARROW = cases(
    _narrow,
    _fixed(_drawn, clips=2, samples=1, dtype="float32"),
    _loud(2, 7, "float32"),
    _quiet_noises("float32"),
)
EXTREME = cases(
    _extreme,
    *(
        {"clean": np.ones((1, 3)), "noise": np.ones((1, 3)) * 2, "snr_db": np.array([ratio])}
        for ratio in (0.0, -120.0, 120.0)
    ),
    _loud(2, 6),
)
SILENCES = cases(
    _silences, _fixed(_silences), _quiet_noises("float32"), _quiet_noises("float64"), _loud(2, 5)
)

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
        Check("extreme", Text("up to 120 decibels", "до 120 децибел"), EXTREME, _MIXED,
              judge_mixture),
        Check("silences", Text("no speech, or no noise", "нет речи или нет шума"), SILENCES,
              _MIXED, judge_mixture),
    ),
)  # fmt: skip
