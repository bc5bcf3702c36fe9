"""One row, one picture, one clip: a count and its noun agree wherever a single thing is counted."""

import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import text.plots
import text.task
import vision.plots
from common.errors import UserError
from common.runs import experiment
from common.splits import split
from tabular.columns import decide_columns
from tests.common.toy import ToySettings, ToySource, ToyTask
from text.costs import Costs
from vision.data import from_folders

ENDS_IN_S = {"class", "loss", "is", "was", "has", "lies", "gives"}


def disagreeing(said: str) -> list[str]:
    """Find "1 texts" and its kind; "1 of 2 masks" counts the masks, and there are two."""
    found = re.findall(r"(?<![\d.,])1 ([a-z]+s)\b", said)
    return [word for word in found if word not in ENDS_IN_S]


def test_what_disagrees_is_found():
    assert disagreeing("1 texts, 11 texts, 1 class, 2.1 words, 1 example lies") == ["texts"]


def test_a_column_of_one_value():
    frame = pd.DataFrame({"town": ["Ufa"] * 3 + [None], "area": ["30", "40", "50", "60"]})
    reasons = [column.reason for column in decide_columns(frame, {"town": "category"})]
    assert not disagreeing("; ".join(reasons))
    kinds = pd.DataFrame({"town": ["Ufa", "Perm"] * 9, "only": ["a"] * 17 + [None]})
    assert not disagreeing("; ".join(column.reason for column in decide_columns(kinds, {})))


def test_a_text_is_drawn():
    alone = np.array(["thanks"], dtype=object)
    examples = text.task.Texts(["hello"], alone, Costs.equal(("thanks",)), alone)
    caption = text.plots._classes(examples).caption
    assert caption.startswith("1 text. One of them")


def test_a_picture_with_a_mask_of_one_pixel(tmp_path):
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    image = np.random.default_rng(0).integers(0, 255, (16, 16, 3), np.uint8)
    mask = np.zeros((16, 16), np.uint8)
    mask[3, 3] = 255
    Image.fromarray(image).save(tmp_path / "images" / "a.png")
    Image.fromarray(mask).save(tmp_path / "masks" / "a.png")
    found = from_folders(tmp_path / "images", tmp_path / "masks")
    said = "; ".join([*found.notes, vision.plots._training_pictures(found).caption])
    assert "1 picture with masks" in said
    assert not disagreeing(said)


def test_one_example_is_left_out_or_is_too_few():
    points = ToyTask().load(ToySource())
    points.split_by.update(times=np.arange(200), gap=1.5)
    prepared = experiment.prepare(ToyTask(), points, ToySource(), ToySettings(epochs=1))
    assert not disagreeing("; ".join(prepared.notes))
    with pytest.raises(UserError, match="1 example gives too few") as caught:
        split(1, "70/20/10")
    assert not disagreeing(str(caught.value))
