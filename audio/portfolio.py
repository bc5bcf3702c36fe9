"""What the autopilot tries for sounds. The batches belong to the preparation, which is done once.

Its answer is the best network alone: a sound is cleaned while it streams, with the memory of one
network, and no streaming mean of several was written.
"""

from common.autopilot.portfolio import Portfolio, Times

_OF_WAVES = ("si_sdr", "hearing", "mse")
_OF_SPECTRA = ("stft", "mel", "hearing")

PORTFOLIO = Portfolio(
    changes=(
        {},
        {"loss": "si_sdr"},
        {"epochs": Times(2), "loss": "si_sdr"},
        {"width": 384},
        {"lr": Times(0.5)},
        {"depth": 2, "lr": Times(0.5)},
        {"epochs": Times(2)},
        {"width": 128, "epochs": Times(2)},
        {"activation": "silu"},
    ),
    metric="si_sdr",
    losses={"si_sdr": _OF_WAVES, "gain": _OF_WAVES, "stoi": _OF_WAVES, "lsd": _OF_SPECTRA},
    averages=False,
    ending=7.0,
)
