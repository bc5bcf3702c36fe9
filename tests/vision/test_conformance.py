from common.conformance import check_domain
from tests.vision.scenes import folders
from vision.__main__ import DOMAIN
from vision.settings import PictureSource, VisionSettings
from vision.task import TASK


def test_the_task_keeps_its_contract(tmp_path):
    images, masks = map(str, folders(tmp_path))
    source = PictureSource(images=images, masks=masks)
    settings = VisionSettings(epochs=1, size=32, width=4, depth=2, device="cpu", bf16=False)
    check_domain(
        TASK, source, settings, tmp_path, given=tmp_path / "images", options=DOMAIN.predict()
    )
