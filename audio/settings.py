"""What can be tuned in denoising, and where its sounds come from. No torch here."""

from dataclasses import dataclass

from common.settings import ACTIVATIONS, Options, Settings, option

SAMPLE_RATE = 16_000
"""Samples per second that the network works at; files of other rates are converted both ways."""


@dataclass(frozen=True, kw_only=True)
class SoundSource(Options):
    """A person's own recordings, or the course's speech and noise, which are made by code."""

    clean: str | None = option(
        None, "folder of clean speech (default: speech spoken by eSpeak NG)", metavar="DIR"
    )
    noise: str | None = option(
        None, "folder of noise (default: noises made by code)", metavar="DIR"
    )


@dataclass(frozen=True, kw_only=True)
class AudioSettings(Settings):
    """The network, its training, and what the ear minds."""

    loss: str = option("hearing", "loss to train with: mse, si_sdr, stft, mel, hearing")
    depth: int = option(1, "number of recurrent layers", at_least=1, at_most=16)
    width: int = option(256, "neurons in each layer", at_least=1, at_most=4096)
    activation: str = option("relu", "activation function", choices=ACTIVATIONS)
    batch_size: int = option(16, "clips in one training step", at_least=1, at_most=2**16)
    lr: float = option(
        4e-3, "highest learning rate of the one-cycle schedule", above=0, at_most=1000
    )
    epochs: int = option(20, "passes over the training part", at_least=1, at_most=10**6)
    causal: bool = option(False, "never look ahead: for sound that is cleaned while it is spoken")
