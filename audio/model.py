"""The network: a mask on the spectrum, drawn by layers that walk along the time.

    sound ─> spectrum ─> bands ─> less their running mean ─> convolution ─> recurrent layers ─┐
                │                                                                          mask
                └────────────────────────────────────────> × <────────────────────────────────┘
                                                           │
                                                           v
                                                      clean sound

Nothing in it looks further ahead than a few frames, and what it remembers is a handful of tensors,
its `State`. So an hour of sound is cleaned piece by piece, state in hand, and comes out as if it
had been done at once: `forward` is the same walk in a single piece.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.activations import activation_function
from common.exercises import exercise

WINDOW = 512
HOP = WINDOW // 2
"""Samples. At 16 kHz a frame lasts 32 milliseconds, and a new one begins every 16."""

BANDS, SINGLE = 96, 40
"""Bands in all, and how many of them, from the bottom, are one bin of the spectrum (31 Hz): there
the harmonics of a voice are to be told apart. Above, the bands grow as those of the ear do."""

FEATURES = 2 * BANDS
"""Each band as it is, and less its own mean: what changes."""

CONTEXT, LOOK_AHEAD = 7, 5
"""Frames that a mask sees directly, and how many of them come after its own: none in a causal
network. The recurrent layers know of all that came before."""

MEMORY = 125
"""Frames, two seconds, over which the running means forget."""

LEAST = 0.05
"""What a mask lets through at least, -26 dB: a room that is not quite empty, and speech that is
taken for noise by mistake is not quite lost."""

CAUTION = 0.8
"""Exponent of a mask once it is put to work: it takes out a little less than training asked for,
since a network is surer of itself than it should be with a voice unlike those it was trained with.
"""

POWER = 0.15
"""Exponent that turns power into something like loudness: magnitudes to the power of 0.3."""

SILENT = 1e-12
"""Power that stands for none; loudness below that of SOFT is not made up for."""
SOFT = 1e-8

LARGEST = 8.0
"""Features beyond this are cut: the first sound after a silence is infinitely louder than it."""


class State(NamedTuple):
    """What the walk remembers between two pieces, each tensor with a row for each clip.

    samples: the last HOP samples of input. tail: the half frame of output that the next one
    completes. spectra: frames whose masks wait for what comes after them. features: frames that
    the convolution looks back on. sums, weight: of the running means. hidden: the recurrent
    layers' own memory.
    """

    samples: Tensor
    tail: Tensor
    spectra: Tensor
    features: Tensor
    sums: Tensor
    weight: Tensor
    hidden: Tensor


class MaskNetwork(nn.Module):
    """Takes noise out of speech by a mask on its spectrum.

        noisy (batch, samples) -> clean (batch, samples), at 16 kHz

    Each cell of the spectrum is multiplied by a number between LEAST and 1, and keeps its phase.
    What the network looks at does not change when the sound is made louder as a whole, nor does
    the mask, so the level of a recording is of no account.

    width: neurons of the convolution and of each recurrent layer; depth: recurrent layers.
    causal: never look ahead. Otherwise the mask of a frame knows of LOOK_AHEAD frames after it.

    >>> network = MaskNetwork(width=16)
    >>> network(torch.randn(2, 16_000)).shape
    torch.Size([2, 16000])
    """

    def __init__(
        self,
        *,
        width: int = 256,
        depth: int = 1,
        activation: str = "relu",
        causal: bool = False,
    ) -> None:
        super().__init__()
        self.activation = activation_function(activation)
        self.look_ahead = 0 if causal else LOOK_AHEAD
        bands = frequency_bands()
        self.register_buffer("window", torch.hann_window(WINDOW).sqrt())
        self.register_buffer("to_bands", bands / bands.sum(0))
        self.register_buffer("to_bins", (bands / bands.sum(1, keepdim=True)).T)
        self.convolution = nn.Conv1d(FEATURES, width, CONTEXT)
        self.recurrent = nn.LSTM(width, width, depth, batch_first=True)
        self.mask = nn.Linear(width, BANDS)
        self.skip = nn.Linear(FEATURES, BANDS)

    def forward(self, noisy: Tensor) -> Tensor:
        samples = noisy.shape[1]
        padded = F.pad(noisy, (0, -samples % HOP + self.delay))
        clean, _ = self.walk(padded, self.start(len(noisy)))
        return clean[:, self.delay : self.delay + samples]

    @property
    def delay(self) -> int:
        """Samples by which the output of `walk` lags behind its input."""
        return HOP * (1 + self.look_ahead)

    def start(self, clips: int = 1) -> State:
        """Return the state before the first sample: silence."""
        zeros = self.window.new_zeros
        return State(
            samples=zeros(clips, HOP),
            tail=zeros(clips, HOP),
            spectra=zeros(clips, self.look_ahead, WINDOW // 2 + 1, dtype=torch.complex64),
            features=zeros(clips, CONTEXT - 1, FEATURES),
            sums=zeros(clips, 1, BANDS),
            weight=zeros(clips, 1, 1),
            hidden=zeros(2, self.recurrent.num_layers, clips, self.recurrent.hidden_size),
        )

    def walk(self, noisy: Tensor, state: State) -> tuple[Tensor, State]:
        """Clean the piece that follows those before it; return it, late by `delay`, and the state.

        noisy: (batch, samples), a multiple of HOP. Returns as many samples: first what the piece
        before had to keep back.
        """
        if noisy.shape[1] == 0 or noisy.shape[1] % HOP:
            raise ValueError(f"a piece of {noisy.shape[1]} samples, expected a multiple of {HOP}")
        sound = torch.cat([state.samples, noisy], dim=1)
        spectra = torch.fft.rfft(sound.unfold(1, WINDOW, HOP) * self.window)
        features, sums, weight = self._features(spectra, state)
        seen = torch.cat([state.features, features], dim=1)
        logits, hidden = self._logits(seen, state.hidden)

        frames = spectra.shape[1]
        waiting = torch.cat([state.spectra, spectra], dim=1)
        clean, tail = self.let_through(waiting[:, :frames], logits, state.tail)
        return clean, State(
            samples=sound[:, -HOP:],
            tail=tail,
            spectra=waiting[:, frames:],
            features=seen[:, frames:],
            sums=sums,
            weight=weight,
            hidden=hidden,
        )

    def _features(self, spectra: Tensor, state: State) -> tuple[Tensor, Tensor, Tensor]:
        """How loud each band is, beside all bands of late and less its own mean of late, (batch,
        frames, FEATURES); and the sums and the weight of the running means.

        mean_t = Σ_{s ≤ t} e^{-(t-s) / MEMORY} · loudness_s / Σ_{s ≤ t} e^{-(t-s) / MEMORY}
        """
        power = spectra.real.square() + spectra.imag.square()
        loudness = (power @ self.to_bands + SILENT) ** POWER
        time = torch.arange(spectra.shape[1], device=power.device, dtype=power.dtype)
        fading = (-(time[:, None] - time).clamp_min(0) / MEMORY).exp().tril()
        before = (-(time[:, None] + 1) / MEMORY).exp()
        sums = fading @ loudness + before * state.sums
        weight = fading.sum(1, keepdim=True) + before * state.weight
        mean = sums / weight
        level = mean.mean(2, keepdim=True).clamp_min(SOFT**POWER)
        both = torch.cat([2 * (loudness - mean) / level, loudness / level - 1], dim=2)
        features = both.clamp(-LARGEST, LARGEST)
        return features, sums[:, -1:], weight[:, -1:]

    @exercise(points=25)
    def let_through(self, spectra: Tensor, logits: Tensor, tail: Tensor) -> tuple[Tensor, Tensor]:
        """Put the mask on the spectra, and join the frames to a sound without seams.

            mask  = LEAST + (1 - LEAST) · σ(logits)                        σ: the sigmoid
            piece = inverse Fourier transform of mask · spectrum, times self.window

        The mask is a real number for each cell: how loud it is changes, its phase does not. Every
        frame gives a piece of WINDOW = 2 · HOP samples, and a new frame begins every HOP samples,
        so neighbours overlap by half, and what overlaps is added:

            samples of frame t = first half of piece t + second half of piece t - 1

        The piece before the first one was made by an earlier call: `tail` is its second half. The
        second half of the last piece is kept for the next call in the same way.

        spectra: (batch, frames, bins) complex, of windows of WINDOW samples, with bins =
        WINDOW / 2 + 1. logits: (batch, frames, bins) real, ±10 000 among them. tail: (batch, HOP).
        self.window: (WINDOW,), already the root of a window: here it is applied as it is.

        Returns the samples, (batch, frames · HOP), and the new tail, (batch, HOP). Gradients flow
        through both. There is one frame at least. The tensors that came in do not change.
        """
        mask = LEAST + (1 - LEAST) * torch.sigmoid(logits)
        pieces = torch.fft.irfft(spectra * mask) * self.window
        tails = torch.cat([tail.unsqueeze(1), pieces[:, :, HOP:]], dim=1)
        return (pieces[:, :, :HOP] + tails[:, :-1]).flatten(1), tails[:, -1]

    def _logits(self, seen: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the masks, (batch, frames, bins), from the features of the frames and of
        those just before, (batch, CONTEXT - 1 + frames, FEATURES)."""
        told = self.activation(self.convolution(seen.transpose(1, 2))).transpose(1, 2)
        told, hidden = self.recurrent(told, tuple(hidden))
        start = CONTEXT - 1 - self.look_ahead
        own = seen[:, start : start + told.shape[1]]
        logits = self.mask(told) + self.skip(own) + 1  # begin by letting most of it through
        logits = logits @ self.to_bins
        return logits if self.training else cautious(logits), torch.stack(hidden)


def cautious(logits: Tensor) -> Tensor:
    """Return the logits of masks that take out a little less: of each mask to the power CAUTION.

    >>> share = torch.sigmoid(cautious(torch.tensor(0.0)))
    >>> (LEAST + (1 - LEAST) * share) / 0.525**CAUTION
    tensor(1.0000)
    """
    masks = LEAST + (1 - LEAST) * torch.sigmoid(logits)
    return torch.logit((masks**CAUTION - LEAST) / (1 - LEAST), eps=1e-6)


def frequency_bands() -> Tensor:
    """Return overlapping triangles over the bins of the spectrum, (bins, BANDS).

    >>> frequency_bands().shape
    torch.Size([257, 96])
    """
    bins = WINDOW // 2 + 1
    step = math.log((bins - 1) / SINGLE) / (BANDS - SINGLE - 1)
    wide = SINGLE * (step * torch.arange(BANDS - SINGLE)).exp()
    centres = torch.cat([torch.arange(SINGLE).float(), wide])
    edges = torch.cat([centres[:1] - 1, centres, centres[-1:] + 1])
    width = edges.diff()
    place = torch.arange(bins).float()[:, None]
    rising = (place - edges[:-2]) / width[:-1]
    falling = (edges[2:] - place) / width[1:]
    return torch.minimum(rising, falling).clamp(0, 1)
