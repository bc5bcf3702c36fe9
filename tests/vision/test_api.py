from dataclasses import replace

import numpy as np
import pytest
import torch

import vision
from common.errors import UserError
from common.runs import learning
from tests.vision.scenes import folders, scene
from vision.images import write_image
from vision.task import TASK

SMALL = vision.VisionSettings(size=32, width=4, depth=2, batch_size=4, lr=0.01, augment=False)


@pytest.fixture(scope="module")
def predictor(tmp_path_factory):
    place = tmp_path_factory.mktemp("predictor")
    images, masks = folders(place)
    return vision.fit(
        images, masks, settings=SMALL, epochs=28, device="cpu", progress=False, out=place / "run"
    ), place


def test_three_lines_find_an_object(predictor):
    model, _ = predictor
    assert model.metrics["found"] > 0.5
    assert len(model.history.rows) == 28
    image, mask = scene(3)
    things = model.predict(image).objects
    y, x = (axis.mean() for axis in np.nonzero(mask))
    assert min(np.hypot(t.centre[0] - x, t.centre[1] - y) for t in things) < 3


def test_a_loaded_predictor_answers_as_the_fitted_one(predictor, tmp_path):
    model, place = predictor
    loaded = vision.load(place / "run", device="cpu")
    pictures = [scene(seed, height=30 + seed, width=60)[0] for seed in range(5)]
    for ours, theirs in zip(loaded.predict(pictures), model.predict(pictures), strict=True):
        assert (ours.mask == theirs.mask).all()
    write_image(tmp_path / "one.png", pictures[0])
    assert (loaded.predict(tmp_path / "one.png").mask == loaded.predict(pictures[0]).mask).all()
    figures = loaded.evaluate(place / "images", place / "masks")
    assert 0 < figures["iou"] <= 1
    train, again = model.origin.prepared.train, model.evaluate(place / "images", place / "masks")
    assert figures.trained_on == again.trained_on == len(train) < figures.examples


def test_pictures_are_taken_a_few_at_a_time(predictor):
    model, _ = predictor
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield scene(taken)[0]

    assert next(model.predict(endless())).mask.shape == (40, 48)
    assert taken == SMALL.batch_size


@pytest.mark.parametrize(
    "picture", [np.zeros((4, 4)), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8), None, 7]
)
def test_what_is_no_picture_is_refused(predictor, picture):
    with pytest.raises(UserError, match="expected a file's path or uint8"):
        predictor[0].predict(picture)


def test_a_training_begins_from_a_run_with_its_classes_and_colours(predictor):
    _, place = predictor
    quiet = {"device": "cpu", "progress": False, "start": place / "run"}
    tuned = vision.fit(epochs=1, **quiet)
    assert tuned.pipeline.settings.lr == SMALL.lr
    begun, first = tuned.origin.prepared, vision.load(place / "run", device="cpu").pipeline
    np.testing.assert_array_equal(begun.preprocessing.mean, first.preprocessing.mean)
    network = learning.new_model(TASK, begun, tuned.pipeline.settings).eval()
    pipeline = replace(first, model=network, preprocessing=begun.preprocessing)
    assert torch.equal(pipeline(begun.valid), first(begun.valid))
    with pytest.raises(UserError, match="--norm group: .* weights fit no other"):
        vision.fit(norm="group", **quiet)


def test_a_class_that_the_run_never_saw_is_named(predictor, tmp_path):
    _, place = predictor
    for seed in range(6):
        image, mask = scene(seed)
        for name, content in (("images", image), ("masks", mask)):
            (tmp_path / name).mkdir(exist_ok=True)
            if name == "masks":
                content = np.repeat((content + (content > 0) * (seed % 2))[..., None], 3, 2)
            write_image(tmp_path / name / f"{seed}.png", content.astype(np.uint8))
    with pytest.raises(UserError, match="masks hold 2 classes, the network learned 1"):
        vision.fit(tmp_path / "images", tmp_path / "masks", start=place / "run", progress=False)
