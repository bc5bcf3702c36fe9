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
    audio_loudness.LOUDNESS,
    audio_mixing.MIXED,
    audio_mask.APPLY_MASK,
    audio_spectra.COMPARE,
    audio_distance.DISTANCE,
]
TITLE = Text("Take the noise out", "Убрать шум")
