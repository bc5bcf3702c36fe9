"""Prices by several hands: PyTorch, Keras, an AutoML, and trees that were told the loss."""

from common.comparison.ways import EVERYTHING, LAYERS, Comparison, Way

COMPARISON = Comparison(
    metrics=("money_lost", "mape", "catastrophic", "bias"),
    ways=(
        Way(
            "PyTorch",
            "tabular.comparison.with_pytorch",
            EVERYTHING,
            loss="tabular.loss:MoneyCostLoss",
        ),
        Way(
            "Keras",
            "tabular.comparison.with_keras",
            LAYERS,
            loss="tabular.keras_loss:MoneyCost",
        ),
        Way(
            "FLAML",
            "tabular.comparison.with_flaml",
            "metric, list of learners, seconds; it was told nothing of roubles",
            by_clock=True,
        ),
        Way(
            "LightGBM, told the loss",
            "tabular.comparison.with_lightgbm",
            "trees, and the loss by its gradient",
            loss="tabular.loss:MoneyCostLoss",
        ),
    ),
    missing={},
)
