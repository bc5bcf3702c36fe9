"""python -m audio"""

from audio.settings import AudioSettings, SoundSource
from common.cli import run
from common.domain import Domain

DOMAIN = Domain(
    name="audio",
    summary="Speech denoising: a network, and losses that hear.",
    task="audio.task",
    keras_loss="stft",
    source=SoundSource,
    settings=AudioSettings,
    demo=("mse", "hearing"),
    demo_settings={"epochs": 4},
    libraries={
        "librosa": ("librosa", "the audio lesson does not work"),
        "soundfile": ("soundfile", "the audio lesson reads and writes no sound"),
        "espeakng_loader": ("espeakng-loader", "the audio lesson has no speech of its own"),
        "pystoi": ("pystoi", "the audio lesson does not judge intelligibility"),
    },
)

if __name__ == "__main__":
    run(DOMAIN)
