import numpy as np
import soundfile

from audio.settings import AudioSettings, SoundSource
from audio.task import TASK
from common.conformance import check_domain

RATE = 16_000


def test_the_task_keeps_its_contract(tmp_path):
    rng = np.random.default_rng(0)
    seconds = np.arange(9 * RATE // 2) / RATE
    for number in range(4):
        speech = tmp_path / "speech" / f"speaker {number}"
        speech.mkdir(parents=True)
        (tmp_path / "noise").mkdir(exist_ok=True)
        voice = np.sin(2 * np.pi * (110 + 30 * number) * seconds) * np.sin(8 * seconds) ** 2
        soundfile.write(speech / "take.wav", 0.3 * voice, RATE)
        hiss = 0.1 * rng.standard_normal(2 * RATE)
        soundfile.write(tmp_path / "noise" / f"wind-{number}.wav", hiss, RATE)
    source = SoundSource(clean=str(tmp_path / "speech"), noise=str(tmp_path / "noise"))
    settings = AudioSettings(epochs=1, width=8, batch_size=8, shares="50/25/25", device="cpu")
    given = tmp_path / "noise" / "wind-0.wav"
    check_domain(TASK, source, settings, tmp_path, given=given)
