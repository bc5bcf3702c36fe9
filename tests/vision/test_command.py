"""python -m vision, as a stranger would use it: on their own folders and videos."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.common.killed import train_and_be_killed
from tests.common.only_needed import empty_but
from tests.vision.commands import refused, run
from tests.vision.scenes import QUICK, SMALL, folders, scene
from vision import data, demo_film, video
from vision.__main__ import DOMAIN
from vision.images import open_image, write_image
from vision.masks import open_mask
from vision.synthetic import fly


def test_folders_of_ones_own_are_learned_and_examined(trained, capsys):
    metrics = json.loads((trained / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["test"]["iou"] > 0.5
    assert metrics["test"]["found"] > 0.5
    assert set(metrics["baselines"]) == {"a perfect observer", "Otsu's threshold", "nothing there"}
    assert metrics["baselines"]["a perfect observer"]["test"]["found"] == 1
    assert metrics["baselines"]["nothing there"]["test"]["found"] == 0
    page = (trained / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64") >= 4
    # A landing is over the course's land, and not among what is written beside this page.
    assert [path.name for path in (trained / "extras").iterdir()] == ["pictures.csv"]
    table = (trained / "extras" / "pictures.csv").read_text(encoding="utf-8-sig").splitlines()
    assert table[0].startswith('trained with,picture,"IoU, %","Dice, %"')
    assert len(table) == 1 + 2
    assert run("evaluate", trained, "--json") == 0
    again = json.loads(capsys.readouterr().out)
    assert again["metrics"] == metrics["test"]


def test_a_run_with_own_contrast_is_the_same_when_it_is_loaded(place, tmp_path, capsys):
    words = ["--images", place / "images", "--masks", place / "masks", "--out", tmp_path / "run"]
    assert run("train", *words, *SMALL, "--epochs", "1", "--own-contrast", "--json") == 0
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text(encoding="utf-8"))
    capsys.readouterr()
    assert run("evaluate", tmp_path / "run", "--json") == 0
    assert json.loads(capsys.readouterr().out)["metrics"] == pytest.approx(metrics["test"])


def test_roubles_are_said_where_prices_were_given(trained, tmp_path, place, capsys):
    page = (trained / "report.html").read_text(encoding="utf-8")
    assert "roubles" not in page
    assert run("evaluate", trained, "--json") == 0
    assert json.loads(capsys.readouterr().out)["metrics"]["cost"] is None
    words = ["--images", place / "images", "--masks", place / "masks", "--miss-price", "500"]
    assert run("train", *words, *SMALL, "--epochs", "1", "--out", tmp_path / "run") == 0
    assert "thousand roubles" in capsys.readouterr().out


def test_a_run_is_examined_on_other_folders(trained, tmp_path, capsys):
    images, masks = folders(tmp_path, 3, height=70, width=30)
    assert run("evaluate", trained, "--images", images, "--masks", masks, "--json") == 0
    assert json.loads(capsys.readouterr().out)["examples"] == 3


def test_a_folder_is_answered_in_its_own_sizes_and_names(trained, tmp_path, capsys):
    (tmp_path / "фото" / "вложенная папка").mkdir(parents=True)
    names = {"один.png": (40, 48), "вложенная папка/два и.jpg": (90, 37), "три.PNG": (33, 120)}
    for seed, (name, (height, width)) in enumerate(names.items()):
        write_image(tmp_path / "фото" / name, scene(seed, height=height, width=width)[0])
    out = tmp_path / "ответ"
    assert run("predict", trained, tmp_path / "фото", "--out", out) == 0
    said = capsys.readouterr().out
    assert "3 pictures" in said
    for name, size in names.items():
        answer = Path(name).with_suffix(".png")
        mask = open_mask(out / "masks" / answer)
        assert mask.shape == size
        assert set(np.unique(mask)) <= {0, 1, 255}
        assert open_image(out / "overlays" / answer).shape == (*size, 3)
    lines = (out / "objects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "picture,class,x,y,pixels,left,top,width,height,confidence"
    assert [path.name for path in tmp_path.iterdir() if "ответ" in path.name] == ["ответ"]


def test_answers_go_beside_the_input_where_no_place_is_said(trained, tmp_path):
    write_image(tmp_path / "one.png", scene(5, height=80, width=96)[0])
    (tmp_path / "photos").mkdir()
    write_image(tmp_path / "photos" / "two.png", scene(6, height=80, width=96)[0])
    for source in ("one.png", "one.png", "photos"):
        assert run("predict", trained, tmp_path / source) == 0
    for name, mask in (
        ("one-predicted", "one"),
        ("one-predicted2", "one"),
        ("photos-predicted", "two"),
    ):
        assert open_mask(tmp_path / name / "masks" / f"{mask}.png").shape == (80, 96)


def test_an_object_is_reported_where_it_lies(trained, tmp_path):
    image, mask = scene(5, height=80, width=96)
    write_image(tmp_path / "one.png", image)
    assert run("predict", trained, tmp_path / "one.png", "--out", tmp_path / "out") == 0
    said = open_mask(tmp_path / "out" / "masks" / "one.png") > 0
    assert (said & (mask > 0)).sum() > 0.5 * (mask > 0).sum()
    lines = (tmp_path / "out" / "objects.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    y, x = (axis.mean() for axis in np.nonzero(mask))
    places = [tuple(map(float, line.split(",")[2:4])) for line in lines]
    assert min(np.hypot(px - x, py - y) for px, py in places) < 3


def test_an_object_has_a_box_and_a_confidence(trained, tmp_path):
    image, _ = scene(5, height=80, width=96)
    write_image(tmp_path / "one.png", image)
    counts = []
    for threshold in ("0.2", "0.5", "0.9"):
        out = tmp_path / f"above {threshold[2:]}"
        words = ["predict", trained, tmp_path / "one.png", "--threshold", threshold]
        assert run(*words, "--out", out) == 0
        said = open_mask(out / "masks" / "one.png") > 0
        counts.append(said.sum())
        lines = (out / "objects.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
        for line in lines:
            *_, pixels, left, top, width, height, confidence = line.split(",")
            box = said[int(top) : int(top) + int(height), int(left) : int(left) + int(width)]
            assert int(pixels) <= box.sum()
            assert box[0].any()
            assert box[:, -1].any()
            assert float(threshold) < float(confidence) <= 1
    assert counts[0] > counts[1] > counts[2]
    assert run("predict", trained, tmp_path / "one.png", "--out", tmp_path / "plain") == 0
    plain = open_mask(tmp_path / "plain" / "masks" / "one.png") > 0
    assert plain.sum() == counts[1]


def test_a_picture_that_its_camera_turned_is_answered_upright(trained, tmp_path):
    from PIL import Image

    image, _ = scene(7, height=60, width=90)
    turned = Image.fromarray(np.ascontiguousarray(np.rot90(image)))
    exif = turned.getexif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    turned.save(tmp_path / "turned.png", exif=exif)
    assert run("predict", trained, tmp_path / "turned.png", "--out", tmp_path / "out") == 0
    mask = open_mask(tmp_path / "out" / "masks" / "turned.png")
    assert mask.shape == (60, 90)
    write_image(tmp_path / "plain.png", image)
    assert run("predict", trained, tmp_path / "plain.png", "--out", tmp_path / "plain") == 0
    assert (mask == open_mask(tmp_path / "plain" / "masks" / "plain.png")).all()


@pytest.fixture
def clip(tmp_path):
    """Two seconds of a square that wanders, with a tone."""
    silent = tmp_path / "silent.mp4"
    frames = [scene(0, height=64, width=96)[0] for _ in range(20)]
    video.write(silent, frames, 10)
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=2"]
    kinds = ["-c:v", "copy", "-c:a", "aac", "-shortest"]
    command = [video.FFMPEG_BINARY, "-y", "-loglevel", "error", "-i", silent, *tone, *kinds]
    subprocess.run([*command, tmp_path / "полёт.mp4"], check=True)
    return tmp_path / "полёт.mp4"


def test_a_video_is_answered_by_a_video_with_its_sound(trained, clip, tmp_path, capsys):
    out = tmp_path / "out.mp4"
    assert run("predict", trained, clip, "--out", out) == 0
    assert "20 frames, with its sound" in capsys.readouterr().out
    before, after = video.probe(clip), video.probe(out)
    assert (after.width, after.height, after.has_audio) == (before.width, before.height, True)
    assert after.duration == pytest.approx(before.duration, abs=0.2)
    with video.frames(clip) as plain, video.frames(out) as drawn:
        assert np.abs(next(plain).astype(int) - next(drawn)).max() > 80


def test_a_video_is_sampled_at_the_rate_asked_for(trained, clip, tmp_path):
    assert run("predict", trained, clip, "--out", tmp_path / "o.mp4", "--rate", "5") == 0
    assert video.probe(tmp_path / "o.mp4").rate == pytest.approx(5)


def test_a_video_with_a_broken_end_is_answered_as_far_as_it_goes(trained, tmp_path, capsys):
    whole = tmp_path / "whole.mp4"
    frames = [scene(i, height=64, width=96)[0] for i in range(60)]
    video.write(whole, frames, 10)
    content = whole.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(content[: len(content) * 2 // 3])
    assert run("predict", trained, tmp_path / "cut.mp4", "--out", tmp_path / "o.mp4") == 0
    assert "damaged" in capsys.readouterr().out


def test_a_broken_picture_among_others_is_refused_or_skipped_as_asked(trained, tmp_path, capsys):
    images, _ = folders(tmp_path, 3)
    broken = images / "снимок 01.png"
    broken.write_bytes(broken.read_bytes()[:900])
    out = tmp_path / "out"
    refused(capsys, "снимок 01.png", "predict", trained, images, "--out", out)
    assert not out.exists()
    assert run("predict", trained, images, "--out", out, "--broken", "skip") == 0
    assert "снимок 01.png" in capsys.readouterr().out
    assert len(list((out / "masks").iterdir())) == 2


@pytest.mark.parametrize(
    ("source", "out", "more", "words"),
    [
        ("nowhere.png", "out", [], "nowhere.png: no such file"),
        ("text.png", "out", [], "text.png"),
        ("empty", "out", [], "empty: no pictures"),
        ("one.png", "out.png", [], "name one without a suffix"),
        ("one.png", "full", [], "full: is there already"),
        ("one.png", "out", ["--rate", "5"], "--rate is for videos"),
        ("text.mp4", "out.mp4", [], "text.mp4: a picture, a playlist or a text, expected a video"),
        ("text.mp4", "out", [], "ends in .mp4"),
    ],
)
def test_what_cannot_be_answered_is_one_line(
    trained, tmp_path, monkeypatch, capsys, source, out, more, words
):
    monkeypatch.chdir(tmp_path)
    for name in ("text.png", "text.mp4"):
        (tmp_path / name).write_text("no picture", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    write_image(tmp_path / "one.png", scene(0)[0])
    before = sorted(path.name for path in tmp_path.rglob("*"))
    refused(capsys, words, "predict", trained, source, "--out", out, *more)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--images", "IMAGES"], "--masks"),
        (["--images", "IMAGES", "--masks", "nowhere"], "nowhere: no such folder"),
        (["--images", "IMAGES", "--masks", "MASKS", "--loss", "tversk"], "did you mean 'tversky'"),
        (["--images", "IMAGES", "--masks", "MASKS", "--loss", "dice+0*focal"], "unknown loss"),
        (["--images", "IMAGES", "--masks", "MASKS", "--size", "8"], "--size is 8"),
        (["--images", "IMAGES", "--masks", "MASKS", "--activation", "swich"], "activation"),
        (["--images", "IMAGES", "--masks", "MASKS", "--shares", "70/20/20"], "add up to 110"),
    ],
)
def test_a_wrong_wish_is_refused_before_anything_is_written(
    place, tmp_path, monkeypatch, capsys, arguments, words
):
    monkeypatch.chdir(tmp_path)
    known = {"IMAGES": place / "images", "MASKS": place / "masks"}
    refused(capsys, words, "train", *[known.get(word, word) for word in arguments])
    assert list(tmp_path.iterdir()) == []


def test_several_classes_and_a_sum_of_losses_are_learned(tmp_path, capsys):
    images, masks = folders(tmp_path, 16, classes=2)
    words = ["--images", images, "--masks", masks, "--loss", "tversky + 0.5*cross_entropy"]
    assert run("train", *words, "--out", tmp_path / "run", *QUICK, "--epochs", "1") == 0
    said = capsys.readouterr().out
    assert "class 1, class 2" in said
    assert "tversky + 0.5*cross_entropy" in said
    assert run("predict", tmp_path / "run", images, "--out", tmp_path / "out") == 0
    assert len(list((tmp_path / "out" / "masks").iterdir())) == 16


def test_the_demo_compares_losses_and_flies(tmp_path, monkeypatch, capsys):
    empty_but(DOMAIN, monkeypatch)
    few = fly(6, 4, 64, seed=1)
    monkeypatch.setattr("vision.synthetic.fly", lambda *args, **kwargs: few)
    monkeypatch.setattr(data, "FLIGHTS", 6)
    monkeypatch.setattr(data, "FRAMES", 4)
    monkeypatch.setattr(demo_film, "LONGEST", 2.0)
    assert run("--out", tmp_path / "demo", "--epochs", "1", *SMALL) == 0
    said = capsys.readouterr().out
    assert "no real flight" in said
    metrics = json.loads((tmp_path / "demo" / "metrics.json").read_text(encoding="utf-8"))
    assert list(metrics["losses"]) == list(DOMAIN.demo)
    assert metrics["baselines"]["nothing there"]["test"]["accuracy"] > 0.9
    film = tmp_path / "demo" / "extras" / "flight.mp4"
    with video.frames(film) as frames:
        assert sum(1 for _ in frames) == 9  # of two seconds, four in each
    assert open_image(tmp_path / "demo" / "extras" / "flight.png").ndim == 3


def test_help_needs_neither_torch_nor_opencv():
    code = (
        "import sys\n"
        "from common.cli import main\n"
        "from vision.__main__ import DOMAIN\n"
        "try: main(DOMAIN, ['train', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'cv2', 'PIL', 'moviepy', 'numpy'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "--images" in done.stdout


def test_damaged_weights_are_one_line(trained, tmp_path, capsys):
    import shutil

    broken = tmp_path / "broken"
    shutil.copytree(trained, broken)
    values = json.loads((broken / "preprocessing.json").read_text(encoding="utf-8"))
    for key, value in (("size", 10**9), ("classes", ["one"]), ("classes", 7), ("seed", None)):
        changed = json.dumps({**values, key: value})
        (broken / "preprocessing.json").write_text(changed, encoding="utf-8")
        refused(capsys, "damaged", "predict", broken, tmp_path, "--out", tmp_path / "out")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_killed_training_goes_on_to_the_same_weights(place, tmp_path):
    words = ["--images", place / "images", "--masks", place / "masks", "--json", *SMALL]
    words += ["--epochs", "4", "--batch-size", "2"]
    assert run("train", *words, "--out", tmp_path / "whole") == 0
    train_and_be_killed("vision", *words, "--out", tmp_path / "run")
    assert (tmp_path / "run.unfinished" / "checkpoint.safetensors").exists()
    assert run("train", "--resume", tmp_path / "run", "--json") == 0
    ours, theirs = ((tmp_path / name / "model.safetensors") for name in ("run", "whole"))
    assert ours.read_bytes() == theirs.read_bytes()
