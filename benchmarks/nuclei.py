"""Cell nuclei: beside Otsu's threshold, and the network beside MONAI's U-Net, in one run.

    python benchmarks/nuclei.py FOLDER [--seeds 0 1 2] [--epochs 40] [--loss dice]

FOLDER holds `images` and `masks`. All networks see the same split, the same augmented pictures in
the same order, the same loss, learning rate and number of epochs, and the same rule of which epoch
is kept. MONAI's U-Net comes as its tutorials build it, with two residual units a level, and as its
class builds it when nothing more is said; their widths are those that come nearest to the number
of our parameters. It prints the mean IoU of the test pictures, at their own size, and the seconds
that training took, with its validation.
"""

import argparse
import dataclasses
import statistics
from pathlib import Path

import numpy as np
import torch
from monai.networks.nets import UNet as MonaiUNet
from torch import Tensor, nn

from common.pipeline import Pipeline
from common.runs import experiment
from common.trainer import Trainer
from vision.baselines import OtsuThreshold
from vision.data import Pictures, from_folders
from vision.metrics import evaluate_mask, mask_metrics
from vision.model import OwnContrast
from vision.settings import PictureSource, VisionSettings
from vision.task import TASK

RIVALS = {"MONAI, 2 residual units": 2, "MONAI, plain": 0}


class Scaled(nn.Module):
    """MONAI's network behind the same scaling of colours as ours."""

    def __init__(
        self, network: nn.Module, mean: np.ndarray, std: np.ndarray, *, own_contrast: bool
    ) -> None:
        super().__init__()
        self.network, self.own_contrast = network, own_contrast
        self.register_buffer("mean", torch.from_numpy(mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.from_numpy(std).view(1, 3, 1, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        if self.own_contrast:
            return self.network(OwnContrast()(pictures))
        return self.network((pictures - self.mean) / self.std)


def parameters(network: nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


def monai(units: int, like: int) -> nn.Module:
    """Return MONAI's five-level U-Net whose number of parameters is nearest to `like`."""

    def build(width: int) -> nn.Module:
        channels = [width * 2**level for level in range(5)]
        return MonaiUNet(2, 3, 1, channels, (2, 2, 2, 2), num_res_units=units)

    width = min(range(4, 40), key=lambda width: abs(parameters(build(width)) - like))
    return build(width)


def train(network: nn.Module, prepared: experiment.Prepared, settings: VisionSettings):
    """Train a network as `learn` trains ours."""
    trainer = Trainer(
        network,
        TASK.losses[settings.loss](settings, prepared.preprocessing),
        lr=settings.lr,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        device=settings.device,
        seed=settings.seed,
        metrics=dict(TASK.curves),
        weight_decay=settings.weight_decay,
        clip=settings.clip,
        bf16=settings.bf16,
        progress=False,
        **TASK.training(settings),
    )
    return trainer.fit(prepared.train_data, valid=prepared.valid_data)


def otsu(train: Pictures, test: Pictures) -> float:
    """The better of two: one side of the threshold for all, or whichever is the smaller."""
    threshold, means = OtsuThreshold(train), []
    for smaller in (False, True):
        masks = [threshold(test.image(row)) for row in range(len(test))]
        if smaller:
            masks = [mask if mask.mean() < 0.5 else 1 - mask for mask in masks]
        answers = [evaluate_mask(mask, test.mask(row)) for row, mask in enumerate(masks)]
        means.append(mask_metrics(answers)["iou"])
    return max(means)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--rivals", nargs="*", choices=RIVALS, default=list(RIVALS), metavar="NAME")
    parser.add_argument("--threads", type=int, default=2)
    VisionSettings.add_to(parser.add_argument_group("settings"))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    settings = VisionSettings.from_arguments(arguments)
    images, masks = arguments.folder / "images", arguments.folder / "masks"
    source = PictureSource(images=str(images), masks=str(masks))
    nuclei = from_folders(images, masks, progress=False)

    ious: dict[str, list[float]] = {}
    seconds: dict[str, list[float]] = {}
    for seed in arguments.seeds:
        seeded = dataclasses.replace(settings, seed=seed)
        prepared = experiment.prepare(TASK, nuclei, source, seeded)
        ious.setdefault("Otsu", []).append(otsu(prepared.train, prepared.test))
        torch.manual_seed(seed)
        ours = TASK.model(prepared.preprocessing, seeded)
        networks: dict[str, nn.Module] = {"ours": ours}
        for name in arguments.rivals:
            colours = prepared.preprocessing.mean, prepared.preprocessing.std
            rival = monai(RIVALS[name], parameters(ours))
            networks[name] = Scaled(rival, *colours, own_contrast=settings.own_contrast)
        for name, network in networks.items():
            history = train(network, prepared, seeded)
            metrics, _ = TASK.evaluate(
                Pipeline(prepared.preprocessing, network, seeded, source), prepared.test
            )
            ious.setdefault(name, []).append(metrics["iou"])
            # The median of the epochs: whatever else the computer does for a moment is left out.
            spent = statistics.median(history.column("seconds")[1:])
            seconds.setdefault(name, []).append(spent)
            print(
                f"seed {seed}: {name:24s} {parameters(network):9,} parameters  "
                f"IoU {metrics['iou']:.3f}  {spent:.2f} s an epoch",
                flush=True,
            )
        print(f"seed {seed}: {'Otsu':24s} {'':20s}  IoU {ious['Otsu'][-1]:.3f}", flush=True)
    print(f"\nmean over {len(arguments.seeds)} seeds")
    for name, values in ious.items():
        line = f"{name:24s} IoU {statistics.mean(values):.3f}"
        if name in seconds:
            ratios = [b / a for a, b in zip(seconds["ours"], seconds[name], strict=True)]
            line += f"  {statistics.mean(ratios):.2f} times our seconds"
        print(line)


if __name__ == "__main__":
    main()
