"""Checks of a piece of the network: the mask on the spectra, and the way back to sound."""

import numpy as np

from common.grading.exercise.expectations import (
    IN_PLACE,
    NOTHING,
    Suspect,
    expect_tensor,
)
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Text
from tests.graded import audio_pieces as drawn
from tests.graded.audio_loudness import PROBES
from tests.graded.audio_mask_oracle import OVERFLOW, each_call, expected_sound, mistaken, slopes
from tests.graded.audio_pieces import HOP
from tests.graded.cases import alike, expect_slope, judged

SAMPLES = Text("a sample is not right", "отсчёт неверный")
TAIL = Text("the new tail is not right", "новый хвост неверный")


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
    dtype = inputs["dtype"]
    for actual, (samples, tail) in zip(output["calls"], each_call(inputs), strict=True):
        if not isinstance(actual, list) or len(actual) != 2:
            what = Text("two tensors are asked for", "нужны два тензора: отсчёты и хвост")
            shown = "None" if actual is None else type(actual).__name__
            raise Wrong(what, actual=shown, mistake=NOTHING if actual is None else None)
        expect_tensor(actual[0], samples, what=SAMPLES, dtype=dtype)
        expect_tensor(actual[1], tail, what=TAIL, dtype=dtype)
    if output["changed"]:
        name = str(output["changed"][0])
        what = Text(f"the input {name} was changed", f"вход {name} изменился")
        raise Wrong(what, mistake=IN_PLACE)


def _suspects(inputs: dict) -> list[Suspect]:
    overflown = (OVERFLOW, lambda output: bool(np.isnan(_joined_answer(output)).any()))
    return [*mistaken(inputs), overflown]


judge_sound = judged(
    judge_case,
    _suspects,
    right=expected_sound,
    agrees=lambda inputs, output, known: alike(_joined_answer(output), known),
)


def _judge_slopes(inputs: dict, output) -> None:
    given = described(inputs)
    of = Text("the logits", "логиты")
    expect_slope(output.get("slope"), slopes(inputs), of=of, given=given)
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
