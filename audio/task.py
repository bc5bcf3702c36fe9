"""Binds the rooms of the audio domain into the Task that common works with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor, nn

from audio import plots
from audio.baselines import baseline_outcomes
from audio.data import Mixtures, fingerprint, load
from audio.level import restored
from audio.loss import MelDistanceLoss, MultiResolutionSTFTLoss, SISDRLoss, WaveformMSELoss
from audio.metrics import METRICS, figures, mean_of, si_sdr
from audio.mixing import HIGHEST_SNR, LOWEST_SNR
from audio.model import MaskNetwork
from audio.portfolio import PORTFOLIO
from audio.predict import clean_samples, predict_file
from audio.preprocessing import SoundPreprocessing
from audio.settings import SAMPLE_RATE, AudioSettings, SoundSource
from audio.sound_files import FORMATS, HIGHEST_RATE, LOWEST_RATE, Sound, read
from audio.streaming import Denoiser
from audio.synthetic import corpus
from common.device import pick_device
from common.encodings import shown
from common.errors import UserError
from common.loss_registry import LossRegistry, WeightedSumLoss
from common.memory_mapped import empty_beside
from common.outcome import Outcome
from common.pipeline import Pipeline
from common.report.section import Section
from common.runs.trained_on import hashes_of
from common.settings import Options
from common.task import Task

SPECTRAL_WEIGHT = 0.3
"""Decibels of SI-SDR that a whole unit of spectral distance is worth in the loss `hearing`."""

MAKING = 18.0
"""Seconds that making the course's speech and noise takes at least, on one core; then they are kept
in the cache."""

MOST_CHANNELS = 64
"""Channels beyond which an array is taken for one that is the wrong way round."""


class FollowedSISDR:
    """Mean SI-SDR in decibels, for the learning curves; fed by batches, so that no clip is kept."""

    def reset(self) -> None:
        self.found: list[np.ndarray] = []

    def update(self, prediction: Tensor, target: Tensor) -> None:
        self.found.append(si_sdr(prediction.cpu().numpy(), target.cpu().numpy()))

    def compute(self) -> float:
        return mean_of(np.concatenate(self.found))


class AudioTask(Task):
    name = "audio"
    title = "Take the noise out"
    about = (
        "One network learns to take noise out of speech with several losses. The standard one "
        "squares the difference of the waveforms, sample by sample, and does not hear; the others "
        "ask what an ear would: how much of what is left is speech, and how the spectra differ "
        "to a sense that follows loudness by its logarithm."
    )
    paces: Mapping[str, float] = {"mse": 1.5, "si_sdr": 1.4}  # no spectra of theirs to compute
    metrics = METRICS
    of_network = (*Task.of_network, "causal")
    portfolio = PORTFOLIO
    source = SoundSource
    settings = AudioSettings
    preprocessing = SoundPreprocessing
    curves: Mapping[str, Any] = {"si_sdr": FollowedSISDR()}
    losses: Mapping[str, Any] = LossRegistry(
        {
            "mse": lambda settings, _: WaveformMSELoss(),
            "si_sdr": lambda settings, _: SISDRLoss(),
            "stft": lambda settings, _: MultiResolutionSTFTLoss(),
            "mel": lambda settings, _: MelDistanceLoss(sample_rate=SAMPLE_RATE),
            "hearing": lambda settings, _: WeightedSumLoss(
                [(1.0, SISDRLoss()), (SPECTRAL_WEIGHT, MultiResolutionSTFTLoss())]
            ),
        }
    )

    def reading_seconds(self, source: SoundSource) -> float:
        made_here = source.clean is None or source.noise is None
        return MAKING if made_here and not corpus.is_made() else 0.0

    def load(self, source: SoundSource) -> Mixtures:
        return load(source)

    def fingerprint(self, examples: Mixtures) -> str:
        return fingerprint(examples)

    def hashes(self, pipeline: Pipeline, examples: Mixtures) -> np.ndarray:
        """Of the speech alone, whatever noise it was mixed with and how loud it became."""

        def content(clip: np.ndarray) -> bytes:
            peak = np.maximum(np.abs(clip).max(keepdims=True), 1e-9)
            return np.round(clip[::61] / peak * 127).astype(np.int8).tobytes()

        return hashes_of(map(content, examples.clean))

    def prepare(self, source: SoundSource, settings: AudioSettings) -> SoundPreprocessing:
        return SoundPreprocessing(batch_size=settings.batch_size, seed=settings.seed)

    def model(self, preprocessing: SoundPreprocessing, settings: AudioSettings) -> nn.Module:
        return MaskNetwork(
            width=settings.width,
            depth=settings.depth,
            activation=settings.activation,
            causal=settings.causal,
        )

    def evaluate(
        self, pipeline: Pipeline, examples: Mixtures
    ) -> tuple[dict[str, float], np.ndarray]:
        estimates = denoised(pipeline, examples)
        return figures(estimates, examples), estimates

    def baselines(
        self,
        train: Mixtures,
        test: Mixtures,
        settings: AudioSettings,
        pipelines: Mapping[str, Pipeline],
    ) -> list[Outcome]:
        return baseline_outcomes(test)

    def plots(self, train: Mixtures, test: Mixtures, outcomes: Sequence[Outcome]) -> list[Section]:
        return plots.draw(test, outcomes)

    def heading(self, pipeline: Pipeline) -> tuple[str, str]:
        """Of the lesson, or of a person's folders."""
        source = pipeline.source
        if source.clean is None and source.noise is None:
            return self.title, self.about
        speech, noise = (
            "the course" if folder is None else shown(Path(folder).resolve().name)
            for folder in (source.clean, source.noise)
        )
        return f"Speech of {speech} in noise of {noise}", (
            f"A network that was trained with the loss {pipeline.settings.loss} takes this noise "
            f"out of this speech. They were mixed by us, at {LOWEST_SNR:g} to {HIGHEST_SNR:g} dB, "
            "so it is known what is clean. What was understood of the recordings, and whether "
            "training heard the same voices, stands under “How the data was read”."
        )

    def extras(
        self, folder: Path, pipelines: Mapping[str, Pipeline], test: Mixtures
    ) -> list[Section]:
        """Write what the page plays as .wav files beside it."""
        rows = plots.telling(test)
        shown = test[np.array(rows)]
        estimates = {name: denoised(pipeline, shown) for name, pipeline in pipelines.items()}
        for number in range(len(rows)):
            for name, sound in plots.versions(shown, estimates, number).items():
                (folder / f"{number + 1}-{name}.wav").write_bytes(plots.wav(sound))
        return []

    def examples_like(self, pipeline: Pipeline, source: SoundSource) -> Mixtures:
        """Mix a person's speech and noise as those of the training were mixed."""
        if source.clean is None or source.noise is None:
            raise UserError("name both folders to examine: --clean DIR and --noise DIR")
        return load(source)

    def serving(self) -> type:
        from audio.serving import SoundServing

        return SoundServing

    def answers_suffix(self, source: Path) -> str:
        """Return that of the sound, where it can be written, and otherwise .wav."""
        if source.is_dir():
            return ""
        return source.suffix if source.suffix.lower() in FORMATS else ".wav"

    def exporter(self, pipeline: Pipeline, options: Any) -> Any:
        from audio.export import SoundExporter

        return SoundExporter(self, pipeline)

    def predict(self, pipeline: Pipeline, source: Path, out: Path, options: Options) -> str:
        """Clean a file, or every sound of a folder."""
        if not source.exists():
            raise UserError(f"{source}: no such file or folder")
        return predict_file(_network(pipeline), source, out)

    def answer(
        self, pipeline: Pipeline, data: Any, *, sample_rate: int = SAMPLE_RATE
    ) -> np.ndarray | Sound:
        """Return a sound without its noise: a `Sound` for a file, samples for samples.

        Args:
            data: a file's path, or samples (n,) or (channels, n) between -1 and 1.
            sample_rate: of the samples, per second.
        """
        if isinstance(data, str | Path):
            sound = read(data)
            clean = clean_samples(_network(pipeline), sound.samples, sound.sample_rate)
            return replace(sound, samples=clean)
        samples = np.asarray(data)
        came = f"samples are {samples.dtype} {samples.shape}, expected float (n,) or (channels, n)"
        if samples.dtype.kind != "f" or samples.ndim not in (1, 2) or not samples.size:
            raise UserError(came)
        if samples.ndim == 2 and len(samples) > max(MOST_CHANNELS, samples.shape[1]):
            raise UserError(f"{came}: give their transpose, samples.T")
        if not np.isfinite(samples).all():
            raise UserError("samples are not all finite")
        if not LOWEST_RATE <= sample_rate <= HIGHEST_RATE:
            raise UserError(
                f"sample_rate is {sample_rate}, expected {LOWEST_RATE:,} to {HIGHEST_RATE:,}"
            )
        return clean_samples(_network(pipeline), samples, sample_rate)


def _network(pipeline: Pipeline) -> Any:
    return pipeline.model.to(pick_device(pipeline.settings.device))


def denoised(pipeline: Pipeline, examples: Mixtures) -> np.ndarray:
    """Return the clean clips, (clips, samples), as the pipeline gives them in inference."""
    at_work = replace(pipeline, model=Denoiser(_network(pipeline)))
    estimates, start = empty_beside(examples.noisy, examples.noisy.shape, np.float32), 0
    for clean in at_work.outputs(at_work.preprocessing.transform(examples)):
        rows = slice(start, start + len(clean))
        estimates[rows] = restored(examples.noisy[rows], clean.numpy())
        start = rows.stop
    return estimates


TASK = AudioTask()
