"""The exercises of the module audio: their statements in Russian, hints and checks."""

from common.grading.exercise.specification import ExerciseSpec
from common.i18n import Text
from tests.graded import (
    audio_distance,
    audio_loudness,
    audio_mask,
    audio_mixing,
    audio_spectra,
)

EXERCISES: list[ExerciseSpec] = [
    audio_mixing.MIXED,
    audio_spectra.COMPARE,
    audio_mask.APPLY_MASK,
    audio_distance.DISTANCE,
    audio_loudness.LOUDNESS,
]
TITLE = Text("Take the noise out", "Убрать шум")
