"""What the autopilot tries for texts. Shorter training early: small sets are soon overfitted.

The word vectors and the batches belong to the preparation, which is done once.
"""

from common.autopilot.portfolio import Portfolio, Times

_OF_CLASSES = ("cross_entropy", "smoothing", "focal", "ordinal")

PORTFOLIO = Portfolio(
    changes=(
        {},
        {"epochs": Times(0.5)},
        {"dropout": 0.5, "word_dropout": 0.3},
        {"lr": Times(0.5)},
        {"loss": "smoothing"},
        {"width": 192, "dropout": 0.5},
        {"bag_dropout": 0.5},
        {"epochs": Times(0.25), "lr": Times(1.5)},
        {"epochs": Times(2), "lr": Times(0.5), "dropout": 0.5},
        {"loss": "cost"},
        {"depth": 2},
        {"bag_dropout": 0.1},
    ),
    metric="lost",
    losses={"macro_f1": _OF_CLASSES, "mcc": _OF_CLASSES, "accuracy": _OF_CLASSES},
    ending=2.5,
)
