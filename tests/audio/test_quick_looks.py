"""What rules a remark out quickly changes none: each is what the slow way alone says."""

import numpy as np
import pytest
import soundfile
from scipy.signal import lfilter

from audio import interleaving, stored_form
from audio.byte_forms import FEWEST, Reading, distinct
from audio.decoding import Header, header


def smooth(rng, count):
    """Return noise that is smoothed more or less, of any level, some of it about another mean."""
    sound = lfilter([1], [1, -rng.uniform(0, 0.995)], rng.standard_normal(count))
    sound *= 10 ** rng.uniform(-2, 0) / np.abs(sound).max()
    return sound + rng.choice([0, 0, 0.3]) * (1 - np.abs(sound).max())


def stored(rng):
    """Return samples as a file holds them, of which many are in another form than it says."""
    channels, frames = int(rng.choice([1, 1, 2, 4])), int(rng.choice([1_500, 6_001, 32_000]))
    sound = np.stack([smooth(rng, frames) for _ in range(channels)], axis=1)
    if rng.random() < 0.3:
        sound = smooth(rng, sound.size).reshape(sound.shape)  # one channel, taken for several
    if channels > 1 and rng.random() < 0.2:
        sound[:, 0] = 0
    whole = np.rint(32767 * sound).astype("<i2")
    form = rng.integers(6)
    if form == 1:
        whole = whole.byteswap()
    elif form == 2:
        whole ^= -32768
    elif form in (3, 4):
        content = (sound.astype("<f4") if form == 3 else (sound * 2**31).astype("<i4")).tobytes()
        whole = np.frombuffer(content, "<i2")[: sound.size].reshape(sound.shape)
    elif form == 5:
        whole = np.roll(whole.view(np.uint8).ravel(), 1).view("<i2").reshape(sound.shape)
    return whole


def real(rng):
    """Return numbers of floating point, of which many are in another form than it says."""
    sound = stored(rng)
    form = rng.integers(4)
    if form == 0:
        return (sound / np.float32(32768)).astype("<f4")
    content = sound if form == 1 else sound.astype("<i4") << 16 if form == 2 else sound / 32768
    kind = ">f4" if form == 3 else content.dtype
    data = content.astype(kind).tobytes()
    return np.frombuffer(data[: len(data) // 16 * 16], "<f4").reshape(-1, sound.shape[1])


def doubts(samples):
    kind = "FLOAT" if samples.dtype.kind == "f" else "PCM_16"
    return stored_form.doubt(samples, Header(16_000, samples.shape[1], None, "WAV", kind))


def doubts_of_file(path):
    return stored_form.doubt(path, header(path))


def in_24_bits(folder, seed):
    """Write a file of three bytes a sample, of which many stand in another order or elsewhere."""
    rng = np.random.default_rng(seed)
    sound = smooth(rng, int(rng.choice([1_500, 6_000, 24_000])))
    data = np.rint(sound * (2**23 - 1)).astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3]
    form = rng.integers(4)
    data = data[:, ::-1] if form == 1 else np.roll(data, 1) if form == 2 else data
    if form == 3:
        data = np.rint(sound * 32767).astype("<i2").view(np.uint8)
    soundfile.write(path := folder / f"{seed}.wav", np.zeros(data.size // 3), 16_000, "PCM_24")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - data.size] + data.tobytes())
    return path


@pytest.mark.parametrize(
    ("draw", "told"),
    [
        (lambda folder, seed: stored(np.random.default_rng(seed)), 4),
        (lambda folder, seed: real(np.random.default_rng(seed)), 3),
        (in_24_bits, 2),
    ],
)
def test_remarks_are_those_without_quick_looks(monkeypatch, tmp_path, draw, told):
    drawn = [draw(tmp_path, seed) for seed in range(80)]
    doubt = doubts_of_file if draw is in_24_bits else doubts
    quick = [doubt(one) for one in drawn]
    monkeypatch.setattr(Reading, "is_rougher_than", lambda self, limit: False)
    monkeypatch.setattr(interleaving, "_is_as_smooth", lambda row: False)
    assert quick == [doubt(one) for one in drawn]
    assert len(set(quick)) > told


def test_a_quick_look_rules_out_nothing_that_is_smooth_enough():
    """Whatever the limit: what is ruled out has a channel above it, or is no sound at all."""
    ruled_out = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        reading = Reading("", stored(rng), 2)
        limit = float(rng.uniform(0, 2))
        if reading.is_rougher_than(limit):
            ruled_out += 1
            few = len(reading.stored) < FEWEST
            assert few or reading.changes[reading.powers > 0].max() > limit
    assert 40 < ruled_out < 180


@pytest.mark.parametrize("kind", ["i1", "<i2", ">i2", "<i4", "f4"])
def test_different_values_are_counted_as_numpy_counts_them(kind):
    rng = np.random.default_rng(0)
    for count in (0, 1, 2, 500):
        values = rng.integers(-100, 100, count).astype(kind)
        assert distinct(values) == len(np.unique(values))
