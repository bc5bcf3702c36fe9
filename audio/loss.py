"""Losses for sound: the standard one compares samples, the others come nearer to hearing.

Every loss here takes two waveforms of the same length:

    prediction: (batch, samples) what the network made of the noisy sound
    target:     (batch, samples) the clean sound

and judges each example by itself: no norm spans the batch, so a clip costs the same in whatever
company it comes. All are finite, with finite gradients, on silence: of either, or of both.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from audio.spectra import power, stft, triangular_bands
from common.exercises import exercise
from common.losses import Loss

RESOLUTIONS = ((512, 256), (1024, 512), (256, 128))
"""(window, hop) in samples. At 16 kHz: 32, 64 and 16 milliseconds, each moved by a half."""

FLOOR = 1e-8
"""The least power of a cell of a spectrum: a digital silence has no logarithm."""


class WaveformLoss(Loss):
    """Base of the losses for sound: refuses anything but (batch, samples)."""

    def check(self, prediction: Tensor, target: Tensor) -> None:
        super().check(prediction, target)
        if prediction.ndim != 2 or prediction.shape[1] == 0:
            raise ValueError(
                f"{type(self).__name__}: prediction has shape {tuple(prediction.shape)}, "
                "expected (batch, samples)"
            )


class WaveformMSELoss(WaveformLoss):
    """The standard loss: the mean square of the difference, sample by sample.

        mean_n (x_n - t_n)²

    It does not hear. A hiss in a pause, which everybody notices, costs what it costs under a loud
    vowel, where nobody does; and where speech and noise cannot be told apart, its best answer is
    something in between, so what it leaves is too quiet.

    >>> loss = WaveformMSELoss()
    >>> loss(torch.zeros(1, 4), torch.tensor([[0.5, -0.5, 0.5, -0.5]]))
    tensor(0.2500)

    The counterpart in the field is `torch.nn.MSELoss`.
    Source: the least squares of Legendre (1805) and Gauss (1809).
    """

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        return (prediction - target).square().mean(dim=1)


class SISDRLoss(WaveformLoss):
    """The scale-invariant signal-to-distortion ratio, with its sign turned: lower is better.

        -10 · log10(|αt|² / |αt - x|²),    α = <x, t> / |t|²

    in decibels: αt is the part of the answer x that is the clean sound at whatever volume, and
    everything else is distortion. Making x louder or quieter changes nothing, so a network that is
    trained with it alone may answer at any volume.

    A silent target has no direction to compare with: such a clip costs 0 and teaches nothing. So
    does a silent answer, which is 0 dB by convention, since a gradient there would be infinite.
    Ratios are bounded at ±150 dB. Sums are taken in float64, where the device has it: αt - x
    of a very good answer is the difference of nearly equal numbers.

    >>> target = torch.tensor([[1.0, 0.0, -1.0, 0.0]])
    >>> answer = target + torch.tensor([[0.0, 0.1, 0.0, 0.1]])
    >>> SISDRLoss()(answer, target), SISDRLoss()(5 * answer, target)
    (tensor(-20.), tensor(-20.))

    The counterparts in the field are `auraloss.time.SISDRLoss` and, with the sign as it was,
    torchmetrics' `ScaleInvariantSignalDistortionRatio`.
    Source: Le Roux, Wisdom, Erdogan and Hershey, "SDR - half-baked or well done?" (2019).
    """

    BOUND = 1e-15

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        wide = torch.float32 if prediction.device.type == "mps" else torch.float64
        x, t = _level(prediction.to(wide)), _level(target.to(wide))
        alpha = (x * t).sum(1) / t.square().sum(1).clamp_min(1e-30)
        part = alpha.unsqueeze(1) * t  # αt, what of x is the clean sound
        signal, distortion = part.square().sum(1), (part - x).square().sum(1)
        # Added to both, or a perfect answer would divide by 0.
        least = self.BOUND * (signal + distortion) + 1e-30
        ratio = 10 * ((signal + least) / (distortion + least)).log10()
        silent = (target == 0).all(1)
        return torch.where(silent, 0.0, -ratio).to(prediction.dtype)


def _level(sound: Tensor) -> Tensor:
    """Bring each clip to peak 1, which SI-SDR ignores and which keeps squares within range."""
    peak = sound.detach().abs().amax(1, keepdim=True)
    return sound / torch.where(peak > 0, peak, 1.0)


class SpectralLoss(WaveformLoss):
    """Base of the losses that compare spectra, at several resolutions.

    A long window tells close pitches apart and smears a click; a short one does the reverse. No
    single one hears both, so each example is judged at several, and the mean is taken.

    resolutions: pairs (window, hop) in samples.
    """

    def __init__(
        self,
        *,
        resolutions: Sequence[tuple[int, int]] = RESOLUTIONS,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=reduction)
        for window, hop in resolutions:
            if not 0 < hop <= window:
                raise ValueError(f"resolution ({window}, {hop}): expected 0 < hop <= window")
        self.resolutions = tuple(resolutions)
        for window, _ in self.resolutions:
            self.register_buffer(f"hann_{window}", torch.hann_window(window), persistent=False)

    def power(self, sound: Tensor, window: int, hop: int) -> Tensor:
        """|STFT|², (batch, bins, frames), never below FLOOR."""
        # Beyond its ends a sound is silent: a mirror image would need more samples than a window.
        hann = self.get_buffer(f"hann_{window}").to(sound.dtype)
        spectra = stft(sound, hann, hop, center=True)
        return power(spectra).clamp_min(FLOOR).transpose(1, 2)

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        if len(prediction) == 0:
            return prediction.sum(1)  # a Fourier transform takes no empty batch
        costs = [
            self.compare(
                self.power(prediction, window, hop), self.power(target, window, hop), window
            )
            for window, hop in self.resolutions
        ]
        return torch.stack(costs).mean(0)

    def compare(self, prediction: Tensor, target: Tensor, window: int) -> Tensor:
        """What each example costs, (batch,), given two power spectra (batch, bins, frames)."""
        raise NotImplementedError


class MultiResolutionSTFTLoss(SpectralLoss):
    """Spectral convergence and the distance of logarithms, at several resolutions.

        mean over resolutions of  ‖|X| - |T|‖ / ‖|T|‖  +  mean |ln |X| - ln |T||

    X, T: short-time Fourier transforms; ‖ ‖ spans the bins and frames of one example. The first
    term looks at the loudest places, the second at every place alike: the ear follows loudness
    roughly by its logarithm, so a hiss in a pause counts as much as an error within a vowel.
    Phases are not compared.

    The norm of a target that is all but silent (cells under QUIET on average) is taken as that of
    a quiet one: divided by nothing, one such clip would drown all others.

    >>> time = torch.arange(4000) / 16000
    >>> tone = 0.5 * torch.sin(2 * torch.pi * 440 * time)[None]
    >>> loss = MultiResolutionSTFTLoss()
    >>> bool(loss(tone, tone) == 0), bool(loss(0.9 * tone, tone) < loss(0.5 * tone, tone))
    (True, True)

    The counterpart in the field is `auraloss.freq.MultiResolutionSTFTLoss`.
    Source: Yamamoto, Song and Kim, "Parallel WaveGAN" (2020); spectral convergence: Arık, Jun and
    Diamos, "Fast spectrogram inversion using multi-head convolutional neural networks" (2018).
    """

    QUIET = 1e-2

    @exercise(points=25, minutes=30, difficulty=2, uses="PyTorch", lesson="Losses")
    def compare(self, prediction: Tensor, target: Tensor, window: int) -> Tensor:
        """Return what each example costs at one resolution: (batch,).

            ‖√P - √T‖ / max(‖√T‖, QUIET)  +  mean |ln √P - ln √T|

        P is `prediction`, T is `target`: two power spectra (batch, bins, frames), no value of which
        is below FLOOR, so that √P and √T are the magnitudes. ‖M‖ = √ mean M² is taken over bins
        and frames of one example, as is the mean in the second term: no example knows of another.

        self.QUIET is the least that a difference is divided by: the target may be silent. `window`
        is not needed here.

        The gradient goes to the prediction and must be a finite number everywhere. Beware of the
        root in the first norm: its gradient at 0 is infinite, and infinity times zero is NaN. Where
        an example has no difference at all, its cost is 0 and its gradient is 0, whatever the
        other examples of the batch have. The tensors that came in do not change.
        """
        difference = (prediction.sqrt() - target.sqrt()).square().mean((1, 2))
        # The gradient of a root is infinite at zero: where there is no difference, none is needed.
        distance = torch.where(difference > 0, difference, 1.0).sqrt() * (difference > 0)
        convergence = distance / target.mean((1, 2)).sqrt().clamp_min(self.QUIET)
        return convergence + 0.5 * (prediction.log() - target.log()).abs().mean((1, 2))


class MelDistanceLoss(SpectralLoss):
    """The distance of logarithms of mel bands, at several resolutions.

        mean over resolutions, bands b and frames of  |ln √(M|X|²)_b - ln √(M|T|²)_b|

    The mel scale is that of the ear: bands are narrow where it tells pitches apart, below 1 kHz,
    and wide above, so the many bins of the high frequencies do not outvote the vowels.

    sample_rate: in hertz. bands: of the longest window; shorter ones have fewer in proportion.

    >>> noise = torch.randn(1, 4000, generator=torch.Generator().manual_seed(0))
    >>> MelDistanceLoss()(0.5 * noise, noise)  # half as loud: ln 2
    tensor(0.6931)

    The counterpart in the field is `auraloss.freq.MelSTFTLoss`, of which this is the logarithmic
    part, on power and with librosa's mel bands of `htk=True, norm=None`.
    Source: Stevens, Volkmann and Newman, "A scale for the measurement of the psychological
    magnitude pitch" (1937); O'Shaughnessy, "Speech communication" (1987) for the formula.
    """

    def __init__(
        self,
        *,
        sample_rate: int = 16_000,
        bands: int = 80,
        resolutions: Sequence[tuple[int, int]] = RESOLUTIONS,
        reduction: str = "mean",
    ) -> None:
        super().__init__(resolutions=resolutions, reduction=reduction)
        longest = max(window for window, _ in self.resolutions)
        for window, _ in self.resolutions:
            count = max(1, bands * window // longest)
            matrix = mel_bands(count, window, sample_rate)
            self.register_buffer(f"bands_{window}", matrix, persistent=False)

    def compare(self, prediction: Tensor, target: Tensor, window: int) -> Tensor:
        bands = self.get_buffer(f"bands_{window}").to(prediction.dtype)
        difference = (bands @ prediction).log() - (bands @ target).log()
        return 0.5 * difference.abs().mean((1, 2))


def mel_bands(count: int, window: int, sample_rate: int) -> Tensor:
    """Return triangles, evenly spaced in mel = 2595 · log10(1 + f / 700), as (count, bins).

    Each is as high as 1 at its centre, or a little less where that falls between two bins.

    >>> mel_bands(10, 512, 16_000).shape
    torch.Size([10, 257])
    """
    highest = 2595 * math.log10(1 + sample_rate / 2 / 700)
    mels = torch.linspace(0, highest, count + 2, dtype=torch.float64)
    edges = 700 * (10 ** (mels / 2595) - 1)
    bins = torch.linspace(0, sample_rate / 2, window // 2 + 1, dtype=torch.float64)
    return triangular_bands(edges, bins, narrowest=sample_rate / window).float()
