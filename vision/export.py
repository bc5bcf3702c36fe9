"""How a run of pictures leaves: the U-Net for pictures of any size and number."""

import numpy as np
import torch
from torch import Tensor, nn

from common.export.exporter import Exporter, json_bytes, npz_bytes
from common.i18n import Text
from common.pipeline import Pipeline
from common.task import Task
from vision.masks import PALETTE


class PictureExporter(Exporter):
    """A run of pictures on its way out."""

    inputs = ("pictures",)
    outputs = ("logits",)
    libraries = ("opencv-python-headless>=5.0", "pillow>=11.0")
    modules = (
        "common.export.bundle.program",
        "vision.decision",
        "vision.nested_regions",
        "vision.second_look.polar_sampling",
        "vision.second_look.classifier",
        "common.file_signatures",
        "vision.image_kinds",
        "vision.image_formats",
        "vision.overlay",
        "vision.tile_grid",
        "vision.bundle.pictures",
        "vision.bundle.finding",
    )
    usage = Text(
        "INPUT is a picture or a folder of them. The answer is a folder with `masks` (class ids), "
        "`overlays` (drawn over the pictures) and `objects.csv`: what was found where, its box, "
        "and how sure the network is. Of a video, give it the frames.",
        "INPUT — изображение или папка с ними. Ответ — папка с `masks` (номера классов), "
        "`overlays` (нарисовано поверх изображений) и `objects.csv`: что и где найдено, рамка и "
        "уверенность сети. Из видео возьмите кадры.",
    )

    def __init__(self, task: Task, pipeline: Pipeline) -> None:
        super().__init__(task, pipeline)
        self.size = pipeline.preprocessing.size
        self.stride = 2 ** (pipeline.settings.depth + 1)
        self.unit = Text(
            f"picture of {self.size}x{self.size}", f"изображение {self.size}x{self.size}"
        )
        self.holds = [
            Text(
                "names of the classes, and the mean colour of the training pictures with its "
                "spread; no picture; where there is one, the second network that looks at what "
                "the first one marked",
                "имена классов, средний цвет изображений обучающей выборки и его разброс; самих "
                "изображений нет; если есть, вторая сеть, которая смотрит на отмеченное первой",
            )
        ]

    def network(self) -> nn.Module:
        return self.pipeline.model

    def sample(self) -> tuple[Tensor, ...]:
        """Two pictures that do not divide by the stride: nothing of their size is taken for law."""
        draw = torch.Generator().manual_seed(0)
        shape = (2, 3, 3 * self.stride - 5, 2 * self.stride - 3)
        return (torch.randint(0, 256, shape, generator=draw, dtype=torch.uint8),)

    def one(self) -> tuple[Tensor, ...]:
        draw = torch.Generator().manual_seed(0)
        shape = (1, 3, self.size, self.size)
        return (torch.randint(0, 256, shape, generator=draw, dtype=torch.uint8),)

    def free_axes(self) -> tuple[dict[int, str], ...]:
        return ({0: "pictures", 2: "height", 3: "width"},)

    def comparable(self, output: np.ndarray) -> np.ndarray:
        """Return the probabilities."""
        logits = torch.from_numpy(output)
        return (logits.sigmoid() if logits.shape[1] == 1 else logits.softmax(1)).numpy()

    def files(self) -> dict[str, bytes]:
        values = {
            "size": self.size,
            "classes": list(self.pipeline.preprocessing.classes),
            "tiles": self.pipeline.settings.tiles,
            "crop": self.pipeline.settings.crop or 0,
            "brightness": float(self.pipeline.preprocessing.mean.mean()),
            "decision": self.pipeline.preprocessing.decision.to_dict(),
            "stride": self.stride,
            "palette": PALETTE.ravel().tolist(),
        }
        arrays = self.pipeline.preprocessing.decision.arrays()
        return {"preparation.json": json_bytes(values), "preparation.npz": npz_bytes(arrays)}
