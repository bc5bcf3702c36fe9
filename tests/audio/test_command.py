"""python -m audio, as a stranger would use it: on their own sounds, right or wrong."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from audio.__main__ import DOMAIN
from audio.recordings import CLIP, Recordings, as_int16
from audio.synthetic import corpus
from audio.synthetic.corpus import Corpus
from tests.audio.voices import QUICK, hiss, run, syllables
from tests.common.only_needed import empty_but


def small_course():
    def recordings(sounds, names):
        clips = np.stack([as_int16(sound) for sound in sounds])
        return Recordings(clips, np.array(names), np.arange(len(clips)) % 5)

    seconds = CLIP / 16_000
    voices = [syllables(seconds, pitch=100 + 10 * i, seed=i) for i in range(10)]
    noises = [hiss(seconds, seed=i) for i in range(10)]
    kinds = ["white", "pink", "brown", "rain", "street"] * 2
    return Corpus(
        recordings(voices, [f"voice {i}" for i in range(10)]), recordings(noises, kinds), ["small"]
    )


def test_help_needs_neither_torch_nor_librosa():
    code = (
        "import sys, runpy; sys.argv = ['audio', '--help']\n"
        "try: runpy.run_module('audio', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "loaded = {'torch', 'librosa', 'numpy', 'soundfile', 'scipy'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_the_demo_compares_two_losses_and_plays_them(monkeypatch, tmp_path, capsys):
    empty_but(DOMAIN, monkeypatch)
    monkeypatch.setattr(corpus, "load", small_course)
    out = tmp_path / "demo"
    assert run("--out", out, "--shares", "60/20/20", *QUICK) == 0
    shown = capsys.readouterr().out
    for word in ("mse", "hearing", "noisy", "subtraction", "STOI", "level, dB"):
        assert word in shown
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count("<audio ") % 4 == 0
    assert page.count("<audio ") >= 4
    names = {path.name for path in (out / "extras").iterdir()}
    assert {"1-noisy.wav", "1-mse.wav", "1-hearing.wav", "1-clean.wav"} <= names
    for path in (out / "extras").iterdir():
        sound, rate = soundfile.read(path)
        assert rate == 16_000
        assert len(sound) == CLIP
        assert 0.01 < np.abs(sound).max() < 1


def test_own_folders_are_learned_from(trained, capsys):
    config = json.loads((trained / "config.json").read_text(encoding="utf-8"))
    assert config["examples"] >= 8
    assert run("evaluate", trained, "--json", "--device", "cpu") == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["part"] == "test"
    assert figures["metrics"]["si_sdr"] is not None


def test_a_run_is_examined_on_other_folders(trained, folders, capsys):
    words = ["--clean", folders / "речь", "--noise", folders / "шум"]
    assert run("evaluate", trained, *words, "--json", "--device", "cpu") == 0
    assert json.loads(capsys.readouterr().out)["part"] == "given"


def test_a_file_is_cleaned(trained, folders, tmp_path, capsys):
    source, out = tmp_path / "лекция.wav", tmp_path / "чистая лекция.wav"
    sound = np.stack([syllables(3, pitch=150, rate=44_100), hiss(3, rate=44_100)], axis=1)
    soundfile.write(source, sound, 44_100, subtype="PCM_24")
    assert run("predict", trained, source, "--out", out, "--device", "cpu") == 0
    assert "3.0 s cleaned in" in capsys.readouterr().out
    before, after = soundfile.info(source), soundfile.info(out)
    for name in ("samplerate", "channels", "frames", "subtype"):
        assert getattr(after, name) == getattr(before, name), name


def test_a_folder_is_cleaned(trained, folders, tmp_path, capsys):
    out = tmp_path / "out"
    assert run("predict", trained, folders / "речь", "--out", out, "--device", "cpu") == 0
    assert "8 of 8 sounds cleaned" in capsys.readouterr().out
    assert (out / "аня" / "запись 0.wav").is_file()


def test_the_sound_of_a_video_is_cleaned(trained, tmp_path, capsys):
    import imageio_ffmpeg

    film, sound = tmp_path / "film.mkv", tmp_path / "sound.wav"
    soundfile.write(sound, syllables(2, pitch=120, rate=48_000), 48_000)
    picture = ["-f", "lavfi", "-i", "color=size=64x48:rate=10:duration=2"]
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *picture, "-i", sound, "-y", film],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    out = tmp_path / "out.wav"
    assert run("predict", trained, film, "--out", out, "--device", "cpu") == 0
    found = soundfile.info(out)
    assert found.samplerate == 48_000
    assert found.duration == pytest.approx(2, abs=0.1)


def test_answers_go_beside_the_input_where_no_place_is_said(trained, folders, tmp_path):
    soundfile.write(tmp_path / "a.b.flac", syllables(1, pitch=150, rate=16_000), 16_000)
    soundfile.write(tmp_path / "a.aiff", syllables(1, pitch=150, rate=16_000), 16_000)
    for source in ("a.b.flac", "a.b.flac", "a.aiff"):
        assert run("predict", trained, tmp_path / source, "--device", "cpu") == 0
    shutil.copytree(folders / "речь", tmp_path / "rec.2024")
    assert run("predict", trained, tmp_path / "rec.2024", "--device", "cpu") == 0
    made = {path.name for path in tmp_path.iterdir() if "-predicted" in path.name}
    assert made == {
        *("a.b-predicted.flac", "a.b-predicted2.flac", "a-predicted.wav", "rec.2024-predicted")
    }
    assert (tmp_path / "rec.2024-predicted" / "аня" / "запись 0.wav").is_file()


# --- wrong input -----------------------------------------------------------------------------


def refused(capsys, *words):
    capsys.readouterr()
    assert run(*words) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    return error


def test_an_empty_folder_is_refused(folders, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    error = refused(capsys, "train", "--clean", tmp_path / "empty", "--noise", folders / "шум")
    assert "it is empty" in error
    assert "no such folder" in refused(capsys, "train", "--clean", tmp_path / "nowhere")


def test_a_folder_with_one_speaker_is_learned_from_and_it_is_said(folders, tmp_path, capsys):
    words = ["--clean", folders / "речь" / "аня", "--noise", folders / "шум"]
    for take in range(4):
        sound = syllables(4.5, pitch=200, seed=take)
        (tmp_path / "one").mkdir(exist_ok=True)
        soundfile.write(tmp_path / "one" / f"take{take}.wav", sound, 16_000)
    words[1] = tmp_path / "one"
    shares = ["--shares", "50/25/25"]
    assert run("train", *words, "--out", tmp_path / "run", *shares, *QUICK) == 0
    assert "the same voices are heard in training and test" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["text.wav", "nothing.wav"])
def test_what_is_no_sound_is_refused(trained, tmp_path, capsys, name):
    (tmp_path / "text.wav").write_text("это не звук", encoding="utf-8")
    (tmp_path / "nothing.wav").touch()
    error = refused(capsys, "predict", trained, tmp_path / name, "--out", tmp_path / "o.wav")
    assert name in error
    assert not (tmp_path / "o.wav").exists()


def test_what_is_not_there_is_refused(trained, tmp_path, capsys):
    error = refused(capsys, "predict", trained, tmp_path / "no.wav", "--out", tmp_path / "o.wav")
    assert "no such file or folder" in error
    error = refused(capsys, "predict", tmp_path / "no-run", "a.wav", "--out", "o.wav")
    assert "no such run" in error


def test_a_format_that_cannot_be_written_is_refused(trained, folders, tmp_path, capsys):
    source = next((folders / "речь").rglob("*.wav"))
    error = refused(capsys, "predict", trained, source, "--out", tmp_path / "o.mp4")
    assert "cannot write '.mp4'" in error


def test_one_folder_alone_is_refused_for_an_examination(trained, folders, capsys):
    error = refused(capsys, "evaluate", trained, "--clean", folders / "речь")
    assert "name both folders" in error


def test_an_unknown_loss_is_refused_before_anything_is_read(capsys):
    assert "did you mean 'si_sdr'" in refused(capsys, "train", "--loss", "sisdr")


def test_a_truncated_mp3_is_cleaned_as_far_as_it_goes(trained, tmp_path, capsys):
    whole = tmp_path / "whole.mp3"
    soundfile.write(whole, syllables(6, pitch=130, rate=44_100), 44_100)
    cut = tmp_path / "cut.mp3"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert run("predict", trained, cut, "--out", tmp_path / "o.wav", "--device", "cpu") == 0
    assert "s cleaned in" in capsys.readouterr().out
    assert 1 < soundfile.info(tmp_path / "o.wav").duration < 5


@pytest.mark.parametrize("name", ["clipped", "offset", "silent"])
def test_odd_sounds_are_cleaned_and_it_is_said(trained, tmp_path, capsys, name):
    sound = {
        "clipped": np.sign(syllables(2, pitch=130)),
        "offset": 0.5 + hiss(2),
        "silent": np.zeros(32_000),
    }[name]
    soundfile.write(tmp_path / "a.wav", sound, 16_000)
    out = tmp_path / "b.wav"
    assert run("predict", trained, tmp_path / "a.wav", "--out", out, "--device", "cpu") == 0
    assert name in capsys.readouterr().out
    after, _ = soundfile.read(out)
    assert np.abs(after).max() < 1
