import numpy as np
import pytest
import torch
from PIL import Image

from common.cli import main
from common.errors import UserError
from tests.vision.scenes import folders
from tests.vision.test_preprocessing import examples
from vision.__main__ import DOMAIN
from vision.model import UNet
from vision.preprocessing import PicturePreprocessing
from vision.settings import VisionSettings
from vision.tile_grid import SEEN, tiles
from vision.tiles import crops, outputs_by_tile


def network(depth, channels=1):
    torch.manual_seed(depth)
    made = UNet(
        channels, mean=torch.full((3,), 90.0), std=torch.full((3,), 40.0), width=4, depth=depth
    )
    for _ in range(3):  # so that batch normalisation has seen something
        made(torch.rand(4, 3, 64, 64) * 255)
    return made.eval()


@pytest.mark.parametrize("size", [(8, 8), (100, 75), (513, 40), (512, 512), (1100, 700)])
@pytest.mark.parametrize("stride", [4, 32])
def test_what_is_kept_covers_a_picture_once(size, stride):
    count = np.zeros(size, int)
    for tile in tiles(*size, stride=stride, core=96):
        count[tile.kept] += 1
        assert all(part.start % stride == 0 for part in tile.seen)
        whole = np.arange(size[0] * size[1]).reshape(size)
        assert (whole[tile.seen][tile.inner] == whole[tile.kept]).all()
    assert (count == 1).all()


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("channels", [1, 3])
def test_tiles_are_the_whole_without_a_seam(depth, channels):
    made = network(depth, channels)
    image = np.random.default_rng(depth).integers(0, 256, (203, 331, 3), dtype=np.uint8)
    with torch.no_grad():
        whole = made(torch.from_numpy(image).permute(2, 0, 1).unsqueeze(0))[0]
        found, seen = torch.full_like(whole, torch.nan), []

        def outputs(batches):
            for batch in batches:
                seen.append(batch.shape[2:])
                yield made(batch)

        for (rows, columns), part in outputs_by_tile(outputs, image, made.stride, core=64):
            found[:, rows, columns] = part
    torch.testing.assert_close(found, whole, rtol=1e-4, atol=1e-4)
    assert len(seen) > 4
    assert max(max(shape) for shape in seen) <= 64 + 2 * SEEN * made.stride


def test_the_margin_is_what_the_network_sees():
    # One pixel is changed: whatever changes in the answer is nearer than the margin.
    made = network(2)
    picture = torch.full((1, 3, 256, 256), 90.0)
    other = picture.clone()
    other[..., 128, 128] = 255
    with torch.no_grad():
        rows, columns = torch.nonzero((made(picture) != made(other))[0, 0], as_tuple=True)
    reach = max(int((rows - 128).abs().max()), int((columns - 128).abs().max()))
    assert 2 * made.stride < reach <= SEEN * made.stride


def test_crops_are_parts_of_their_pictures_and_leave_the_empty_out_first():
    pictures = examples(3, height=100, width=70)
    cut, there = crops(pictures, 32, 10**6)
    assert there == len(cut) == 3 * 4 * 3
    for row, (picture, top, left) in enumerate(cut.store.places):
        assert (cut.image(row) == pictures.image(picture)[top : top + 32, left : left + 32]).all()
        assert (cut.mask(row) == pictures.mask(picture)[top : top + 32, left : left + 32]).all()
    full = sum(cut.mask(row).any() for row in range(len(cut)))
    few, there = crops(pictures, 32, int(full))
    assert there == len(cut)
    assert len(few) == full
    assert all(few.mask(row).any() for row in range(len(few)))


def test_a_small_picture_is_not_enlarged_and_nobody_knows_what_lies_beside():
    pictures = examples(1, height=20, width=30)
    cut, _ = crops(pictures, 48, 10)
    assert (cut.image(0)[:20, :30] == pictures.image(0)).all()
    assert (cut.mask(0)[:20, :30] == pictures.mask(0)).all()
    assert (cut.mask(0)[20:] == 255).all()
    assert (cut.mask(0)[:, 30:] == 255).all()


def test_the_preparation_cuts_and_is_restored():
    pictures = examples(3, height=100, width=70)
    prepared = PicturePreprocessing(size=32, tiles=True).fit(pictures)
    images, masks = prepared.data(pictures)
    assert images.shape == (36, 3, 32, 32)
    assert masks.shape == (36, 32, 32)
    assert any("squares" in note for note in prepared.notes)
    assert PicturePreprocessing.restore(*prepared.state()).tiles
    values, arrays = prepared.state()
    del values["tiles"]  # a run of before
    assert not PicturePreprocessing.restore(values, arrays).tiles


@pytest.mark.parametrize("other", [{"norm": "group"}, {"own_contrast": True}])
def test_what_looks_at_a_whole_picture_is_refused(other):
    with pytest.raises(UserError, match="seams"):
        VisionSettings(tiles=True, **other)


def test_a_trained_run_answers_and_is_examined_by_tiles(tmp_path, capsys):
    images, masks = folders(tmp_path, 10, height=96, width=150)
    small = ["--size", "48", "--width", "4", "--depth", "1", "--epochs", "1", "--device", "cpu"]
    run = str(tmp_path / "run")
    source = ["--images", str(images), "--masks", str(masks)]
    assert main(DOMAIN, ["train", *source, "--tiles", *small, "--out", run]) == 0
    assert main(DOMAIN, ["evaluate", run]) == 0
    assert main(DOMAIN, ["predict", run, str(images), "--out", str(tmp_path / "answers")]) == 0
    assert "squares of 48x48" in capsys.readouterr().out
    for path in (tmp_path / "answers" / "masks").iterdir():
        with Image.open(path) as mask:
            assert mask.size == (150, 96)


@pytest.mark.parametrize("large", [False, True])
def test_a_picture_above_the_limit_is_let_in_where_asked(tmp_path, monkeypatch, capsys, large):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 2_000)
    images, masks = folders(tmp_path, 10, height=48, width=64)
    small = ["--size", "32", "--width", "4", "--depth", "1", "--epochs", "1", "--device", "cpu"]
    source = ["--images", str(images), "--masks", str(masks), *(["--large"] if large else [])]
    code = main(DOMAIN, ["train", *source, *small, "--out", str(tmp_path / "run")])
    assert code == (0 if large else 2)
    if not large:
        assert "--large" in capsys.readouterr().err
