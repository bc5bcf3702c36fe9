"""Speech and noise in one signal, at the ratio that was asked for."""

import numpy as np
import torch
from torch import Tensor

from common.errors import UserError
from common.exercises import exercise

LOWEST_SNR, HIGHEST_SNR = -5.0, 15.0
"""Signal-to-noise ratios, in decibels, between which a data set is mixed, all equally often."""

FADE = 400
"""Samples over which a looped noise passes into its own beginning: 25 ms at 16 kHz."""

QUIETEST = 1e-5
"""Root mean square, relative to full scale, below which a sound counts as silent: -100 dB."""


def power(samples: np.ndarray) -> float:
    """Return the mean square over all samples, pauses included, in float64.

    >>> power(np.array([0.5, -0.5], np.float32))
    0.25
    """
    return float(np.mean(np.square(samples, dtype=np.float64)))


def mix(clean: np.ndarray, noise: np.ndarray, snr_db: float) -> np.ndarray:
    """Return clean + g · noise, with g such that the powers stand in the ratio asked for.

        snr_db = 10 · log10(power(clean) / power(g · noise))

    Both powers are means over the whole clip, pauses included, and exact to 0.01 dB. Noise of
    another length is cut, or looped by `fit_length`. The sum may exceed full scale: `unclipped`
    makes it and whatever belongs to it quieter.

    clean: (samples,), a float array; noise: (any,). Returns (samples,) float32.

    Raises UserError where one of the two is below QUIETEST, for then no ratio can be reached.

    >>> clean, noise = np.array([1.0, -1.0, 1.0, -1.0]), np.array([0.2, 0.2, -0.2, -0.2])
    >>> mix(clean, noise, 20.0)
    array([ 1.1, -0.9,  0.9, -1.1], dtype=float32)
    """
    noise = fit_length(noise, len(clean))
    loud = {"clean speech": power(clean), "noise": power(noise)}
    for name, value in loud.items():
        if not value > QUIETEST**2:
            raise UserError(f"the {name} is silent: no ratio of {snr_db:g} dB can be reached")
    speech, sound = (torch.from_numpy(x[None].astype(np.float64)) for x in (clean, noise))
    mixture = mixed(speech, sound, torch.tensor([snr_db], dtype=torch.float64))
    return mixture[0].numpy().astype(np.float32)


@exercise(points=15, minutes=20, difficulty=1, uses="PyTorch", lesson="Data")
def mixed(clean: Tensor, noise: Tensor, snr_db: Tensor) -> Tensor:
    """Return clean + g · noise, each clip with a g of its own that gives the ratio asked for.

        snr_db = 10 · log10(power of clean / power of g · noise)

    The power of a clip is the mean of its squared samples, all of them: what is constant in it
    counts too. Speech stays as loud as it came, only the noise is made louder or quieter.

    clean, noise: (clips, samples). snr_db: (clips,) decibels. All three are of one type, float32
    or float64, and so is the answer, (clips, samples). The tensors that came in do not change.

    Two cases have no ratio. Where the power of clean is zero, nothing is added. And a noise
    whose root mean square is below QUIETEST counts as one that is just as loud as QUIETEST: what
    rounding left of a silence would otherwise be blown up to a roar. No loop over clips is needed.

    >>> clean, noise = torch.tensor([[1.0, -1.0]]), torch.tensor([[0.1, 0.1]])
    >>> mixed(clean, noise, torch.tensor([20.0]))
    tensor([[ 1.1000, -0.9000]])
    """
    loud, loud_noise = (x.square().mean(1, keepdim=True).sqrt() for x in (clean, noise))
    gain = loud / loud_noise.clamp_min(QUIETEST) * 10 ** (-snr_db[:, None] / 20)
    return clean + gain * noise


def fit_length(noise: np.ndarray, length: int, *, fade: int = FADE) -> np.ndarray:
    """Cut a noise to `length` samples, or play it again and again until they are filled.

    Where it begins anew, its end fades into its beginning over `fade` samples (a quarter of the
    noise at most). The fades are of equal power, sin² + cos² = 1, so that the noise, whose ends
    know nothing of each other, gets no quieter there.

    Raises UserError for a noise without samples.
    """
    if len(noise) == 0:
        raise UserError("the noise holds no samples, expected at least one")
    if len(noise) >= length:
        return noise[:length]
    fade = min(fade, len(noise) // 4)
    angle = (np.arange(fade) + 0.5) / max(fade, 1) * np.pi / 2
    seam = noise[len(noise) - fade :] * np.cos(angle) + noise[:fade] * np.sin(angle)
    turn = np.concatenate([noise[fade : len(noise) - fade], seam])
    whole = np.concatenate([noise[:fade], np.tile(turn, -(-(length - fade) // len(turn)))])
    return whole[:length].astype(noise.dtype)


def unclipped(*signals: np.ndarray, peak: float = 0.99) -> tuple[np.ndarray, ...]:
    """Make signals that belong together quieter by one factor, so that none exceeds `peak`.

    Signals that do not exceed it come back as they are.

    >>> unclipped(np.array([0.5, 1.98]), np.array([0.4, 0.2]))
    (array([0.25, 0.99]), array([0.2, 0.1]))
    """
    loudest = max((float(np.abs(signal).max(initial=0)) for signal in signals), default=0.0)
    if loudest <= peak:
        return signals
    factor = peak / loudest
    return tuple((signal * factor).astype(signal.dtype) for signal in signals)
