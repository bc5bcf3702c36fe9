"""The course's mixtures and a person's folders: who is heard where, and what is said of it."""

import os

import numpy as np
import pytest
import soundfile

from audio import data, recordings
from audio.baselines import baseline_outcomes
from audio.data import fingerprint, load
from audio.folders import find_sounds
from audio.mixing import HIGHEST_SNR, LOWEST_SNR
from audio.preprocessing import SoundPreprocessing
from audio.recordings import CLIP, SAMPLE_RATE
from audio.settings import SoundSource
from audio.speakers import speakers_of
from audio.synthetic import corpus
from audio.task import TASK
from common import memory_mapped
from common.errors import UserError
from common.splits import split

SHARES = "70/20/10"


def put(path, seconds=5.0, rate=SAMPLE_RATE, seed=0, samples=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    if samples is None:
        samples = 0.1 * np.random.default_rng(seed).normal(size=round(seconds * rate))
    soundfile.write(path, samples, rate)
    return path


def folder(root, names, **how):
    first = 100 if root.name == "noise" else 0  # no sound is in both
    for number, name in enumerate(names, first):
        put(root / name, seed=number, **how)
    return str(root)


def own(tmp_path, clean, noise, **how):
    """Mixtures of a person's files."""
    return load(
        SoundSource(
            clean=folder(tmp_path / "clean", clean, **how),
            noise=folder(tmp_path / "noise", noise, **how),
        )
    )


def make_small():
    """The course's sounds, with three worlds and short ones."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("WORLDS", 3), ("CLIPS_OF_VOICE", 1), ("SENTENCES_OF_VOICE", 3)):
            patch.setattr(corpus, name, value)
        patch.setattr(corpus, "voices", lambda: ("adam", "m1", "f2", "whisper", "iven", "iven2"))
        return corpus._made()


@pytest.fixture(scope="module")
def sounds():
    return make_small()


@pytest.fixture
def small_course(monkeypatch, tmp_path, sounds):
    """The course cut small, and the folder where it is kept."""
    monkeypatch.setenv("STICKSHIFT_CACHE", str(tmp_path / "кеш"))
    monkeypatch.setattr(corpus, "_made", lambda: sounds)
    return tmp_path / "кеш"


def parts(examples, **how):
    found = split(examples, SHARES, **how, **examples.split_by)
    return [examples[rows] for rows in (found.train, found.valid, found.test)]


def noise_in(examples):
    return examples.noisy.astype(np.float64) - examples.clean


# The course's own.


def test_ratios_of_the_course_are_what_it_says_and_nothing_is_clipped(small_course):
    mixtures = load(SoundSource())
    power = np.square(mixtures.clean, dtype=np.float64).sum(1)
    ratio = 10 * np.log10(power / np.square(noise_in(mixtures)).sum(1))
    assert np.abs(ratio - mixtures.snr).max() < 0.01
    assert mixtures.snr.min() >= LOWEST_SNR
    assert mixtures.snr.max() <= HIGHEST_SNR
    assert np.abs(mixtures.noisy).max() < 1
    assert mixtures.clean.shape[1] == CLIP


def test_no_part_of_the_course_hears_anothers_voice_or_noise(small_course):
    train, valid, test = parts(load(SoundSource()))
    for mine, other in ((train, test), (valid, test), (train, valid)):
        assert not set(mine.voices) & set(other.voices)
        a, b = (noise_in(part) for part in (mine, other))
        a, b = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (a, b))
        assert np.abs(a @ b.T).max() < 0.9


def test_variants_of_one_voice_share_a_world(small_course):
    mixtures = load(SoundSource())
    worlds = dict(zip(mixtures.voices, mixtures.split_by["groups"], strict=True))
    assert worlds["iven"] == worlds["iven2"]


def test_the_course_is_made_the_same_each_time(sounds):
    again = make_small()
    assert again.keys() == sounds.keys()
    for name, values in again.items():
        np.testing.assert_array_equal(values, sounds[name], err_msg=name)


def test_the_course_is_made_once_and_then_comes_from_the_cache(small_course, monkeypatch):
    first = load(SoundSource())
    monkeypatch.setattr(corpus, "_made", None)
    assert fingerprint(load(SoundSource())) == fingerprint(first)


def test_a_damaged_cache_is_made_anew(small_course):
    first = fingerprint(load(SoundSource()))
    (kept,) = small_course.glob("*.npz")
    for damage in (b"", b"not a zip", kept.read_bytes()[:5000]):
        kept.write_bytes(damage)
        assert fingerprint(load(SoundSource())) == first


def test_what_an_earlier_version_kept_is_replaced(small_course):
    small_course.mkdir()
    old = small_course / "speech-and-noise-0123456789ab.npz"
    other = small_course / "california-housing.csv"
    old.touch()
    other.touch()
    load(SoundSource())
    assert not old.exists()
    assert other.exists()


@pytest.mark.skipif(os.name == "nt", reason="a file in place of the folder tells it there too")
def test_a_cache_that_cannot_be_written_is_said_and_no_trouble(small_course):
    small_course.write_text("a file where the folder should be")
    assert any("not kept" in note for note in load(SoundSource()).notes)


# A person's folders.


def test_a_sub_folder_is_a_speaker(tmp_path):
    names = [f"{who}/{n}.wav" for who in ("Анна", "Борис", "Вера", "Глеб") for n in range(3)]
    mixtures = own(tmp_path, names, [f"шум {n}.flac" for n in range(4)])
    assert set(mixtures.voices) == {"Анна", "Борис", "Вера", "Глеб"}
    train, valid, test = parts(mixtures)
    assert not set(train.voices) & set(test.voices)
    assert not set(train.kinds) & set(test.kinds)
    assert not set(valid.kinds) & set(test.kinds)


@pytest.mark.parametrize(
    ("names", "speakers"),
    [
        (["p1_01", "p1_02", "p2_01", "p2_02", "p3_01"], ["p1", "p1", "p2", "p2", "p3"]),
        (["0_anna_0", "1_anna_1", "0_oleg_2", "1_oleg_3"], ["anna", "anna", "oleg", "oleg"]),
        (["19-1-1", "19-1-2", "26-4-3", "26-5-4"], ["19", "19", "26", "26"]),
        (["take-1", "take-2", "take-3"], ["one speaker"] * 3),
        (["a", "b c", "d"], ["one speaker"] * 3),
    ],
)
def test_speakers_are_read_from_names(tmp_path, names, speakers):
    paths = [tmp_path / f"{name}.wav" for name in names]
    assert speakers_of(tmp_path, paths)[0] == speakers


def test_one_speaker_is_said(tmp_path):
    mixtures = own(tmp_path, [f"take-{n}.wav" for n in range(6)], [f"n{n}.wav" for n in range(6)])
    said = " ".join(mixtures.notes)
    assert "clean: one speaker" in said
    assert "the same voices are heard in training and test" in said
    assert all(len(part) for part in parts(mixtures))


def test_one_long_recording_of_each_is_cut_into_stretches(tmp_path):
    mixtures = own(tmp_path, ["speech.wav"], ["street.wav"], seconds=60.0)
    said = " ".join(mixtures.notes)
    assert "clean: too few recordings" in said
    assert "noise: too few recordings" in said
    assert all(len(part) for part in parts(mixtures))


def test_noise_shorter_than_speech_is_played_again(tmp_path):
    clean = folder(tmp_path / "clean", [f"s{n}_1.wav" for n in range(4)], seconds=9.0)
    noise = folder(tmp_path / "noise", [f"n{n}.wav" for n in range(4)], seconds=0.5)
    mixtures = load(SoundSource(clean=clean, noise=noise))
    quarters = np.square(noise_in(mixtures)).reshape(len(mixtures), 8, -1).mean(2)
    assert (quarters > 0.5 * quarters.mean(1, keepdims=True)).all()


def test_mixed_rates_are_converted_and_said(tmp_path):
    tone = [np.sin(2 * np.pi * 440 * np.arange(6 * rate) / rate) / 3 for rate in (8_000, 48_000)]
    clean = tmp_path / "clean"
    for number, (samples, rate) in enumerate(zip(tone * 2, (8_000, 48_000) * 2, strict=True)):
        put(clean / f"v{number}" / "a.wav", samples=samples, rate=rate)
    noise = folder(tmp_path / "noise", ["a.wav", "b.wav", "c.wav"])
    mixtures = load(SoundSource(clean=str(clean), noise=noise))
    assert "clean: recorded at 8,000 and 48,000 Hz, converted to 16,000 Hz" in mixtures.notes
    for clip in mixtures.clean[[0, 2]]:
        assert np.abs(np.fft.rfft(clip)).argmax() / 4 == pytest.approx(440, abs=1)


def test_short_recordings_of_a_speaker_make_a_clip_together(tmp_path):
    names = [f"{n}_{who}_{n}.wav" for who in ("anna", "oleg", "vera") for n in range(10)]
    mixtures = own(tmp_path, names, ["a.wav", "b.wav", "c.wav"], seconds=0.5)
    assert sorted(mixtures.voices) == ["anna", "anna", "oleg", "oleg", "vera", "vera"]


def test_what_is_no_sound_is_left_out_and_said(tmp_path):
    names = ["a_1.wav", "a_2.wav", "b_1.wav", "c_1.wav", "c_2.wav"]
    clean = folder(tmp_path / "clean", names)
    (tmp_path / "clean" / "a_2.wav").write_text("text")
    put(tmp_path / "clean" / "b_2.wav", samples=np.zeros(80_000))
    damaged = np.random.default_rng(0).normal(0, 0.1, 80_000)
    damaged[7] = np.nan
    soundfile.write(tmp_path / "clean" / "c_2.wav", damaged, SAMPLE_RATE, subtype="FLOAT")
    mixtures = load(
        SoundSource(clean=clean, noise=folder(tmp_path / "noise", ["a.wav", "b.wav", "c.wav"]))
    )
    said = "\n".join(mixtures.notes)
    assert "clean: left out: " in said
    assert "a_2.wav: no sound found in it" in said
    assert "clean: b_2.wav: silent" in said
    assert "clean: c_2.wav: 1 sample is no number" in said
    assert np.isfinite(mixtures.noisy).all()


def test_channels_become_one_and_an_offset_goes(tmp_path):
    samples = 0.2 * np.random.default_rng(0).normal(size=(80_000, 6)) + 0.3
    for name in "abc":
        put(tmp_path / "clean" / name / "x.wav", samples=samples)
    noise = folder(tmp_path / "noise", ["a.wav", "b.wav", "c.wav"])
    mixtures = load(SoundSource(clean=str(tmp_path / "clean"), noise=noise))
    assert mixtures.clean.ndim == 2
    assert np.abs(mixtures.clean.mean(1)).max() < 1e-3
    assert any("an offset" in note for note in mixtures.notes)


@pytest.mark.parametrize("what", ["clean", "noise"])
def test_a_folder_without_anything_to_hear_is_refused(tmp_path, what):
    good = folder(tmp_path / "good", ["a.wav", "b.wav", "c.wav"])
    other = {"clean": "noise", "noise": "clean"}[what]
    bad = tmp_path / "bad"
    bad.mkdir()
    for words in ("it is empty", "nothing to be heard in 1 file .*silent"):
        with pytest.raises(UserError, match=words):
            load(SoundSource(**{what: str(bad), other: good}))
        put(bad / "a.wav", samples=np.zeros(80_000))
    (bad / "a.wav").write_text("text")
    with pytest.raises(UserError, match="nothing to be heard in 1 file .*no sound found"):
        load(SoundSource(**{what: str(bad), other: good}))
    with pytest.raises(UserError, match="no such folder"):
        load(SoundSource(**{what: str(tmp_path / "none"), other: good}))


def test_a_long_folder_is_thinned_evenly(tmp_path, monkeypatch):
    monkeypatch.setattr(recordings, "MOST_CLIPS", 5)
    clean = folder(tmp_path / "clean", ["a/x.wav", "b/x.wav", "c/x.wav"], seconds=20.0)
    noise = folder(tmp_path / "noise", ["a.wav", "b.wav", "c.wav"])
    mixtures = load(SoundSource(clean=clean, noise=noise))
    assert set(mixtures.voices) == {"a", "b", "c"}
    assert len(mixtures) <= 6
    assert "clean: long; one clip in 4 was taken" in mixtures.notes


def test_of_a_folder_is_taken_what_the_temporary_folder_has_room_for(tmp_path, monkeypatch):
    monkeypatch.setattr(recordings, "FEW_CLIPS", 2)
    monkeypatch.setattr(memory_mapped, "CAN", True)
    monkeypatch.setattr(memory_mapped, "room", lambda: 10 * recordings.ROOM_OF_CLIP)
    assert recordings.most_clips() == 7
    monkeypatch.setattr(memory_mapped, "room", lambda: 0)  # files would lie in memory
    assert recordings.most_clips() == 2
    clean = folder(tmp_path / "clean", ["a/x.wav", "b/x.wav", "c/x.wav"], seconds=4.0)
    said = recordings.speech(find_sounds(clean)).notes
    assert "clean: long; one clip in 2 was taken" in said
    assert "clean: for more the temporary folder (TMPDIR) has no room on a disk" in said


def test_clips_that_were_left_out_keep_no_memory(monkeypatch):
    monkeypatch.setattr(memory_mapped, "TOGETHER", 4 * CLIP)  # two clips in a block
    kept = recordings._Kept(most=8)
    generator = np.random.default_rng(0)
    for _ in range(9):
        kept.add(generator.normal(size=CLIP) / 10, "a")
    assert len(kept.clips) == 5
    assert len({id(clip.base) for clip in kept.clips}) == 3


def test_sounds_in_files_are_those_in_memory(tmp_path, monkeypatch):
    """Bit by bit: the mixtures, their parts, what a training hears, and the figures."""

    names = ["a_1.wav", "b_1.wav", "c_1.wav"], ["x.wav", "y.wav", "z.wav"]

    def everything():
        mixtures = own(tmp_path, *names)
        train, valid, test = parts(mixtures)
        prepared = SoundPreprocessing(batch_size=2).fit(train)
        batches = prepared.data(train, training=True)
        batches.set_epoch(1)
        heard = [tensor.numpy() for batch in batches for tensor in batch]
        inputs = [tensor.numpy() for tensor in prepared.data(valid)]
        estimates = baseline_outcomes(test)[1]
        told = [fingerprint(mixtures), *estimates.metrics.values()]
        said.append([note for note in mixtures.notes if "GB of sounds" in note])
        hashes = TASK.hashes(None, train)
        arrays = [mixtures.clean, train.clean, train.noisy, *inputs, estimates.artifacts]
        return [*arrays, *heard, hashes], told

    said: list[list[str]] = []
    in_memory, told = everything()
    monkeypatch.setattr(memory_mapped, "LARGE", 0)
    monkeypatch.setattr(memory_mapped, "TOGETHER", CLIP)  # two clips of 16 bits, none of more
    in_files, told_of_files = everything()
    for one, other in zip(in_memory, in_files, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(told, told_of_files)
    assert not said[0]
    if memory_mapped.CAN:
        assert "more than is kept in memory: they lie in files of the temporary" in said[1][0]
    monkeypatch.setattr(memory_mapped, "CAN", False)
    words = "sounds lie in memory: the temporary folder (TMPDIR) cannot hold them"
    assert any(words in note for note in own(tmp_path, *names).notes)


def test_own_speech_meets_the_courses_noise(small_course, tmp_path):
    clean = folder(tmp_path / "clean", ["a/x.wav", "b/x.wav", "c/x.wav"])
    mixtures = load(SoundSource(clean=clean))
    assert set(mixtures.voices) == {"a", "b", "c"}
    assert set(mixtures.kinds) <= {*data.corpus.KINDS, "babble"}
    assert all(len(part) for part in parts(mixtures))


def test_fingerprint_knows_order_and_content(tmp_path):
    mixtures = own(tmp_path, ["a_1.wav", "b_1.wav", "c_1.wav"], ["a.wav", "b.wav", "c.wav"])
    rows = np.arange(len(mixtures))[::-1]
    assert fingerprint(mixtures[rows]) != fingerprint(mixtures)
    assert fingerprint(mixtures[rows][rows]) == fingerprint(mixtures)
