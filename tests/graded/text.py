"""The exercises of the module text: their statements in Russian, hints and checks."""

from common.grading.exercise.specification import ExerciseSpec
from common.i18n import Text
from tests.graded import (
    text_attention,
    text_costs,
    text_figures,
    text_pooling,
    text_tables,
    text_words,
)

EXERCISES: list[ExerciseSpec] = [
    text_costs.EXPECTED_COST,
    text_tables.PAD,
    text_attention.ATTENTION_WEIGHTS,
    text_pooling.ATTENTION_POOLING,
    text_figures.CLASS_METRICS,
    text_words.ANALYSE,
]
TITLE = Text("Messages of residents", "Письма жильцов")
