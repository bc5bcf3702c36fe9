"""The exercises of the module tabular: their statements in Russian, hints and checks."""

from common.grading.exercise.specification import ExerciseSpec
from common.i18n import Text
from tests.graded import (
    tabular_categories,
    tabular_costs,
    tabular_embedding,
    tabular_figures,
    tabular_limits,
    tabular_prices,
)

EXERCISES: list[ExerciseSpec] = [
    tabular_costs.MONEY_COST,
    tabular_embedding.PERIODIC_EMBEDDING,
    tabular_figures.PRICE_METRICS,
    tabular_categories.CATEGORIES,
    tabular_limits.CHECK_PRICES,
    tabular_prices.PARSE_PRICES,
]
TITLE = Text("Prices of flats", "Цены квартир")
