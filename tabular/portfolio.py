"""What the autopilot tries for prices. Longer training first: it changes more than any width."""

from common.autopilot.portfolio import Portfolio, Times

_OF_SHARES = ("relative", "mse_log", "log_cosh")

PORTFOLIO = Portfolio(
    changes=(
        {},
        {"epochs": Times(2), "dropout": 0.2},
        {"width": 384, "dropout": 0.2},
        {"epochs": Times(1.5), "lr": 1e-3},
        {"activation": "silu"},
        {"batch_size": Times(0.5)},
        {"width": 256, "depth": 4, "epochs": Times(1.5), "dropout": 0.2},
        {"members": 8, "epochs": Times(1.5)},
        {"loss": "log_cosh", "epochs": Times(1.5)},
        {"depth": 2, "width": 384, "epochs": Times(1.5), "dropout": 0.2},
        {"epochs": Times(0.5)},
        {"epochs": Times(3), "dropout": 0.3},
    ),
    metric="mape",
    losses={
        "mape": _OF_SHARES,
        "median_ape": _OF_SHARES,
        "within_10": _OF_SHARES,
        "within_20": _OF_SHARES,
        "rmse": ("mse",),
        "money_lost": ("cost",),
    },
    refits=True,
    ending=2.5,
)
