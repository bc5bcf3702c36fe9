import dataclasses
import runpy
from pathlib import Path

import numpy as np
import pytest
import torch

from common.errors import UserError, unknown
from common.loss_registry import WeightedSumLoss
from common.outcome import Outcome
from common.pipeline import Pipeline
from common.report.console import metrics_table
from common.report.run_page import render
from common.training.history import History
from tests.vision.scenes import folders, scene
from tests.vision.test_preprocessing import examples
from vision.baselines import OtsuThreshold, perfect_masks
from vision.loss import IGNORE_INDEX, CrossEntropyLoss, FocalLoss, FocalTverskyLoss, TverskyLoss
from vision.metrics import evaluate_masks
from vision.model import UNet
from vision.overlay import COLOURS, contact_sheet, overlay
from vision.predict import predict_masks, predict_scored
from vision.preprocessing import PicturePreprocessing
from vision.settings import PictureSource, VisionSettings
from vision.task import TASK

SETTINGS = VisionSettings(width=4, depth=1, size=48, batch_size=4, device="cpu")


def pipeline(pictures, **changes):
    torch.manual_seed(0)
    settings = dataclasses.replace(SETTINGS, **changes)
    prepared = PicturePreprocessing(size=settings.size).fit(pictures)
    model = TASK.model(prepared, settings).eval()
    return Pipeline(prepared, model, settings, PictureSource(images="a", masks="b"))


# --- the losses by name ----------------------------------------------------------------------


def test_every_loss_is_built_with_the_settings():
    settings = VisionSettings(alpha=0.2, beta=0.9, power=0.5, gamma=3.0, extra=2.0)
    made = {name: TASK.losses[name](settings, None) for name in TASK.losses}
    assert next(iter(made)) == "cross_entropy"
    assert (made["tversky"].alpha, made["tversky"].beta) == (0.2, 0.9)
    assert (made["focal_tversky"].alpha, made["focal_tversky"].gamma) == (0.2, 0.5)
    assert made["focal"].gamma == 3
    assert made["boundary"].extra == 2


def test_a_sum_is_written_as_one_writes_it():
    loss = TASK.losses[" tversky +0.5* focal+2*cross_entropy"](VisionSettings(), None)
    assert isinstance(loss, WeightedSumLoss)
    assert loss.weights == (1, 0.5, 2)
    assert [type(part) for part in loss.parts] == [TverskyLoss, FocalLoss, CrossEntropyLoss]
    assert isinstance(TASK.losses["focal_tversky"](VisionSettings(), None), FocalTverskyLoss)


@pytest.mark.parametrize(
    "name", ["", "+", "tversky+", "hope", "0*dice", "-1*dice", "nan*dice", "inf*dice", "2dice"]
)
def test_what_is_no_sum_of_losses_is_unknown(name):
    assert name not in TASK.losses
    assert "There are: cross_entropy" in str(unknown("loss", name, TASK.losses))
    with pytest.raises(KeyError):
        TASK.losses[name]


def test_the_help_names_every_loss():
    field = next(f for f in dataclasses.fields(VisionSettings) if f.name == "loss")
    assert all(name in field.metadata["help"] for name in TASK.losses)


# --- own contrast ----------------------------------------------------------------------------


def check_own_contrast():
    torch.manual_seed(0)
    prepared = PicturePreprocessing(size=48).fit(examples())
    network = TASK.model(prepared, dataclasses.replace(SETTINGS, own_contrast=True)).eval()
    dark = torch.randint(0, 60, (1, 3, 24, 32), generator=torch.Generator().manual_seed(0))
    bright = 4 * dark + 15
    torch.testing.assert_close(network(dark.byte()), network(bright.byte()))
    both = torch.cat([dark, 200 - dark]).byte()
    torch.testing.assert_close(network(both)[:1], network(dark.byte()))
    plain = TASK.model(prepared, SETTINGS).eval()
    assert not torch.allclose(plain(dark.byte()), plain(bright.byte()), rtol=0.1)


def test_by_its_own_contrast_a_dark_picture_is_answered_as_a_bright_one():
    check_own_contrast()


@pytest.mark.parametrize("name", ["right_mean_padding", "right_recursion"])
def test_a_network_solved_from_the_statement_heeds_own_contrast(monkeypatch, name):
    """The exercise's statement does not speak of it, so it must not be the solution's work."""
    place = Path(__file__).parents[1] / "solutions" / "vision" / "UNet.forward" / f"{name}.py"
    monkeypatch.setattr(UNet, "forward", runpy.run_path(str(place))["forward"])
    check_own_contrast()


def test_a_network_with_own_contrast_computes_what_it_did_before():
    """The same figures as the U-Net had when it scaled each picture by itself."""
    torch.manual_seed(0)
    prepared = PicturePreprocessing(size=48).fit(examples())
    network = TASK.model(prepared, dataclasses.replace(SETTINGS, own_contrast=True)).eval()
    x = torch.arange(3 * 10 * 13).reshape(1, 3, 10, 13).remainder(251).byte()
    scaled = x.float() - x.float().mean()
    scaled = scaled / scaled.square().mean().sqrt()
    torch.testing.assert_close(network(x), network[1](scaled))
    # The mean of the canvas stands around it.
    assert (network[1].mean == 0).all()
    assert (network[1].std == 1).all()


# --- answers ---------------------------------------------------------------------------------


def test_answers_come_in_order_and_in_each_pictures_own_size():
    sizes = [(30, 40), (50, 20), (48, 48), (10, 100), (200, 150), (7, 7), (48, 47)]
    images = [
        scene(i, height=max(h, 16), width=max(w, 16))[0][:h, :w] for i, (h, w) in enumerate(sizes)
    ]
    model = pipeline(examples())
    together = list(predict_masks(model, iter(images)))
    for image, (same, mask) in zip(images, together, strict=True):
        assert same is image
        assert mask.shape == image.shape[:2]
        assert mask.dtype == np.uint8
        ((_, alone),) = predict_masks(model, [image])
        assert (alone == mask).mean() > 0.999


def test_answers_of_several_classes_are_class_ids():
    model = pipeline(examples(classes=2))
    ((_, mask),) = predict_masks(model, [scene(1, classes=2)[0]])
    assert set(np.unique(mask)) <= {0, 1, 2}


@pytest.mark.parametrize("classes", [1, 2])
def test_a_threshold_moves_the_border_and_confidence_is_of_the_answer(classes):
    model, image = pipeline(examples(classes=classes)), scene(1, classes=classes)[0]
    ((_, default),) = predict_masks(model, [image])
    sizes = []
    for threshold in (0.02, 0.3, 0.6, 0.98):
        ((_, mask, sure),) = predict_scored(model, [image], threshold)
        assert sure.shape == mask.shape
        assert (sure[mask > 0] > threshold).all()
        if classes == 1:
            assert (sure[mask == 0] >= 1 - threshold - 1e-6).all()
        sizes.append(int((mask > 0).sum()))
    assert sizes == sorted(sizes, reverse=True)
    ((_, mask, sure),) = predict_scored(model, [image])
    assert (mask == default).all()
    assert (sure >= 1 / (classes + 1) - 1e-6).all()


def test_damaged_weights_are_told():
    model = pipeline(examples())
    model.model.head.weight.data.fill_(torch.nan)
    with pytest.raises(UserError, match="not finite"):
        next(predict_masks(model, [scene(0)[0]]))


def test_a_picture_is_examined_at_its_own_size():
    pictures = examples(4, height=96, width=96)
    metrics, artifacts = TASK.evaluate(pipeline(pictures), pictures)
    assert artifacts.masks[0].shape == (96, 96)
    assert artifacts.evaluations[0].known == 96 * 96
    assert metrics["accuracy"] == sum(a.correct for a in artifacts.evaluations) / (4 * 96 * 96)


# --- baselines -------------------------------------------------------------------------------


@pytest.mark.parametrize("bright", [True, False])
def test_otsu_learns_which_side_of_the_threshold_is_meant(bright):
    pictures = examples()
    if not bright:
        pictures.store.images[:] = 255 - pictures.store.images
    threshold = OtsuThreshold(pictures)
    image, mask = pictures.image(0), pictures.mask(0)
    assert threshold.bright == bright
    assert (threshold(image) == mask).mean() > 0.95


def test_classes_that_the_network_has_not_learned_are_refused(tmp_path):
    images, masks = folders(tmp_path, 4, classes=2)
    source = PictureSource(images=str(images), masks=str(masks))
    with pytest.raises(UserError, match="masks hold 2 classes, the network learned 1"):
        TASK.examples_like(pipeline(examples()), source)


# --- overlay ---------------------------------------------------------------------------------


def test_an_overlay_leaves_the_land_and_the_picture_alone():
    image, mask = scene(2)
    before = image.copy()
    drawn = overlay(image, mask)
    assert (image == before).all()
    far = np.ones(mask.shape, bool)
    y, x = np.nonzero(mask)
    far[max(y.min() - 3, 0) : y.max() + 4, max(x.min() - 3, 0) : x.max() + 4] = False
    assert (drawn[far] == image[far]).all()
    assert (drawn == COLOURS[0]).all(axis=2).any()
    assert (overlay(image, np.zeros_like(mask)) == image).all()
    assert (overlay(image, np.full_like(mask, 255)) == image).all()


def test_classes_have_colours_of_their_own_and_every_id_has_one():
    image = np.zeros((32, 32, 3), np.uint8)
    first, second = (overlay(image, np.full((32, 32), label, np.uint8)) for label in (1, 2))
    assert (first != second).any()
    assert overlay(image, np.full((32, 32), 60, np.uint8)).max() > 0


@pytest.mark.parametrize("ground", [(220, 20, 20), (255, 225, 0), (255, 255, 255), (0, 0, 0)])
def test_what_was_marked_keeps_its_colours_and_its_line_is_seen_on_any_ground(ground):
    image = np.full((64, 64, 3), ground, np.uint8)
    mask = np.zeros((64, 64), np.uint8)
    mask[20:40, 20:40] = 1
    drawn = overlay(image, mask)
    assert (drawn[mask == 1] == ground).all()
    light = np.array([0.2126, 0.7152, 0.0722])
    seen = np.abs((drawn.astype(float) - ground) @ light)[15:45, 15:45]
    assert seen.max() > 60


def test_an_object_that_goes_on_beyond_the_picture_is_outlined_inside_it():
    drawn = overlay(np.zeros((32, 32, 3), np.uint8), np.ones((32, 32), np.uint8))
    assert (drawn[0] == COLOURS[0]).all()
    assert (drawn[:, -1] == COLOURS[0]).all()
    assert (drawn[1:-1, 1:-1] == 0).all()


def test_a_sheet_holds_every_picture():
    pictures = [np.full((6, 8, 3), 10 * i, np.uint8) for i in range(1, 6)]
    laid = contact_sheet(pictures, 2)
    assert laid.shape == (6 * 3 + 4 * 2, 8 * 2 + 4, 3)
    assert {10, 20, 30, 40, 50, 255} == set(np.unique(laid))


@pytest.mark.parametrize(("shape", "classes"), [((40, 48), 1), ((120, 30), 2), ((300, 900), 2)])
def test_the_page_is_drawn_for_pictures_of_any_shape(shape, classes):
    height, width = shape
    pictures = examples(4, classes=classes, height=height, width=width)
    history = History([{"epoch": 1, "lr": 1.0, "train_loss": 1.0, "valid_loss": 1.0}])
    metrics, artifacts = TASK.evaluate(pipeline(pictures), pictures)
    outcomes = [Outcome(name, metrics, artifacts, history, 1.0) for name in ("dice", "a$b" * 9)]
    outcomes += TASK.baselines(pictures, pictures, SETTINGS, {})
    drawn = TASK.plots(pictures, pictures, outcomes)
    assert len(drawn) == 4
    assert [picture.title for picture in drawn if picture.table] == [f"The worst of {'a$b' * 9}"]
    assert drawn[2].table[0]["picture"] in {pictures.name(row) for row in range(4)}
    page = render(
        title="t",
        about="a",
        metrics=TASK.metrics,
        outcomes=outcomes,
        part="test",
        pictures=drawn,
        notes=[],
        settings={},
    )
    assert len(page) > 50_000
    assert len(metrics_table(TASK.metrics, outcomes)) > 5


def test_every_picture_has_its_figures_and_the_size_axis_reads_as_one_counts():
    pictures = examples(5)
    metrics, artifacts = TASK.evaluate(pipeline(pictures), pictures)
    history = History([{"epoch": 1, "lr": 1.0, "train_loss": 1.0, "valid_loss": 1.0}])
    outcome = Outcome("dice", metrics, artifacts, history, 1.0)
    lines = TASK.tables(pictures, [outcome, *TASK.baselines(pictures, pictures, SETTINGS, {})])
    assert [line["picture"] for line in lines["pictures"]] == [pictures.name(i) for i in range(5)]
    for line, one in zip(lines["pictures"], artifacts.evaluations, strict=True):
        assert float(line["Dice, %"] or "nan") == pytest.approx(
            100 * one.dice, abs=0.05, nan_ok=True
        )
        assert line["missed pixels"] == str(one.fn)
    by_size = TASK.plots(pictures, pictures, [outcome])[-1].figure
    by_size.canvas.draw()
    words = [text.get_text() for text in by_size.axes[0].get_xticklabels(which="both")]
    assert any(words)
    assert all(word.replace(",", "").isdigit() for word in words if word)


def test_the_page_is_headed_by_a_persons_own_pictures(tmp_path):
    trained = dataclasses.replace(pipeline(examples()), source=PictureSource())
    assert TASK.heading(trained)[0] == TASK.title
    source = PictureSource(images=str(tmp_path / "cracks" / "images"), masks=str(tmp_path))
    title, about = TASK.heading(dataclasses.replace(trained, source=source))
    assert title == "Pictures of cracks/images"
    assert trained.settings.loss in about
    assert "copter" not in about
    assert " pad" not in about


def test_a_page_without_anything_to_find_or_to_show_is_drawn():
    pictures = examples(2)
    pictures.store.masks[:] = 0
    metrics, artifacts = TASK.evaluate(pipeline(pictures), pictures)
    history = History([{"epoch": 1}])
    drawn = TASK.plots(pictures, pictures, [Outcome("dice", metrics, artifacts, history, 1.0)])
    assert drawn[0].title == "What there is to learn from"


def test_a_perfect_observer_misses_what_no_object_can_be_and_what_shrinking_loses():
    pictures = examples(2, height=96, width=96)
    masks = pictures.store.masks
    masks[:] = 0
    masks[0, 10:30, 10:30] = 1
    masks[0, 50:53, 50:53] = 1  # nine pixels: fewer than an object has
    masks[1, 60:90, 40:41] = 1  # one pixel wide: half of the width is lost at half the size
    masks[1, 5:9, 5:9] = IGNORE_INDEX
    found = {
        size: evaluate_masks(perfect_masks(pictures, size), pictures)[0] for size in (96, 48, 0)
    }
    assert found[96]["found"] == found[0]["found"] == pytest.approx(2 / 3)
    assert found[96]["false"] == 0
    assert found[48]["found"] < found[96]["found"]
