"""The exercises of the module common: their statements in Russian, hints and checks."""

from common.grading.exercise.specification import ExerciseSpec
from common.i18n import Text
from tests.graded import (
    common_device,
    common_first_loss,
    common_loop,
    common_splits,
    common_step,
    common_stopping,
    common_warmups,
)

EXERCISES: list[ExerciseSpec] = [
    common_first_loss.RELATIVE_ERROR,
    common_step.TRAINING_STEP,
    common_loop.TRAIN_NETWORK,
    common_stopping.EARLY_STOPPING,
    common_splits.RANDOM_PARTS,
    common_device.PICK_DEVICE,
]
WARMUPS: list[ExerciseSpec] = common_warmups.WARMUPS
TITLE = Text("What every domain shares", "Общее для всех задач")
