"""One small trained run of each domain, for all tests of serving, in whichever process."""

import numpy as np
import pandas as pd
import pytest
import soundfile

import tabular
import text
import vision
from common.discovery import ROOT
from tests.audio.voices import hiss, syllables, voices_and_run
from tests.common.made_once import made_once
from tests.tabular.test_command import flats
from tests.vision.scenes import folders, scene
from text.synthetic import read_messages
from vision.video import write

TINY = {"epochs": 1, "width": 8, "device": "cpu", "progress": False}


def sold_flats(n=200, seed=0):
    """Flats whose days of sale can be read only in one way."""
    frame = flats(n, seed)
    frame["продан"] = [f"{day[6:]}-{day[3:5]}-{day[:2]}" for day in frame["продан"]]
    return frame


@pytest.fixture(scope="session")
def tabular_run(tmp_path_factory):
    def make(folder):
        sold_flats().to_csv(folder / "flats.csv", index=False)
        settings = {**TINY, "members": 1}
        tabular.fit(folder / "flats.csv", target="цена", out=folder / "run", **settings)

    return made_once(tmp_path_factory, "served-flats", make) / "run"


@pytest.fixture(scope="session")
def text_run(tmp_path_factory):
    """Of the course's own messages, with their price list."""

    def make(folder):
        costs = ROOT / "text" / "synthetic" / "costs.csv"
        frame = pd.DataFrame(read_messages()[::12])
        frame.to_csv(folder / "messages.csv", index=False)
        named = {"text": "text", "label": "label", "group": "situation", "costs": str(costs)}
        text.fit(folder / "messages.csv", out=folder / "run", **named, **TINY | {"width": 16})

    return made_once(tmp_path_factory, "served-messages", make) / "run"


@pytest.fixture(scope="session")
def vision_run(tmp_path_factory):
    def make(folder):
        images, masks = folders(folder)
        settings = vision.VisionSettings(
            size=32, width=4, depth=2, batch_size=4, lr=0.01, augment=False, epochs=12, device="cpu"
        )
        vision.fit(images, masks, settings=settings, progress=False, out=folder / "run")

    return made_once(tmp_path_factory, "served-squares", make) / "run"


@pytest.fixture(scope="session")
def film(tmp_path_factory):
    """A second of a square that does not move."""
    path = tmp_path_factory.mktemp("film") / "short.mp4"
    write(path, [np.pad(scene(3)[0], ((12, 12), (8, 8), (0, 0)))] * 10, 10)
    return path


@pytest.fixture(scope="session")
def audio_run(tmp_path_factory):
    return voices_and_run(tmp_path_factory) / "runs" / "mine"


@pytest.fixture(scope="session")
def recording(tmp_path_factory):
    """A second and a half of a voice in noise, in stereo at 44.1 kHz."""
    path = tmp_path_factory.mktemp("sound") / "noisy.wav"
    voice = syllables(1.5, pitch=130, rate=44_100) + hiss(1.5, rate=44_100)
    soundfile.write(path, np.stack([voice, voice[::-1]]).T, 44_100)
    return path
