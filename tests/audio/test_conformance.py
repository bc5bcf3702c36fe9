from audio.settings import AudioSettings
from audio.task import TASK
from common.conformance import check_domain
from tests.audio.voices import four_voices


def test_the_task_keeps_its_contract(tmp_path):
    source = four_voices(tmp_path)
    settings = AudioSettings(epochs=1, width=8, batch_size=8, shares="50/25/25", device="cpu")
    given = tmp_path / "noise" / "wind-0.wav"
    check_domain(TASK, source, settings, tmp_path, given=given)
