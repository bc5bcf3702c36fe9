"""python -m tabular"""

from common.cli import run
from common.domain import Domain
from tabular.settings import ExportOptions, PredictOptions, TableSource, TabularSettings

DOMAIN = Domain(
    name="tabular",
    summary="Real-estate price: a network, and losses that know what a mistake costs.",
    task="tabular.task",
    keras_loss="cost",
    source=TableSource,
    settings=TabularSettings,
    demo=("mse", "mse_log", "relative", "log_cosh", "cost"),
    demo_settings={"epochs": 10},
    # Flats are split at random, and the learning curves show the relative error.
    demo_needs=("pick_device", "random_parts", "training_step", "early_stopping", "relative_error"),
    predict=PredictOptions,
    export=ExportOptions,
)

if __name__ == "__main__":
    run(DOMAIN)
