"""Sounds that nobody would miss though they are there, and those that are there twice."""

import numpy as np
import pytest
import soundfile
from PIL import Image

from audio.data import load
from audio.folders import find_sounds
from audio.pairs import refuse_pairs
from audio.predict import predict_file
from audio.recordings import noise, speech
from audio.settings import SoundSource
from audio.sound_files import read
from common.errors import UserError
from common.folders import visible_files
from common.translation import translator
from tests.cases.sounds import RATE, ffmpeg, hiss
from tests.cases.test_sound_files import network as network
from tests.cases.test_sound_folders import put


def voice(seed, seconds=5):
    """Noise that grows loud and quiet: a sound like no other."""
    generator = np.random.default_rng(seed)
    loudness = np.repeat(generator.uniform(0, 0.3, 4 * seconds), RATE // 4)
    return (loudness * generator.normal(size=seconds * RATE))[:, None]


def names_of(folder):
    return [path.relative_to(folder).as_posix() for path in find_sounds(folder).sounds]


def test_links_to_folders_are_followed_once_and_a_broken_one_is_named(tmp_path):
    folder = tmp_path / "all"
    put(tmp_path / "elsewhere", "b.wav", voice(1))
    put(folder, "a.wav", voice(2))
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "again").symlink_to(folder)
    (folder / "gone.wav").symlink_to(tmp_path / "nothing.wav")
    assert names_of(folder) == ["a.wav", "gone.wav", "linked/b.wav"]
    assert any(
        "gone.wav: cannot be read: No such file" in note
        for note in noise(find_sounds(folder)).notes
    )


def test_a_folder_and_a_link_to_it_beside_it_are_one(tmp_path):
    put(tmp_path / "b", "x.wav", voice(1, 1))
    for link in ("a", "c"):
        (tmp_path / link).symlink_to(tmp_path / "b")
    assert names_of(tmp_path) == ["b/x.wav"]


def test_sounds_of_other_kinds_are_counted(tmp_path, network):
    for number in range(3):
        put(tmp_path / "noise", f"{number}.wav", voice(number))
    for name in ("a.mid", "b.mid", "c.RAW", "notes.txt"):
        (tmp_path / "noise" / name).write_bytes(b"MThd")
    (said,) = [note for note in noise(find_sounds(tmp_path / "noise")).notes if ".mid" in note]
    assert said == "noise: left out, for such files are not read: 2 .mid, 1 .raw"
    assert "шум: не взяты, такие" in translator("ru", "audio")(said)
    line = predict_file(network, tmp_path / "noise", tmp_path / "out")
    assert "left out, for such files are not read: 2 .mid, 1 .raw" in line
    with pytest.raises(UserError, match="a MIDI file, which holds notes and no sound"):
        read(tmp_path / "noise" / "a.mid")
    (tmp_path / "a.dsf").write_bytes(b"DSD \x1c" + bytes(99))
    with pytest.raises(UserError, match=r"a sound of single bits \(DSD\)"):
        read(tmp_path / "a.dsf")


@pytest.mark.parametrize("kind", ["wv", "tta", "ac3", "voc"])
def test_kinds_that_few_write(tmp_path, kind):
    put(tmp_path, "a.wav", 0.3 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE))
    ffmpeg(
        "-i", tmp_path / "a.wav", "-ar", 16000 if kind != "ac3" else 48000, tmp_path / f"a.{kind}"
    )
    (tmp_path / "a.wav").unlink()
    (path,) = find_sounds(tmp_path).sounds
    sound = read(path)
    assert sound.samples.shape[1] / sound.sample_rate == pytest.approx(2, abs=0.05)
    assert np.abs(sound.samples).max() == pytest.approx(0.3, abs=0.02)


def test_copies_of_a_recording_are_left_out(tmp_path):
    """One in training and one in the test part would show what is known by heart."""
    for number in range(6):
        put(tmp_path / "speech", f"{number}.wav", voice(number))
        if number < 2:
            put(tmp_path / "speech", f"copies/{number} (1).wav", voice(number))
    found = speech(find_sounds(tmp_path / "speech"))
    assert "clean: left out, as copies of others: 2 files" in found.notes
    assert len({clip.tobytes() for clip in found.clips}) == len(found.clips)
    assert any(
        "речь: не взяты как копии" in translator("ru", "audio")(note)
        for note in found.notes
        if "copies" in note
    )


def test_a_recording_in_two_formats_stays_on_one_side_of_the_split(tmp_path):
    for number in range(6):
        put(tmp_path / "noise", f"{number}.1.wav", voice(number))
        soundfile.write(tmp_path / "noise" / f"{number}.1.flac", voice(number), RATE)
    found = noise(find_sounds(tmp_path / "noise"))
    assert len(set(found.groups.tolist())) == 6
    assert set(found.names) == {f"{number}.1" for number in range(6)}


def noisy(number, seed, level=1.0, late=0, cut=0):
    mixed = voice(number) + hiss(5) * np.random.default_rng(seed).normal(size=(5 * RATE, 1))
    return level * np.concatenate([np.zeros((late, 1)), mixed])[: 5 * RATE - cut]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("{}.wav", {}),
        ("{}.wav", {"level": 0.2, "late": 700, "cut": RATE}),
        ("{}_noisy.wav", {"level": -1.0}),
        ("noisy{}.flac", {"late": 300}),
    ],
)
def test_noisy_recordings_of_the_clean_speech_are_no_noise(tmp_path, name, options):
    """The speech would be taken out as noise."""
    for number in range(4):
        put(tmp_path / "clean", f"{number}.wav", voice(number))
        put(tmp_path / "noisy", name.format(number), noisy(number, 9 + number, **options))
    source = SoundSource(clean=str(tmp_path / "clean"), noise=str(tmp_path / "noisy"))
    with pytest.raises(UserError, match="holds the speech of --clean .* noise alone") as caught:
        load(source)
    assert "\n" not in str(caught.value)
    assert "речь из --clean" in translator("ru", "audio")(str(caught.value))


def test_noise_of_other_recordings_may_have_the_same_names(tmp_path):
    for number in range(4):
        put(tmp_path / "clean", f"{number}.wav", voice(number))
        put(tmp_path / "noise", f"{number}.wav", voice(20 + number))
    load(SoundSource(clean=str(tmp_path / "clean"), noise=str(tmp_path / "noise")))


def test_each_folder_is_walked_through_once(tmp_path, monkeypatch):
    walked = []

    def counted(folder):
        walked.append(folder.name)
        return visible_files(folder)

    monkeypatch.setattr("audio.folders.visible_files", counted)
    for number in range(3):
        put(tmp_path / "clean", f"{number}.wav", voice(number))
        put(tmp_path / "noise", f"{number}.wav", voice(20 + number))
    load(SoundSource(clean=str(tmp_path / "clean"), noise=str(tmp_path / "noise")))
    assert sorted(walked) == ["clean", "noise"]


TIME = np.arange(5 * RATE)[:, None] / RATE
SHARED = {
    "beep": np.where(TIME < 0.5, 0.9 * np.sin(2 * np.pi * 1000 * TIME), 0),
    "hum": sum(0.3 / k * np.sin(2 * np.pi * 50.03 * k * TIME) for k in range(1, 8)),
    "whistle": 0.3 * np.sin(2 * np.pi * 1003.3 * TIME),
}


@pytest.mark.parametrize("kind", SHARED)
def test_a_tone_that_recordings_share_makes_no_pairs_of_them_and_hides_none(tmp_path, kind):
    for number in range(4):
        put(tmp_path / "clean", f"{number}.wav", 0.5 * (voice(number) + SHARED[kind]))
        put(tmp_path / "noise", f"{number}.wav", 0.5 * (voice(20 + number) + SHARED[kind]))
        put(tmp_path / "noisy", f"{number}.wav", 0.5 * (noisy(number, 9 + number) + SHARED[kind]))
    refuse_pairs(find_sounds(tmp_path / "clean"), find_sounds(tmp_path / "noise"))
    with pytest.raises(UserError, match="holds the speech of --clean"):
        refuse_pairs(find_sounds(tmp_path / "clean"), find_sounds(tmp_path / "noisy"))


@pytest.mark.parametrize("samples", [1, 100, 4000])
def test_short_recordings_in_pairs_are_compared_too(tmp_path, samples):
    for number in range(4):
        sound = voice(number, 1)[-samples:] + 0.01
        put(tmp_path / "clean", f"{number}.wav", sound)
        put(tmp_path / "noisy", f"{number}.wav", np.concatenate([0.001 * hiss(1)[:30], sound]))
    if samples == 1:  # an offset alone
        refuse_pairs(find_sounds(tmp_path / "clean"), find_sounds(tmp_path / "noisy"))
        return
    with pytest.raises(UserError, match="holds the speech of --clean"):
        refuse_pairs(find_sounds(tmp_path / "clean"), find_sounds(tmp_path / "noisy"))


def test_an_mp3_is_read_on_behind_a_damaged_place(tmp_path):
    put(tmp_path, "a.wav", voice(1, 8))
    ffmpeg("-i", tmp_path / "a.wav", "-c:a", "libmp3lame", "-b:a", "64k", tmp_path / "a.mp3")
    content = bytearray((tmp_path / "a.mp3").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2500] = bytes(2500)
    (tmp_path / "b.mp3").write_bytes(content)
    sound, whole = read(tmp_path / "b.mp3"), read(tmp_path / "a.mp3")
    assert sound.samples.shape[1] > 7.4 * RATE
    (said,) = sound.notes
    assert said.startswith("b.mp3: cut short or damaged: 7.")
    end = slice(-RATE, -RATE // 2)
    lags = range(-600, 601)
    alike = [
        np.corrcoef(sound.samples[0, end.start + lag : end.stop + lag], whole.samples[0, end])[0, 1]
        for lag in lags
    ]
    assert max(alike) > 0.95


def test_files_without_a_suffix_are_counted(tmp_path):
    for number in range(3):
        put(tmp_path, f"{number}.wav", voice(number))
    (tmp_path / "take").write_bytes((tmp_path / "0.wav").read_bytes())
    Image.new("RGB", (9, 9)).save(tmp_path / "cover", "WEBP")  # a RIFF, too
    (tmp_path / "list").write_text("FORMER,1\nID3,2\n")
    (tmp_path / "README").write_text("take: the first")
    assert (
        "noise: left out, for such files are not read: 1 without a suffix"
        in noise(find_sounds(tmp_path)).notes
    )


@pytest.mark.parametrize(
    ("codec", "options"), [("libvorbis", ["-ar", 44100]), ("libopus", ["-ac", 2])]
)
def test_an_ogg_that_goes_on_in_another_form_is_named(tmp_path, codec, options):
    put(tmp_path, "a.wav", voice(1, 2))
    for name, more in {"one.ogg": [], "two.ogg": options}.items():
        ffmpeg("-i", tmp_path / "a.wav", "-c:a", codec, *more, tmp_path / name)
    parts = [(tmp_path / name).read_bytes() for name in ("one.ogg", "two.ogg")]
    (tmp_path / "both.ogg").write_bytes(b"".join(parts))
    said = read(tmp_path / "both.ogg").notes
    assert said[0] == "both.ogg: another sound follows it in the same file, and was not read"
