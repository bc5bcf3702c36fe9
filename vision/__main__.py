"""python -m vision"""

from common.cli import run
from common.domain import Domain
from vision.flight.options import FLY
from vision.settings import PictureSource, PredictOptions, VisionSettings

DOMAIN = Domain(
    name="vision",
    summary="Small things from the air: a network that finds, and losses that miss what it misses.",
    task="vision.task",
    keras_loss="tversky",
    source=PictureSource,
    settings=VisionSettings,
    demo=("tversky", "cross_entropy"),
    demo_settings={
        **{"epochs": 1, "width": 8, "depth": 3, "lr": 8e-3, "loss": "cross_entropy"},
        "shares": "80/10/10",
        # With one thread for each training a seed gives the same figures, however many cores.
        "threads": 1,
    },
    # A plain loop, as one writes it by hand, shows whole pictures.
    compare_settings={"crop": 0, "epochs": 3, "depth": 4, "lr": 3e-3, "threads": None},
    predict=PredictOptions,
    libraries={
        "cv2": ("opencv-python", "the vision lesson does not work"),
        "PIL": ("pillow", "the vision lesson does not work"),
        "moviepy": ("moviepy", "the vision lesson reads no video"),
    },
    commands=(FLY,),
)

if __name__ == "__main__":
    run(DOMAIN)
