"""A run of pictures outside: the same objects, in pictures of any size."""

import csv
import dataclasses
import json
import shutil
import sys
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from common.cli import main
from common.errors import UserError
from common.runs import store
from tests.common.export import bundles
from tests.vision.scenes import bomb
from vision.__main__ import DOMAIN
from vision.bundle.finding import Finder
from vision.bundle.pictures import off_canvas, on_canvas, read_picture
from vision.decision import Decision
from vision.export import PictureExporter
from vision.flight.exported import NAMES, exported
from vision.flight.finder import network
from vision.geometry import letterbox
from vision.images import open_image
from vision.predict import predict_scored
from vision.second_look.network import PolarNetwork
from vision.task import TASK

QUICK = ["--epochs", "6", "--width", "6", "--depth", "2", "--size", "64", "--device", "cpu"]


def command(*words):
    return main(DOMAIN, [str(word) for word in words])


def scene(draw, height, width):
    """A picture with bright squares, and their mask."""
    image = draw.integers(0, 60, (height, width, 3), dtype=np.uint8)
    mask = np.zeros((height, width), np.uint8)
    for _ in range(2):
        top, left = draw.integers(0, height - 16), draw.integers(0, width - 16)
        image[top : top + 14, left : left + 14] = (230, 200, 40)
        mask[top : top + 14, left : left + 14] = 1
    return image, mask


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    draw = np.random.default_rng(0)
    for name in ("images", "masks", "new"):
        (folder / name).mkdir()
    for number in range(40):
        image, mask = scene(draw, 64, 64)
        Image.fromarray(image).save(folder / "images" / f"{number}.png")
        Image.fromarray(mask * 255).save(folder / "masks" / f"{number}.png")
    for name, size in {"wide.png": (50, 90), "tall.jpg": (150, 64), "odd.png": (64, 33)}.items():
        Image.fromarray(scene(draw, *size)[0]).save(folder / "new" / name)
    trained = ["train", "--images", folder / "images", "--masks", folder / "masks"]
    assert command(*trained, *QUICK, "--out", folder / "run") == 0
    return folder


@pytest.fixture(scope="module")
def bundle(places):
    assert command("export", places / "run", "--out", places / "model.zip") == 0
    return bundles.unpacked(places / "model.zip", places / "model")


@pytest.fixture(scope="module")
def theirs(places, bundle):
    """What the bundle answers to the new pictures."""
    done = bundles.run(bundle, places / "new", "--out", places / "theirs", cwd=places)
    assert done.returncode == 0, done.stderr
    return places / "theirs"


def test_masks_and_objects_are_those_of_predict(places, theirs):
    assert command("predict", places / "run", places / "new", "--out", places / "own") == 0
    own, others = (
        list(csv.reader((folder / "objects.csv").open(encoding="utf-8-sig")))
        for folder in (places / "own", theirs)
    )
    assert len(own) > 3
    assert own[0] == others[0]
    for a, b in zip(own[1:], others[1:], strict=True):
        assert a[:2] == b[:2]
        np.testing.assert_allclose([*map(float, a[2:])], [*map(float, b[2:])], atol=0.051)
    for name in ("wide", "tall", "odd"):
        suffix = "jpg" if name == "tall" else "png"
        for kind in ("masks", "overlays"):
            with (
                Image.open(places / "own" / kind / f"{name}.png") as a,
                Image.open(theirs / kind / f"{name}.{suffix}.png") as b,
            ):
                assert np.mean(np.asarray(a) != np.asarray(b)) < 1e-3
                assert a.getpalette() == b.getpalette()


def test_a_second_look_leaves_with_the_run(places, bundle, tmp_path):
    torch.manual_seed(1)
    second = PolarNetwork().eval().without_torch()
    pipeline = store.load(places / "run", TASK, device="cpu")
    prepared = pipeline.preprocessing.deciding(Decision(0.3, 12, 0.2, second))
    pipeline = dataclasses.replace(pipeline, preprocessing=prepared)
    folder = shutil.copytree(bundle, tmp_path / "again")
    for name, content in PictureExporter(TASK, pipeline).files().items():
        (folder / name).write_bytes(content)
    finder = Finder(folder)
    images = [open_image(places / "new" / name) for name in ("wide.png", "tall.jpg", "odd.png")]
    for image, mask, sure in predict_scored(pipeline, images):
        own, likely = finder.mask(image)
        assert np.mean(own != mask) < 1e-3
        np.testing.assert_allclose(likely[mask == 1], sure[mask == 1], atol=1e-2)
        assert len({*np.unique(sure[mask == 1]).tolist()}) <= 2  # of each thing one


def test_tiles_give_what_the_whole_picture_gives(places, bundle, tmp_path):
    """At its own scale, without a seam: by tiles, and by the run's network all at once."""
    tiled = shutil.copytree(bundle, tmp_path / "tiled")
    values = json.loads((bundle / "preparation.json").read_text())
    (tiled / "preparation.json").write_text(json.dumps({**values, "tiles": True}))
    image, _ = scene(np.random.default_rng(5), 600, 700)
    Image.fromarray(image).save(tmp_path / "large.png")
    done = bundles.run(tiled, tmp_path / "large.png", "--out", tmp_path / "answer", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    pipeline = store.load(places / "run", TASK, device="cpu")
    logits = pipeline.model(torch.from_numpy(image.transpose(2, 0, 1)[None].copy()))
    with Image.open(tmp_path / "answer" / "masks" / "large.png.png") as found:
        whole = (logits[0, 0] > 0).numpy()
        assert np.mean(np.asarray(found) != whole) < 1e-4
        assert 0 < whole.mean() < 0.5


@pytest.mark.parametrize("shape", [(50, 90), (64, 64), (200, 33), (7, 300)])
def test_canvas_and_back_are_those_of_training(shape):
    image = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    ours, placement = letterbox(image, 64)
    theirs, fit = on_canvas(image, 64)
    np.testing.assert_array_equal(ours, theirs)
    wide = np.random.default_rng(2).random((64, 64, 5)).astype(np.float32)
    np.testing.assert_array_equal(placement.back(wide), off_canvas(wide, fit, *shape))


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "I;16", "CMYK", "LA"])
def test_pictures_of_every_kind_are_read_as_training_reads_them(tmp_path, mode):
    draw = np.random.default_rng(3)
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    if mode == "I;16":
        Image.fromarray(draw.integers(0, 65536, (9, 11)).astype(np.uint16)).save(path)
    else:
        alpha = Image.fromarray(draw.integers(0, 256, (9, 11, 4), dtype=np.uint8))
        picture = alpha if mode == "RGBA" else alpha.convert("RGB").convert(mode)
        exif = Image.Exif()
        exif[0x0112] = 6
        picture.save(path, exif=exif)
    np.testing.assert_array_equal(read_picture(path), open_image(path))


def test_a_file_that_is_no_picture_and_a_bomb_are_one_line(places, bundle, tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    done = bundles.run(bundle, tmp_path / "text.png", "--lang", "en", cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    (tmp_path / "bomb.png").write_bytes(bomb(20_000, 20_000))
    done = bundles.run(bundle, tmp_path / "bomb.png", "--lang", "en", cwd=tmp_path)
    assert done.returncode == 2
    assert "decompression bomb" in done.stderr
    assert not list(tmp_path.glob("*-predicted*"))


def test_the_sure_ones_are_as_sure(places, theirs):
    """Confidences come from the same probabilities: checked against the run's own network."""
    pipeline = store.load(places / "run", TASK, device="cpu")
    image = open_image(places / "new" / "wide.png")
    _, mask, sure = next(iter(predict_scored(pipeline, [image])))
    rows = list(csv.DictReader((theirs / "objects.csv").open(encoding="utf-8-sig")))
    mine = [float(row["confidence"]) for row in rows if row["picture"] == "wide.png"]
    assert mine
    assert max(mine) <= sure[mask > 0].max() + 1e-3


def test_an_exported_run_finds_in_flight_what_the_run_finds(places, bundle):
    pipeline = store.load(places / "run", TASK, device="cpu")
    own = network(pipeline, target="object")
    draw = np.random.default_rng(7)
    frames = [scene(draw, 96, 128)[0] for _ in range(3)]
    frames.append(frames[0] // 3)  # at dusk
    for place in (places / "model.zip", bundle):
        theirs, size = exported(place, target="object")
        assert size == 64
        for frame in frames:
            expected, found = own(frame), theirs(frame)
            assert len(expected) == len(found) >= 1
            for one, other in zip(expected, found, strict=True):
                assert other == pytest.approx(one, abs=1e-2)


def zipped(path, **changed):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in changed.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("module", "words"), [("vision.bundle.finding", "student edition"), ("onnxruntime", "export]")]
)
def test_what_flying_an_exported_run_lacks_is_said(monkeypatch, tmp_path, module, words):
    for name in ("vision.bundle.finding", "common.export.bundle.program"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UserError, match=words):
        exported(tmp_path)


def test_what_is_no_exported_run_is_refused_in_one_line(places, bundle, tmp_path):
    files = {name: (bundle / name).read_bytes() for name in NAMES}
    cases = {
        "neither a run's folder": [
            zipped(tmp_path / "other.zip", **{"run.py": b"1"}),
            tmp_path / "text.zip",
        ],
        "no exported run of pictures": [
            zipped(tmp_path / "net.zip", **{**files, "model.onnx": b"nothing"}),
            zipped(tmp_path / "words.zip", **{**files, "preparation.json": b"{}"}),
        ],
    }
    (tmp_path / "text.zip").write_text("no zip")
    for words, places_ in cases.items():
        for place in places_:
            with pytest.raises(UserError, match=words) as raised:
                exported(place, target="object")
            assert "\n" not in str(raised.value)
    with pytest.raises(UserError, match="the run finds object, and no pad"):
        exported(places / "model.zip")


def test_the_code_of_a_strangers_bundle_does_not_run(bundle, tmp_path):
    files = {name: (bundle / name).read_bytes() for name in NAMES}
    mark = tmp_path / "mark"
    evil = f"open({str(mark)!r}, 'w')"
    codes = {"run.py": evil, "model/__init__.py": evil, "../outside.py": evil}
    place = zipped(tmp_path / "evil.zip", **files, **codes)
    finder, _ = exported(place, target="object")
    assert finder(scene(np.random.default_rng(2), 64, 64)[0])
    assert not mark.exists()
    assert not (tmp_path.parent / "outside.py").exists()
