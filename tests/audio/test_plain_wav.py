"""A WAV in memory is the sound that a file of the same bytes is, and is answered alike."""

import io

import numpy as np
import pytest
import soundfile

from audio import decoding
from audio.model import MaskNetwork
from audio.plain_wav import plain_wav
from audio.predict import clean_file, clean_wav
from audio.sound_files import Stream

NAMES = ("sent.wav", "answer.wav")


def wav(samples, rate=16_000, subtype="PCM_16"):
    file = io.BytesIO()
    soundfile.write(file, samples, rate, subtype, format="WAV")
    return file.getvalue()


def noise(frames, channels, seed=0):
    return 0.2 * np.random.default_rng(seed).standard_normal((frames, channels))


def damaged(content, rng):
    """Return the bytes with some of the first ones exchanged, and now and then cut or longer."""
    found = bytearray(content)
    for place in rng.integers(0, 48, rng.integers(1, 3)):
        found[place] = rng.choice([0, 1, 2, 3, 16, 18, 255, found[place] ^ 1])
    if rng.random() < 0.2:
        del found[-int(rng.integers(1, 9)) :]
    return bytes(found)


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
@pytest.mark.parametrize(("frames", "channels", "rate"), [(70_001, 1, 16_000), (4_001, 2, 44_100)])
def test_it_is_answered_as_the_file_is(subtype, frames, channels, rate, tmp_path):
    network = MaskNetwork(width=8).eval()
    samples = noise(frames, channels)
    samples[5:900] = 1.5  # limited at 16 bits, and above full scale in floating point
    content = wav(samples, rate, subtype)
    (tmp_path / NAMES[0]).write_bytes(content)
    of_file = clean_file(network, tmp_path / NAMES[0], tmp_path / NAMES[1])
    found, done = clean_wav(network, plain_wav(content), NAMES)
    assert done == of_file
    wanted, _ = soundfile.read(tmp_path / NAMES[1])
    said, its_rate = soundfile.read(io.BytesIO(found))
    assert its_rate == rate
    np.testing.assert_array_equal(said, wanted)
    assert soundfile.info(io.BytesIO(found)).subtype == subtype


def test_what_is_odd_is_not_looked_for_where_nobody_reads_it(monkeypatch):
    content, network = wav(noise(4_000, 1)), MaskNetwork(width=8).eval()
    found, _ = clean_wav(network, plain_wav(content), NAMES)
    monkeypatch.setattr("audio.stored_form.doubt", lambda *_: pytest.fail("it was looked for"))
    said, done = clean_wav(network, plain_wav(content), NAMES, with_notes=False)
    assert (said, done.notes) == (found, [])


def test_samples_that_are_no_numbers_are_silence_and_told(tmp_path):
    samples = noise(4_000, 1)
    samples[7] = np.nan
    stream = Stream(NAMES[0], wav=plain_wav(wav(samples, subtype="FLOAT")))
    (block,) = stream
    assert block[0, 7] == 0
    assert "1 sample is no number" in stream.notes[0]


@pytest.mark.parametrize("subtype", ["PCM_24", "PCM_U8", "DOUBLE", "ULAW", "IMA_ADPCM"])
def test_other_resolutions_are_left_to_the_file(subtype):
    assert plain_wav(wav(noise(4_000, 1), subtype=subtype)) is None


def test_what_is_not_whole_to_the_byte_is_left_to_the_file():
    content = wav(noise(1_000, 1))
    assert plain_wav(content) is not None
    assert plain_wav(content[:-2]) is None
    assert plain_wav(content + b"more") is None
    assert plain_wav(content + content) is None
    assert plain_wav(wav(noise(0, 1))) is None


def test_peaks_of_another_number_of_channels_are_left_to_the_file():
    """libsndfile refuses such a file, and so would an answer to it."""
    content = bytearray(wav(noise(1_000, 2), subtype="FLOAT"))
    assert b"PEAK" in content
    assert plain_wav(bytes(content)) is not None
    content[22:24], content[32:34] = b"\1\0", b"\4\0"  # one channel of twice as many frames
    assert plain_wav(bytes(content)) is None


def test_whatever_is_taken_for_plain_libsndfile_reads_alike(tmp_path):
    rng, taken = np.random.default_rng(0), 0
    for number in range(600):
        subtype, channels = ("PCM_16", "FLOAT")[number % 2], 1 + number // 2 % 2
        content = damaged(wav(noise(20, channels), subtype=subtype), rng)
        found = plain_wav(content)
        if found is None:
            continue
        taken += 1
        path = tmp_path / "a.wav"
        path.write_bytes(content)
        header, problems = decoding.header(path), []
        wanted = np.concatenate(list(decoding.blocks(path, header, problems)))
        assert (found.header, []) == (header, problems)
        np.testing.assert_array_equal(np.concatenate(list(found.blocks())), wanted)
    assert taken > 30
