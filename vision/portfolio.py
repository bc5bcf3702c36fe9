"""What the autopilot tries for pictures. Their size and how they are varied stay as they are: the
preparation is done once. So does the depth, by which tiles are cut.
"""

from common.autopilot.portfolio import Portfolio, Times

PORTFOLIO = Portfolio(
    changes=(
        {},
        {"epochs": Times(2)},
        {"width": 16, "epochs": Times(1.5)},
        {"loss": "tversky + cross_entropy"},
        {"lr": Times(0.5)},
        {"batch_size": Times(0.5)},
        {"width": 24},
        {"loss": "dice + 5*cross_entropy", "epochs": Times(1.5)},
        {"activation": "silu"},
        {"epochs": Times(0.5)},
        {"lr": Times(2), "epochs": Times(2)},
    ),
    metric="iou",
    ending=9.0,
)
