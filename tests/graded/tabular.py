"""The exercises of the module tabular: their statements in Russian, hints and checks."""

from common.grading.checks import Graded
from common.grading.words import Text
from tests.graded import tabular_costs, tabular_embedding, tabular_tables

EXERCISES: list[Graded] = [
    tabular_tables.PARSE_PRICES,
    tabular_tables.CATEGORIES,
    tabular_embedding.PERIODIC_EMBEDDING,
    tabular_costs.MONEY_COST,
    tabular_costs.PRICE_METRICS,
]
TITLE = Text("Prices of flats", "Цены квартир")
