"""Checks of how loud a sound is: the work with librosa."""

import numpy as np

from common.grading.exercise.expectations import expect_equal, expect_number, expect_unchanged
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.grading.exercise.tolerance import close
from common.i18n import Text
from tests.graded.audio_loudness_oracle import N_FFT, loudness, mistaken
from tests.graded.cases import cases, judged

PROBES = "tests.graded.audio_probes"


def judge_case(inputs: dict, output) -> None:
    what = Text("the loudness is not right", "громкость неверная")
    try:
        expect_number(output["loudness"], loudness(inputs), what=what)
        what = Text("the type of the answer", "тип ответа")
        expect_equal(output["kind"], "float", what=what)
        expect_unchanged(output["samples"], inputs["samples"], "samples")
    except Wrong as wrong:
        wrong.given = described(inputs)
        raise


def agrees(inputs: dict, output, known: float) -> bool:
    actual = output["loudness"]
    if not isinstance(actual, float):
        return False
    return bool(close(np.array(actual), np.array(known), dtype="float32"))


judge_loudness = judged(judge_case, mistaken, right=loudness, agrees=agrees)


def described(inputs: dict) -> str:
    samples = inputs["samples"]
    return (
        f"samples {samples.dtype} {samples.shape}, largest {np.abs(samples).max():.2g}\n"
        f"sample_rate = {inputs['sample_rate']}, gate_db = {inputs['gate_db']:.4g}"
    )


def _tones(rng, rate: int, n: int) -> np.ndarray:
    """Three tones, below, at and above where the ear is best."""
    time = np.arange(n) / rate
    hertz = rng.uniform([60, 700, 2500], [150, 1500, 0.45 * rate])
    sizes = rng.uniform([0.3, 0.05, 0.05], [0.6, 0.2, 0.2])
    return np.sum(sizes[:, None] * np.sin(2 * np.pi * hertz[:, None] * time), axis=0) / 2


def _sound(samples: np.ndarray, rate: int, *, gate_db: float = 40.0, dtype="float64") -> dict:
    steps = np.rint(samples * 2.0**15) / 2.0**15  # as files of 16 bits have them
    return {"samples": steps.astype(dtype), "sample_rate": rate, "gate_db": gate_db}


def _steady(rng):
    n = int(rng.integers(8000, 12_000))
    return _sound(_tones(rng, 16_000, n), 16_000)


def _spoken(rng):
    """Words, louder and quieter ones, with pauses in which there is still some hiss."""
    n = 24_000
    level = np.repeat(rng.permutation([1.0, 0.4, 0.25, 3e-4, 3e-4, 3e-4]), n // 6)
    return _sound(level * (_tones(rng, 16_000, n) + 0.05 * rng.normal(size=n)), 16_000)


def _broken_off(rng):
    """A word, and then nothing at all for many frames."""
    inputs = _spoken(rng)
    return inputs | {"samples": inputs["samples"] * (np.arange(24_000) < 12_000)}


def _other_rate(rng):
    rate = int(rng.choice([8000, 11_025, 44_100, 48_000]))
    return _sound(_tones(rng, rate, 9000), rate, dtype="float32")


def _gate(rng):
    """Words at three levels, the lowest of which only another gate leaves out."""
    level = np.repeat(rng.permutation([1.0, 0.5, 0.04, 0.04]), 6000)
    hiss = 0.1 * rng.normal(size=level.size)
    return _sound(level * hiss, 16_000, gate_db=float(rng.uniform(14, 20)))


def _whisper(rng):
    inputs = _spoken(rng)
    return inputs | {"samples": inputs["samples"] * 2.0 ** -int(rng.integers(20, 24))}


def _silence(rng):
    return _sound(np.zeros(int(rng.integers(3000, 9000))), 16_000)


def _swelling(turns: float, rate: int = 16_000):
    """What swells and fades, so that it has no edges: a constant, a rumble, or the highest tone."""
    n = 24_000
    swell = np.sin(np.pi * np.arange(n) / n) ** 4
    return _sound(0.9 * swell * np.cos(2 * np.pi * turns * np.arange(n)), rate)


def _beyond_full_scale():
    """A tone of 1 kHz four times as large as a file of whole numbers can hold."""
    inputs = _swelling(1 / 16)
    return inputs | {"samples": 4 * inputs["samples"]}


def _short(n: int):
    return _sound(np.random.default_rng(n).normal(size=n) / 4, 16_000)


def _fixed(draw):
    return draw(np.random.default_rng(9))


def _full_scale(rate: int):
    """A tone of 1 kHz at full scale, which has -3 dB."""
    n = 8 * N_FFT
    return _sound(np.sin(2 * np.pi * 1000 * np.arange(n) / rate), rate)


def _silent(n: int, dtype: str):
    return _sound(np.zeros(n), 16_000, dtype=dtype)


def _all_but_nothing():
    """What is far quieter than any whisper is still no silence."""
    inputs = _swelling(1 / 16)
    return inputs | {"samples": inputs["samples"] * 2.0**-60}


def _deep_gate():
    """A gate so low that what lies 110 decibels below the loudest is no pause."""
    inputs = _sound(np.random.default_rng(3).normal(0, 0.1, 24_000), 16_000, gate_db=130.0)
    return inputs | {"samples": np.repeat([1.0, 3e-6], 12_000) * inputs["samples"]}


STEADY = cases(
    _steady,
    *(_swelling(turns) for turns in (0.0, 1 / 2048, 0.5)),
    _swelling(1 / 2048, rate=8000),
    *(_short(n) for n in (1, 100, 512, 2048)),
    _beyond_full_scale(),
)
SPOKEN = cases(_spoken, _fixed(_spoken), _fixed(_broken_off), _swelling(0.5))
RATES = cases(
    _other_rate,
    *(_full_scale(rate) for rate in (8000, 16_000, 44_100, 48_000)),
    _swelling(0.0, rate=44_100),
)
GATES = cases(_gate, _fixed(_gate), _fixed(_gate) | {"gate_db": 0.0}, _deep_gate())
WHISPERS = cases(_whisper, _fixed(_whisper), _all_but_nothing())
SILENCE = cases(_silence, _silent(1, "float32"), _silent(5000, "float64"))

_LOUDNESS = f"{PROBES}:loudness"
LOUDNESS = ExerciseSpec(
    "audio.features.loudness",
    Text("How loud it is to the ear", "Насколько это громко на слух"),
    """
    Верните, насколько громким кажется звук, в децибелах относительно полной шкалы, без пауз.

    Почти всё сделает librosa. Кадры — те, что даёт `librosa.stft` с n_fft = 2048 и с остальными
    настройками как есть. Мощность кадра со спектром X:

        Σ_f 2 · |X_f|² · 10^(A_f / 10) / (n_fft · Σ_n w_n²),     f = 1 … n_fft / 2

    Здесь A_f — кривая A на частоте столбца f, в децибелах: тон в 100 Гц на слух на 19 дБ тише,
    чем тон в 1 кГц. Кривую даёт `librosa.A_weighting` (она кончается на −80 дБ), частоты —
    `librosa.fft_frequencies`.
    Столбец 0 никто не слышит, его нет в сумме. w — окно кадра,
    `librosa.filters.get_window("hann", n_fft)`; деление возвращает то, что окно отняло.

    Кадр считается паузой, если его мощность больше чем на `gate_db` ≥ 0 децибел ниже мощности
    самого громкого кадра; при 0 остаётся только он. Громкость — это 10 · log10 от средней
    мощности остальных кадров: среднее берётся от мощностей, а не от децибелов. У тона в 1 кГц на
    полной шкале −3 дБ, у тишины — минус бесконечность.

    samples: (n,) float32 или float64, полная шкала ±1; менять их нельзя. Верните обычный float из
    Python. Кривая — из стандарта IEC 61672-1 (2013).
    """,
    (
        Text(
            "librosa.stft gives complex numbers of the shape (bins, frames). First make one number "
            "of each frame, its power; then forget the sound and think of that array alone.",
            "librosa.stft даёт комплексные числа формы (столбцы частот, кадры). Сначала сделайте "
            "из каждого кадра одно число, его мощность, а потом забудьте о звуке и думайте только "
            "об этом массиве.",
        ),
        Text(
            "A row of weights, one for each bin, times the matrix of squares, with @, gives the "
            "power of each frame at once. Ask whether the loudest is above zero before you divide "
            "or take a logarithm. A condition in brackets picks frames: power[power > ...].",
            "Строка весов, по одному на частоту, умноженная через @ на матрицу |X|², — это "
            "мощности всех кадров сразу. Больше ли нуля самая большая, спросите до деления и "
            "логарифма. Кадры выбирает условие в скобках: power[power > …].",
        ),
    ),
    (
        Check("steady", Text("low and high tones", "низкие и высокие тона"), STEADY, _LOUDNESS,
              judge_loudness),
        Check("spoken", Text("words with pauses", "слова с паузами"), SPOKEN, _LOUDNESS,
              judge_loudness),
        Check("rate", Text("other rates, float32", "другая частота отсчётов, float32"),
              RATES, _LOUDNESS, judge_loudness),
        Check("gate", Text("another gate", "другой порог пауз"), GATES, _LOUDNESS, judge_loudness),
        Check("whisper", Text("very quiet", "очень тихо"), WHISPERS, _LOUDNESS, judge_loudness),
        Check("silence", Text("silence", "тишина"), SILENCE, _LOUDNESS, judge_loudness),
    ),
)  # fmt: skip
