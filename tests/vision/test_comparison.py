"""Masks by other hands: the networks are twins, and what they cannot do is refused."""

import pytest

from common.errors import UserError
from tests.common.comparison.twins import assert_twins, network_of
from tests.vision.scenes import folders
from vision.comparison import check
from vision.settings import PictureSource, VisionSettings
from vision.task import TASK


@pytest.mark.parametrize("classes", [1, 2])
def test_the_plain_networks_are_twins(tmp_path, classes):
    images, masks = map(str, folders(tmp_path, classes=classes))
    source = PictureSource(images=images, masks=masks)
    settings = VisionSettings(epochs=1, size=32, width=4, depth=2, device="cpu", loss="tversky")
    assert_twins(TASK, source, settings, network=network_of)


@pytest.mark.parametrize("changes", [{"size": 100}, {"tiles": True}])
def test_what_the_plain_networks_cannot_do_is_refused(changes):
    check(VisionSettings())
    with pytest.raises(UserError, match="--size 100.*multiple of 32|--tiles"):
        check(VisionSettings(**changes))
