"""The exercises of the module vision: their statements in Russian, hints and checks."""

from common.grading.exercise.specification import ExerciseSpec
from common.i18n import Text
from tests.graded import vision_found, vision_network, vision_overlap, vision_seen, vision_sizes

EXERCISES: list[ExerciseSpec] = [
    vision_overlap.TVERSKY,
    vision_network.UNET,
    vision_found.FOUND,
    vision_sizes.RESIZE,
    vision_seen.AS_SEEN,
]
TITLE = Text("Where is the landing pad?", "Где посадочная площадка?")
