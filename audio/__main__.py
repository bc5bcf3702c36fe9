"""python -m audio"""

from audio.settings import AudioSettings, SoundSource
from common.cli import Domain, run

DOMAIN = Domain(
    name="audio",
    summary="Speech denoising: a network, and losses that hear.",
    task="audio.task",
    source=SoundSource,
    settings=AudioSettings,
    demo=("mse", "hearing"),
    demo_settings={"epochs": 4},
)

if __name__ == "__main__":
    run(DOMAIN)
