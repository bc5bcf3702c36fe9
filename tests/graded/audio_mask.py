"""Checks of a piece of the network: the mask on the spectra, and the way back to sound."""

import numpy as np

from common.grading.exercise.expectations import (
    IN_PLACE,
    NOTHING,
    Suspect,
    expect_array,
    expect_tensor,
)
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded.audio_loudness import PROBES

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
SAMPLES = Text("a sample is not right", "отсчёт неверный")
TAIL = Text("the new tail is not right", "новый хвост неверный")
INFINITE = Text(
    "with logits of ±10,000 the gradient must stay finite",
    "при логитах ±10 000 градиент должен остаться конечным",
)
WINDOW, HOP, BINS, MASK_FLOOR = 512, 256, 257, 0.05
_ANGLE = 2 * np.pi * np.outer(np.arange(BINS), np.arange(WINDOW)) / WINDOW
_TIMES = np.where(np.isin(np.arange(BINS), (0, BINS - 1)), 1, 2)[:, None] / WINDOW
COSINES, SINES = _TIMES * np.cos(_ANGLE), -_TIMES * np.sin(_ANGLE)
"""(bins, WINDOW): what a cell's real and imaginary part give to each sample of a piece."""


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))


def masks(logits: np.ndarray) -> np.ndarray:
    return MASK_FLOOR + (1 - MASK_FLOOR) * sigmoid(logits)


def pieces(inputs: dict, *, mask=masks, window=1, phase=True) -> np.ndarray:
    """(clips, frames, WINDOW), as the sum of cosines and sines that the inverse transform is."""
    wide = {name: inputs[name].astype(np.float64) for name in ("real", "imag", "logits", "window")}
    real, imag, let = wide["real"], wide["imag"], mask(wide["logits"])
    if not phase:
        real, imag = np.hypot(real, imag), 0 * imag
    return ((let * real) @ COSINES + (let * imag) @ SINES) * wide["window"] ** window


def joined(whole: np.ndarray, tail: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Write the pieces into a long row of zeros, each HOP later than the one before."""
    clips, frames, _ = whole.shape
    sound = np.zeros((clips, (frames + 1) * HOP))
    sound[:, :HOP] = tail
    for frame in range(frames):
        sound[:, frame * HOP : frame * HOP + WINDOW] += whole[:, frame]
    return sound[:, :-HOP], sound[:, -HOP:]


def _suspects(inputs: dict, tail: np.ndarray) -> tuple[list[Suspect], list[Suspect]]:
    whole = pieces(inputs)
    swapped = np.roll(whole, HOP, axis=2)
    hann = np.sin(np.pi * np.arange(WINDOW) / WINDOW) ** 2
    bare = pieces(inputs, window=0)
    variants = [
        (NO_LEAST, pieces(inputs, mask=sigmoid)),
        (CUT_AT_LEAST, pieces(inputs, mask=lambda x: np.maximum(sigmoid(x), MASK_FLOOR))),
        (LEAST_ADDED, pieces(inputs, mask=lambda x: MASK_FLOOR + sigmoid(x))),
        (PHASE_LOST, pieces(inputs, phase=False)),
        (NO_WINDOW, bare),
        (WINDOW_TWICE, pieces(inputs, window=2)),
        (OTHER_WINDOW, bare * hann),
        (OTHER_WINDOW, bare * np.sqrt(hann)),
        (OTHER_WINDOW, bare * np.sqrt(inputs["window"])),
        (HALVES_SWAPPED, swapped),
    ]
    samples = [(mistake, joined(variant, tail)[0]) for mistake, variant in variants]
    tails = [(mistake, joined(variant, tail)[1]) for mistake, variant in variants]
    right = joined(whole, tail)[0]
    samples += [
        (OVERFLOW, np.full(right.shape, np.nan)),
        (NO_TAIL, joined(whole, 0 * tail)[0]),
        (NO_OVERLAP, whole[:, :, :HOP].reshape(len(whole), -1)),
        (CLIPS_MIXED, right.reshape(-1, len(whole), HOP).swapaxes(0, 1).reshape(right.shape)),
    ]
    tails += [(OLD_TAIL, tail), (FIRST_TAIL, whole[:, 0, HOP:])]
    return samples, tails


def judge_sound(inputs: dict, output) -> None:
    """Every call in its turn; the oracle goes on with its own tail."""
    tail, start, dtype = inputs["tail"].astype(np.float64), 0, inputs["dtype"]
    for actual, frames in zip(output["calls"], inputs["calls"], strict=True):
        if not isinstance(actual, list) or len(actual) != 2:
            what = Text("two tensors are asked for", "нужны два тензора: отсчёты и хвост")
            shown = "None" if actual is None else type(actual).__name__
            raise Wrong(what, actual=shown, mistake=NOTHING if actual is None else None)
        part = inputs | {
            name: inputs[name][:, start : start + frames] for name in ("real", "imag", "logits")
        }
        samples, new = joined(pieces(part), tail)
        suspects = _suspects(part, tail)
        expect_tensor(actual[0], samples, what=SAMPLES, dtype=dtype, suspects=suspects[0])
        expect_tensor(actual[1], new, what=TAIL, dtype=dtype, suspects=suspects[1])
        tail, start = new, start + frames
    if output["changed"]:
        name = str(output["changed"][0])
        what = Text(f"the input {name} was changed", f"вход {name} изменился")
        raise Wrong(what, mistake=IN_PLACE)


def judge_gradient(inputs: dict, output) -> None:
    """Samples and tail, weighted by the inputs' own weights, are straight in every mask."""
    judge_sound(inputs, output)
    frames = inputs["real"].shape[1]
    weights = np.concatenate([inputs["weights"], inputs["tail_weights"]], axis=1)
    slope = np.empty(inputs["logits"].shape)
    for frame in range(frames):
        heard = weights[:, frame * HOP : frame * HOP + WINDOW] * inputs["window"]
        both = inputs["real"][:, frame] * (heard @ COSINES.T)
        both += inputs["imag"][:, frame] * (heard @ SINES.T)
        share = sigmoid(inputs["logits"][:, frame])
        slope[:, frame] = both * (1 - MASK_FLOOR) * share * (1 - share)
    what = Text("the gradient of the logits is not right", "градиент по логитам неверный")
    expect_array(output.get("slope"), slope, what=what)
    what = Text("the gradient of the tail is not right", "градиент по хвосту неверный")
    expect_array(output.get("tail_slope"), inputs["weights"][:, :HOP], what=what)


def judge_extremes(inputs: dict, output) -> None:
    judge_sound(inputs, output)
    actual = output.get("slope")
    if not isinstance(actual, np.ndarray) or not np.isfinite(actual).all():
        raise Wrong(INFINITE, actual=actual)


def _drawn(rng, *, clips: int, calls: list[int], dtype="float64", weighted: bool = False) -> dict:
    def normal(*shape):
        return rng.normal(0, 1, shape).astype(dtype)

    frames = sum(calls)
    imag = normal(clips, frames, BINS)
    imag[:, :, [0, -1]] = 0  # a real sound has none there
    drawn = {
        "real": normal(clips, frames, BINS),
        "imag": imag,
        "logits": 3 * normal(clips, frames, BINS) - 1,
        "tail": normal(clips, HOP) / 10,
        "window": rng.uniform(0.2, 1, WINDOW).astype(dtype),
        "calls": calls,
        "dtype": dtype,
    }
    if weighted:  # for a gradient: the sum of all that comes out, each with a weight
        drawn |= {"weights": normal(clips, frames * HOP), "tail_weights": normal(clips, HOP)}
    return drawn


def _one(rng):
    return _drawn(rng, clips=1, calls=[1])


def _several(rng):
    return _drawn(rng, clips=2, calls=[int(rng.integers(3, 6))])


def _pieces(rng):
    return _drawn(rng, clips=3, calls=[int(n) for n in rng.integers(1, 4, 3)])


def _narrow(rng):
    return _drawn(rng, clips=2, calls=[3], dtype="float32")


def _gradient(rng):
    return _drawn(rng, clips=2, calls=[3], weighted=True)


def _extremes(rng):
    inputs = _drawn(rng, clips=2, calls=[3], dtype="float32", weighted=True)
    logits = rng.choice([-1e4, -100.0, 100.0, 1e4], inputs["logits"].shape)
    return inputs | {"logits": logits.astype(np.float32)}


_SOUND = f"{PROBES}:apply_mask"
APPLY_MASK = ExerciseSpec(
    "audio.model.MaskNetwork.apply_mask",
    Text("A mask that leaves no seams", "Маска без швов"),
    """
    Наложите маску на спектры и соедините кадры в звук без швов.

        mask  = MASK_FLOOR + (1 − MASK_FLOOR) · σ(logits)                        σ — сигмоида
        piece = обратное преобразование Фурье от mask · spectrum, умноженное на self.window

    Маска — вещественное число для каждой клетки: меняется её громкость, а фаза остаётся. Каждый
    кадр даёт кусок из WINDOW = 2 · HOP отсчётов, а новый кадр начинается через каждые HOP
    отсчётов, так что соседи перекрываются наполовину, и перекрытие складывается:

        отсчёты кадра t = первая половина куска t + вторая половина куска t − 1

    Кусок перед первым сделал предыдущий вызов: `tail` — его вторая половина. Точно так же вторая
    половина последнего куска хранится для следующего вызова.

    spectra: (batch, frames, bins), комплексные, от окон по WINDOW отсчётов, bins = WINDOW / 2 + 1.
    logits: (batch, frames, bins), вещественные, бывают и ±10 000. tail: (batch, HOP).
    self.window: (WINDOW,), это уже корень из окна: умножайте на него как есть.

    Верните отсчёты (batch, frames · HOP) и новый хвост (batch, HOP). Градиент проходит через
    оба. Кадр есть хотя бы один. Сами тензоры не меняйте.
    """,
    (
        Text(
            "Draw three pieces below one another, each shifted by half. Which halves stand above "
            "each other, and which of them has no partner yet?",
            "Нарисуйте три куска один под другим, каждый сдвинут на половину. Какие половины "
            "встречаются и у какой пока нет пары?",
        ),
        Text(
            "torch.fft.irfft works on the last axis and gives 2 · (bins - 1) samples. The first "
            "halves are (batch, frames, HOP). What is to be added to them are the second halves, "
            "moved on by one frame: cat puts the tail in front. flatten(1) makes the sound.",
            "torch.fft.irfft работает по последней оси и даёт 2 · (bins − 1) отсчётов. Первые "
            "половины — это (batch, frames, HOP). Прибавить к ним надо вторые, сдвинутые на кадр: "
            "cat ставит хвост вперёд. Звук из кадров делает flatten(1).",
        ),
    ),
    (
        Check("one", Text("a single frame", "один кадр"), _one, _SOUND, judge_sound),
        Check("several", Text("several frames overlap", "несколько кадров перекрываются"),
              _several, _SOUND, judge_sound),
        Check("pieces", Text("piece after piece, without seams", "кусок за куском, без швов"),
              _pieces, _SOUND, judge_sound),
        Check("float32", Text("in float32", "во float32"), _narrow, _SOUND, judge_sound),
        Check("gradient", Text("the gradient", "градиент"), _gradient, _SOUND, judge_gradient),
        Check("extremes", Text("logits of 10,000 and -10,000", "логиты ±10 000"), _extremes, _SOUND,
              judge_extremes),
    ),
)  # fmt: skip
