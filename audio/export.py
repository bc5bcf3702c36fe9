"""How a run of sound leaves: the network from power to mask, and what it remembers beside it.

Complex numbers are no input that every runtime takes, so the spectra stay outside, in NumPy. What
a piece leaves behind for the next one goes in and comes out as tensors: the bundle streams an hour
in the memory of a few seconds, and one piece gives what a thousand give.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from audio.bundle.streaming import REMEMBERED, Denoiser
from audio.level import MOST_GAIN, restored
from audio.metrics import figures
from audio.model import (
    AT_ONCE,
    BANDS,
    CONTEXT,
    FEATURES,
    HOP,
    MASK_EXPONENT,
    MASK_FLOOR,
    WINDOW,
    MaskNetwork,
    fading_block,
    soften,
)
from audio.settings import SAMPLE_RATE
from audio.streaming import Denoiser as OwnDenoiser
from common.export.exporter import Exporter, json_bytes, npz_bytes
from common.export.quantization import to_int8
from common.export.runtime import Runner
from common.i18n import Text
from common.pipeline import Pipeline
from common.task import Task

SECOND = SAMPLE_RATE // HOP
"""Frames of a second."""
TOGETHER = 16
"""Clips that are cleaned side by side, to measure."""


class SoundExporter(Exporter):
    """A run of sound on its way out."""

    inputs = ("power", *REMEMBERED)
    outputs = ("mask", *(f"{name}_next" for name in REMEMBERED))
    unit = Text("second of sound", "секунда звука")
    libraries = ("soundfile>=0.13", "soxr>=0.5")
    modules = ("common.export.bundle.program", "audio.bundle.streaming", "audio.bundle.cleaning")
    usage = Text(
        "INPUT is a sound file (WAV, FLAC, OGG, MP3) or a folder of them. The answer is the same "
        "sound without its noise, of the same rate, channels and length. In a program of your own "
        "`Denoiser` of `stickshift_model/streaming.py` takes a sound piece by piece, as it comes "
        "from a microphone.",
        "INPUT — звуковой файл (WAV, FLAC, OGG, MP3) или папка с ними. Ответ — тот же звук без "
        "шума: частота, каналы и длина прежние. В своей программе `Denoiser` из "
        "`stickshift_model/streaming.py` берёт звук по частям, как он идёт с микрофона.",
    )

    def __init__(self, task: Task, pipeline: Pipeline) -> None:
        super().__init__(task, pipeline)
        assert isinstance(pipeline.model, MaskNetwork)
        self.own: MaskNetwork = pipeline.model

    def network(self) -> nn.Module:
        return MaskStep(self.own)

    def _drawn(self, sounds: int, frames: int) -> tuple[Tensor, ...]:
        draw = torch.Generator().manual_seed(0)
        power = torch.rand((sounds, frames, WINDOW // 2 + 1), generator=draw)
        shapes = self._shapes(sounds)
        return power, *(torch.zeros(shapes[name]) for name in REMEMBERED)

    def _shapes(self, sounds: Any) -> dict[str, list[Any]]:
        lstm = self.own.recurrent
        memory = [lstm.num_layers, sounds, lstm.hidden_size]
        return {
            "context": [sounds, CONTEXT - 1, FEATURES],
            "total": [sounds, 1, BANDS],
            "weight": [sounds, 1, 1],
            "hidden": memory,
            "cell": memory,
        }

    def sample(self) -> tuple[Tensor, ...]:
        return self._drawn(2, 9)

    def one(self) -> tuple[Tensor, ...]:
        return self._drawn(1, SECOND)

    def free_axes(self) -> tuple[dict[int, str], ...]:
        sounds = {0: "sounds"}
        memory = {1: "sounds"}
        return {0: "sounds", 1: "frames"}, sounds, sounds, sounds, memory, memory

    def to_int8(self, content: bytes, examples: Any) -> bytes:
        """Return the graph with the LSTM in int8, of which there is none but the dynamic kind.

        The power of the spectra spans ten powers of ten and stays float32: in int8 the bands cost
        a third of the SI-SDR (10.3 -> 6.9 dB). So does the convolution, which would be a megabyte
        smaller and take twice the time.
        """
        return to_int8(content, kinds=("LSTM",), how="dynamic")

    def metrics(self, run: Runner, examples: Any) -> tuple[dict[str, float], float]:
        """Measure by the bundle's own streaming, beside PyTorch's."""
        own = OwnDenoiser(self.own).eval()
        estimates, difference = [], 0.0
        for start in range(0, len(examples), TOGETHER):
            noisy = examples.noisy[start : start + TOGETHER]
            found = clean(run, self.values(), noisy)
            with torch.no_grad():
                ours = own(torch.from_numpy(noisy)).numpy()
            difference = max(difference, float(np.abs(found - ours).max(initial=0)))
            estimates.append(found)
        whole = restored(examples.noisy, np.concatenate(estimates))
        return figures(whole, examples), difference

    def values(self) -> dict[str, Any]:
        return {
            "sample_rate": SAMPLE_RATE,
            "window": WINDOW,
            "at_once": AT_ONCE,
            "look_ahead": self.own.look_ahead,
            "exponent": MASK_EXPONENT,
            "most_gain": MOST_GAIN,
            "state": self._shapes("sounds"),
        }

    def files(self) -> dict[str, bytes]:
        return {"preparation.json": json_bytes(self.values()), "preparation.npz": npz_bytes({})}


class MaskStep(nn.Module):
    """One piece of a sound: from the power of its spectra to the mask that inference puts on them.

    power (sounds, frames, bins), up to `AT_ONCE` frames, and what is remembered -> mask of the same
    shape, late by the look ahead, and what is remembered next.
    """

    def __init__(self, network: MaskNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        power: Tensor,
        context: Tensor,
        total: Tensor,
        weight: Tensor,
        hidden: Tensor,
        cell: Tensor,
    ) -> tuple[Tensor, ...]:
        fade: Callable[..., Tensor] = fading_block
        features, (total, weight) = self.network.features_of_power(
            power, (total, weight), fade=fade
        )
        seen = torch.cat([context, features], dim=1)
        logits, (hidden, cell) = self.network.logits(seen, (hidden, cell))
        mask = MASK_FLOOR + (1 - MASK_FLOOR) * torch.sigmoid(soften(logits))
        return mask, seen[:, 1 - CONTEXT :], total, weight, hidden, cell


def clean(run: Runner, values: dict[str, Any], noisy: np.ndarray) -> np.ndarray:
    """Return clips (clips, samples) as the bundle cleans them, before their level is restored."""
    denoiser = Denoiser(run, values, channels=len(noisy))
    return np.concatenate([*denoiser.pieces(noisy), *denoiser.rest()], axis=1)
