"""Checks of a piece of the network: the mask on the spectra, and the way back to sound."""

import numpy as np

from common.grading.exercise.expectations import (
    IN_PLACE,
    NOTHING,
    Suspect,
    expect_tensor,
)
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded import audio_pieces as drawn
from tests.graded.audio_loudness import PROBES
from tests.graded.audio_pieces import BINS, HOP, WINDOW
from tests.graded.cases import Later, alike, expect_slope, judged

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
MASK_FLOOR = 0.05
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


def _calls(inputs: dict, one_call) -> np.ndarray:
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


def expected_sound(inputs: dict) -> np.ndarray:
    return _calls(inputs, lambda part, tail: joined(pieces(part), tail))


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
        return Later(lambda: _calls(inputs, one_call))

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
        (OVERFLOW, lambda output: bool(np.isnan(_joined_answer(output)).any())),
    ]


def _joined_answer(output: dict) -> np.ndarray:
    """What all calls gave, in one row for each clip; an empty one where that has no such form."""
    calls = output["calls"]
    if not all(isinstance(call, list) and len(call) == 2 for call in calls):
        return np.empty(0)
    parts = [part.get("values") for call in calls for part in call if isinstance(part, dict)]
    good = len(parts) == 2 * len(calls) and all(np.ndim(part) == 2 for part in parts)
    return np.concatenate(parts, axis=1) if good else np.empty(0)


def judge_case(inputs: dict, output) -> None:
    """Every call in its turn; the oracle goes on with its own tail."""
    try:
        _judge_calls(inputs, output)
        if "weights" in inputs:
            _judge_slopes(inputs, output)
    except Wrong as wrong:
        wrong.given = described(inputs)
        raise


def _judge_calls(inputs: dict, output) -> None:
    tail, start, dtype = inputs["tail"].astype(np.float64), 0, inputs["dtype"]
    for actual, frames in zip(output["calls"], inputs["calls"], strict=True):
        if not isinstance(actual, list) or len(actual) != 2:
            what = Text("two tensors are asked for", "нужны два тензора: отсчёты и хвост")
            shown = "None" if actual is None else type(actual).__name__
            raise Wrong(what, actual=shown, mistake=NOTHING if actual is None else None)
        piece = slice(start, start + frames)
        part = inputs | {name: inputs[name][:, piece] for name in ("real", "imag", "logits")}
        samples, new = joined(pieces(part), tail)
        expect_tensor(actual[0], samples, what=SAMPLES, dtype=dtype)
        expect_tensor(actual[1], new, what=TAIL, dtype=dtype)
        tail, start = new, start + frames
    if output["changed"]:
        name = str(output["changed"][0])
        what = Text(f"the input {name} was changed", f"вход {name} изменился")
        raise Wrong(what, mistake=IN_PLACE)


judge_sound = judged(
    judge_case,
    mistaken,
    right=expected_sound,
    agrees=lambda inputs, output, known: alike(_joined_answer(output), known),
)


def _judge_slopes(inputs: dict, output) -> None:
    """Samples and tail, weighted by the inputs' own weights, are straight in every mask."""
    frames = inputs["real"].shape[1]
    wide = {name: inputs[name].astype(np.float64) for name in ("real", "imag", "logits", "window")}
    weights = np.concatenate([inputs["weights"], inputs["tail_weights"]], axis=1)
    slope = np.empty(inputs["logits"].shape)
    for frame in range(frames):
        heard = weights[:, frame * HOP : frame * HOP + WINDOW] * wide["window"]
        both = wide["real"][:, frame] * (heard @ COSINES.T)
        both += wide["imag"][:, frame] * (heard @ SINES.T)
        share = sigmoid(wide["logits"][:, frame])
        slope[:, frame] = both * (1 - MASK_FLOOR) * share * (1 - share)
    given = described(inputs)
    of = Text("the logits", "логиты")
    expect_slope(output.get("slope"), slope, of=of, given=given)
    of = Text("the tail", "хвост")
    expect_slope(output.get("tail_slope"), inputs["weights"][:, :HOP], of=of, given=given)


def described(inputs: dict) -> str:
    clips, frames, bins = inputs["real"].shape
    calls = f"\n{len(inputs['calls'])} calls, of {inputs['calls']} frames"
    logits = inputs["logits"]
    return (
        f"{clips} clips, {frames} frames, {bins} bins, {inputs['dtype']}"
        f"{calls if len(inputs['calls']) > 1 else ''}\n"
        f"logits from {logits.min():.4g} to {logits.max():.4g}"
    )


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
        Check("one", Text("a single frame", "один кадр"), drawn.ONE, _SOUND, judge_sound),
        Check("several", Text("several frames overlap", "несколько кадров перекрываются"),
              drawn.SEVERAL, _SOUND, judge_sound),
        Check("pieces", Text("piece after piece, without seams", "кусок за куском, без швов"),
              drawn.PIECES, _SOUND, judge_sound),
        Check("float32", Text("in float32", "во float32"), drawn.NARROW, _SOUND, judge_sound),
        Check("gradient", Text("the gradient", "градиент"), drawn.GRADIENT, _SOUND, judge_sound),
        Check("extremes", Text("logits of 10,000 and -10,000", "логиты ±10 000"),
              drawn.EXTREMES, _SOUND, judge_sound),
    ),
)  # fmt: skip
