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
    predict=PredictOptions,
    export=ExportOptions,
)

if __name__ == "__main__":
    run(DOMAIN)
