"""A sound of any length through the network, chunk by chunk, as it is put to work.

What the network needs to know of the chunks before lies in a `State`, a handful of tensors, so
memory does not grow, and what comes out does not depend on where the sound was cut. In inference
a mask takes out a little less than in training, see `audio.model.MASK_EXPONENT`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from audio.level import Level
from audio.model import BANDS, CONTEXT, FEATURES, HOP, WINDOW, MaskNetwork, Sums, soften
from audio.sound_files import reblocked
from common.pipeline import refuse_non_finite

CHUNK = 512 * HOP
"""Samples that go through the network at once: 8 seconds."""


class State(NamedTuple):
    """What is remembered between two chunks; each tensor has a row for each clip.

    samples: the last HOP samples of input. tail: the half frame of output that the next one
    completes. spectra: frames whose masks wait for what comes after them. features: frames that
    the convolution looks back on. sums: of the running means. hidden: the LSTM's own memory.
    """

    samples: Tensor
    tail: Tensor
    spectra: Tensor
    features: Tensor
    sums: Sums
    hidden: tuple[Tensor, Tensor]


def initial_state(network: MaskNetwork, clips: int = 1) -> State:
    """Return the state before the first sample: silence."""
    zeros, lstm = network.window.new_zeros, network.recurrent
    return State(
        samples=zeros(clips, HOP),
        tail=zeros(clips, HOP),
        spectra=zeros(clips, network.look_ahead, WINDOW // 2 + 1, dtype=torch.complex64),
        features=zeros(clips, CONTEXT - 1, FEATURES),
        sums=(zeros(clips, 1, BANDS), zeros(clips, 1, 1)),
        hidden=(
            zeros(lstm.num_layers, clips, lstm.hidden_size),
            zeros(lstm.num_layers, clips, lstm.hidden_size),
        ),
    )


def delay(network: MaskNetwork) -> int:
    """Return by how many samples the output of `forward_chunk` lags behind its input."""
    return HOP * (1 + network.look_ahead)


def forward_chunk(network: MaskNetwork, noisy: Tensor, state: State) -> tuple[Tensor, State]:
    """Clean the chunk that follows those before it; return it, late by `delay`, and the state.

    Args:
        noisy: (batch, samples), a multiple of HOP.

    Returns:
        As many samples, the first of them those that the chunk before had to keep back.
    """
    if noisy.shape[1] == 0 or noisy.shape[1] % HOP:
        raise ValueError(f"a chunk of {noisy.shape[1]} samples, expected a multiple of {HOP}")
    sound = torch.cat([state.samples, noisy], dim=1)
    spectra = network.spectra(sound)
    features, sums = network.features(spectra, state.sums)
    seen = torch.cat([state.features, features], dim=1)
    logits, hidden = network.logits(seen, state.hidden)

    frames = spectra.shape[1]
    waiting = torch.cat([state.spectra, spectra], dim=1)
    clean, tail = network.apply_mask(waiting[:, :frames], soften(logits), state.tail)
    return clean, State(sound[:, -HOP:], tail, waiting[:, frames:], seen[:, frames:], sums, hidden)


class Denoiser(nn.Module):
    """The network in inference, for clips of one length: noisy (batch, samples) -> clean."""

    def __init__(self, network: MaskNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, noisy: Tensor) -> Tensor:
        padded = self.network.pad(noisy)[:, HOP:]
        clean, _ = forward_chunk(self.network, padded, initial_state(self.network, len(noisy)))
        return clean[:, delay(self.network) :][:, : noisy.shape[1]]


def cleaned(
    network: MaskNetwork, blocks: Iterable[np.ndarray], *, level: Level | None = None
) -> Iterator[np.ndarray]:
    """Yield blocks (channels, any) at 16 kHz without their noise, as many samples as came in.

    What comes out does not depend on how the sound was cut into blocks, and is what the network
    gives for the whole of it. level: told what went in and what came out.
    """
    device = next(network.parameters()).device
    state, early, owed = None, delay(network), 0
    waiting: list[np.ndarray] = []
    for block in _padded(reblocked(blocks, CHUNK), delay(network)):
        waiting.append(block.samples)
        owed += block.own
        with torch.no_grad():
            sound = torch.from_numpy(np.ascontiguousarray(block.samples, np.float32)).to(device)
            clean, state = forward_chunk(
                network, sound, state or initial_state(network, len(sound))
            )
        ready = refuse_non_finite(clean[:, early:].cpu()).numpy()[:, :owed]
        early, owed = max(0, early - clean.shape[1]), owed - ready.shape[1]
        noisy = np.concatenate(waiting, axis=1)
        waiting = [noisy[:, ready.shape[1] :]]
        if level is not None:
            level.add(noisy[:, : ready.shape[1]], ready)
        yield ready


@dataclass(frozen=True)
class _Chunk:
    """Samples for the network, of which the first `own` are the sound's."""

    samples: np.ndarray
    own: int


def _padded(blocks: Iterable[np.ndarray], delay: int) -> Iterator[_Chunk]:
    """Let silence follow a sound, until its last sample has come through the network."""
    shape, missing = None, 0
    for block in blocks:
        shape, own = block.shape, block.shape[1]
        missing = -own % HOP
        yield _Chunk(np.pad(block, ((0, 0), (0, missing))), own)
    if shape is not None:
        yield _Chunk(np.zeros((shape[0], delay), np.float32), 0)
