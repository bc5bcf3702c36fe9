"""The network: a mask on the spectrum of noisy speech.

    sound ─> spectrum ─> loudness of bands ─> minus running mean ──────> convolution ─> LSTM ─┐
                │                                                                           mask
                └─────────────────────────────────────────> × <─────────────────────────────┘
                                                            │
                                                            v
                                                       clean sound

Nothing in it looks further ahead than a few frames. So an hour of sound can be cleaned chunk by
chunk, see `audio.streaming`, and comes out as if it had been done at once.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audio.spectra import power, stft, triangular_bands
from common.activations import activation_function
from common.exercises import exercise

WINDOW = 512
HOP = WINDOW // 2
"""Samples. At 16 kHz a frame lasts 32 milliseconds, and a new one begins every 16."""

BANDS, SINGLE = 96, 40
"""Bands in all, and how many of them, from the bottom, are one bin of the spectrum (31 Hz): there
the harmonics of a voice are to be told apart. Above, the bands grow as those of the ear do."""

FEATURES = 2 * BANDS
"""Of each band two numbers: beside the mean of all bands, and minus its own mean (what changes)."""

CONTEXT, LOOK_AHEAD = 7, 5
"""Frames that a mask sees directly (its receptive field before the LSTM), and how many of them come
after its own: none in a causal network. The LSTM remembers all that came before."""

MEMORY = 125
"""Frames, two seconds, over which the running means forget."""

MASK_FLOOR = 0.05
"""What a mask lets through at least, -26 dB: a room that is not quite empty, and speech that is
taken for noise by mistake is not quite lost."""

MASK_EXPONENT = 0.8
"""Exponent of a mask in inference: it takes out a little less than training asked for, since a
network is surer of itself than it should be with a voice unlike those it was trained with."""

POWER = 0.15
"""Exponent that turns power into something like loudness: magnitudes to the power of 0.3."""

SILENT = 1e-12
"""Power that is added to every band: a root of exactly 0 would have an infinite gradient."""
SOFT = 1e-8
"""A quieter recording than this is not scaled up any further: it is silence."""

LARGEST = 8.0
"""Features are clipped to ±this: the first sound after a silence is far louder than the mean."""

AT_ONCE = 512
"""Frames whose running means are computed in one step: with more, the factors overflow float32."""

Sums = tuple[Tensor, Tensor]
"""What running means remember: the fading sum of the values, and that of the weights."""


class MaskNetwork(nn.Module):
    """Takes noise out of speech by a mask on its spectrum.

        noisy (batch, samples) -> clean (batch, samples), at 16 kHz

    Each cell of the spectrum is multiplied by a number between MASK_FLOOR and 1, and keeps its
    phase. What the network looks at does not change when the sound is made louder as a whole, nor
    does the mask, so the level of a recording does not matter.

    Args:
        width: neurons of the convolution and of each recurrent layer.
        depth: recurrent layers.
        activation: of the convolution, a name in `common.activations`.
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
        self.window: Tensor
        self.to_bands: Tensor
        self.to_bins: Tensor
        # The root, for a frame is multiplied by it twice, before the mask and after it; the squares
        # of windows that overlap by half add up to 1.
        self.register_buffer("window", torch.hann_window(WINDOW).sqrt())
        # From bins to bands: each is the mean of its bins, weighted. And back: each bin gets the
        # mean of the bands that it lies in.
        self.register_buffer("to_bands", (bands / bands.sum(0)).contiguous())
        self.register_buffer("to_bins", (bands / bands.sum(1, keepdim=True)).T.contiguous())
        self.convolution = nn.Conv1d(FEATURES, width, CONTEXT)
        self.recurrent = nn.LSTM(width, width, depth, batch_first=True)
        self.mask = nn.Linear(width, BANDS)
        self.skip = nn.Linear(FEATURES, BANDS)

    def forward(self, noisy: Tensor) -> Tensor:
        # What is left out, `_`, is what the next chunk would need; here the whole sound is there.
        spectra = self.spectra(self.pad(noisy))  # (batch, frames, bins)
        features, _ = self.features(spectra)  # (batch, frames, FEATURES)
        logits, _ = self.logits(with_silence_before(features))  # (batch, frames, bins)
        spectra, logits = self.aligned(spectra, logits)
        clean, _ = self.apply_mask(spectra, logits, tail=noisy.new_zeros(len(noisy), HOP))
        return self.unpad(clean, like=noisy)

    def pad(self, noisy: Tensor) -> Tensor:
        """Put silence around a sound: half a window before, and as much as is looked ahead."""
        missing = -noisy.shape[1] % HOP
        return F.pad(noisy, (HOP, missing + HOP * (1 + self.look_ahead)))

    def unpad(self, clean: Tensor, *, like: Tensor) -> Tensor:
        """Take away what `pad` put around a sound."""
        return clean[:, HOP : HOP + like.shape[1]]

    def aligned(self, spectra: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        """Bring each spectrum together with its own logits.

        They come `look_ahead` frames late, for they have seen what followed.
        """
        late = self.look_ahead
        return spectra[:, : spectra.shape[1] - late], logits[:, late:]

    def spectra(self, sound: Tensor) -> Tensor:
        """Return the spectra of frames that overlap by half, (batch, frames, bins) complex."""
        return stft(sound, self.window, HOP)

    def features(self, spectra: Tensor, sums: Sums | None = None) -> tuple[Tensor, Sums]:
        """Return how loud each band is, minus its own recent mean, and beside that of all bands.

            mean_t = Σ_{s ≤ t} e^{-(t-s) / MEMORY} · loudness_s / Σ_{s ≤ t} e^{-(t-s) / MEMORY}

        Args:
            spectra: (batch, frames, bins) complex.
            sums: of the frames before these; nothing by default.

        Returns:
            (batch, frames, FEATURES), and the sums for the frames that follow.
        """
        return self.features_of_power(power(spectra), sums)

    def features_of_power(
        self,
        powers: Tensor,
        sums: Sums | None = None,
        *,
        fade: Callable[[Tensor, Tensor | None], Tensor] | None = None,
    ) -> tuple[Tensor, Sums]:
        """Return what `features` does, of |spectra|², for a graph that knows no complex numbers.

        fade: another way to `fading_sums`, for few frames.
        """
        fade = fade or fading_sums
        loudness = (powers @ self.to_bands + SILENT) ** POWER
        total_before, weight_before = (None, None) if sums is None else sums
        total = fade(loudness, total_before)
        weight = fade(torch.ones_like(loudness[..., :1]), weight_before)
        mean = total / weight
        level = mean.mean(2, keepdim=True).clamp_min(SOFT**POWER)
        both = torch.cat([2 * (loudness - mean) / level, loudness / level - 1], dim=2)
        return both.clamp(-LARGEST, LARGEST), (total[:, -1:], weight[:, -1:])

    def logits(
        self, features: Tensor, hidden: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Return the logits of the masks, (batch, frames, bins), and the LSTM's hidden state.

        Args:
            features: (batch, CONTEXT - 1 + frames, FEATURES), the first ones of frames just before.
            hidden: of the LSTM after the frames before; zeros by default.
        """
        # A convolution takes (batch, channels, frames), all else (batch, frames, channels).
        seen = self.activation(self.convolution(features.transpose(1, 2))).transpose(1, 2)
        remembered, hidden = self.recurrent(seen, hidden)
        start = CONTEXT - 1 - self.look_ahead
        own = features[:, start : start + seen.shape[1]]
        # + 1: at first the mask lets most through, for the sigmoid of 1 is 0.73.
        bands = self.mask(remembered) + self.skip(own) + 1
        return bands @ self.to_bins, hidden

    @exercise(points=25, minutes=45, difficulty=3, uses="PyTorch", lesson="Network")
    def apply_mask(self, spectra: Tensor, logits: Tensor, tail: Tensor) -> tuple[Tensor, Tensor]:
        """Put the mask on the spectra, and join the frames to a sound without seams.

            mask  = MASK_FLOOR + (1 - MASK_FLOOR) · σ(logits)              σ: the sigmoid
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
        mask = MASK_FLOOR + (1 - MASK_FLOOR) * torch.sigmoid(logits)
        pieces = torch.fft.irfft(spectra * mask) * self.window
        tails = torch.cat([tail.unsqueeze(1), pieces[:, :, HOP:]], dim=1)
        return (pieces[:, :, :HOP] + tails[:, :-1]).flatten(1), tails[:, -1]


def with_silence_before(features: Tensor) -> Tensor:
    """Return features with the frames before the first, which the convolution looks back on."""
    return F.pad(features, (0, 0, CONTEXT - 1, 0))


def fading_sums(values: Tensor, before: Tensor | None = None) -> Tensor:
    """Return sums in which what is long ago counts less.

        sum_t = Σ_{s ≤ t} e^{-(t-s) / MEMORY} · values_s  +  e^{-(t+1) / MEMORY} · before

    Args:
        values: (batch, frames, any).
        before: the sum at the frame before the first, (batch, 1, any); 0 by default.

    >>> fading_sums(torch.ones(1, 2, 1)).flatten()
    tensor([1.0000, 1.9920])
    """
    sums = []
    for block in values.split(AT_ONCE, dim=1):
        sums.append(fading_block(block, before))
        before = sums[-1][:, -1:]
    return torch.cat(sums, dim=1)


def fading_block(values: Tensor, before: Tensor | None = None) -> Tensor:
    """Return what `fading_sums` does, of at most `AT_ONCE` frames.

    >>> fading_block(torch.ones(1, 2, 1)).flatten()
    tensor([1.0000, 1.9920])
    """
    time = torch.arange(1, values.shape[1] + 1, device=values.device, dtype=values.dtype)
    # In place of a loop over the frames: each value grows by e to the power of its time, these are
    # added up, and the sum shrinks by as much again. What came first has then shrunk most.
    growth = (time / MEMORY).exp().unsqueeze(1)
    total = (values * growth).cumsum(1) / growth
    return total if before is None else total + before / growth


def soften(logits: Tensor, exponent: float = MASK_EXPONENT) -> Tensor:
    """Return the logits of masks to the power of `exponent`: below 1, they take out less.

    >>> share = torch.sigmoid(soften(torch.tensor(0.0)))
    >>> (MASK_FLOOR + (1 - MASK_FLOOR) * share) / 0.525**MASK_EXPONENT
    tensor(1.0000)
    """
    masks = MASK_FLOOR + (1 - MASK_FLOOR) * torch.sigmoid(logits)
    return torch.logit((masks**exponent - MASK_FLOOR) / (1 - MASK_FLOOR), eps=1e-6)


def frequency_bands() -> Tensor:
    """Return overlapping triangles over the bins of the spectrum, (bins, BANDS).

    >>> frequency_bands().shape
    torch.Size([257, 96])
    """
    bins = WINDOW // 2 + 1
    step = math.log((bins - 1) / SINGLE) / (BANDS - SINGLE - 1)
    wide = SINGLE * (step * torch.arange(BANDS - SINGLE).double()).exp()
    centres = torch.cat([torch.arange(SINGLE).double(), wide])
    edges = torch.cat([centres[:1] - 1, centres, centres[-1:] + 1])
    return triangular_bands(edges, torch.arange(bins)).T.float()
