import numpy as np
import pytest

import vision
from common.errors import UserError
from tests.vision.scenes import folders, scene
from vision.images import write_image

SMALL = vision.VisionSettings(size=32, width=4, depth=2, batch_size=4, lr=0.01, augment=False)


@pytest.fixture(scope="module")
def predictor(tmp_path_factory):
    place = tmp_path_factory.mktemp("predictor")
    images, masks = folders(place)
    return vision.fit(
        images, masks, settings=SMALL, epochs=40, device="cpu", progress=False, out=place / "run"
    ), place


def test_three_lines_find_an_object(predictor):
    model, _ = predictor
    assert model.metrics["found"] > 0.5
    assert len(model.history.rows) == 40
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
