"""What a domain says of how its network leaves: the graph, what goes in, and what goes with it."""

from __future__ import annotations

import dataclasses
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from common.export.quantization import to_int8
from common.export.runtime import Feed, Runner
from common.i18n import Text
from common.training.prediction import InputBatches

if TYPE_CHECKING:
    from common.pipeline import Pipeline
    from common.task import Task

CALIBRATED = 100
"""Examples of the validation part that the ranges of int8 are found on."""


class Exporter(ABC):
    """One run on its way out. A domain's subclass says what is its own.

    pipeline: the run, on the CPU; where something is left out of the bundle, the run without it.

    Its class names:
        inputs, outputs: names, in the order of the graph.
        unit: what the milliseconds are of, such as "row".
        libraries: what the bundle needs beside onnxruntime and numpy, as pip takes them.
        modules: what is copied into the bundle; of the last one `main` is run.
        usage: what `python run.py …` takes, for the bundle's page.
        instead: modules whose import leads to one of these in the bundle.
    """

    inputs: Sequence[str]
    outputs: Sequence[str]
    unit: Text
    libraries: Sequence[str] = ()
    modules: Sequence[str]
    usage: Text
    instead: ClassVar[dict[str, str]] = {}

    def __init__(self, task: Task, pipeline: Pipeline) -> None:
        self.task, self.pipeline = task, pipeline
        self.left_out = ""
        """What the bundle does without, for the table of figures; "" where it holds all."""
        self.holds: list[Text] = []
        """What of the training data the bundle holds, a line each."""

    @abstractmethod
    def network(self) -> nn.Module:
        """Return the network that becomes the graph: real inputs, real outputs, no loop."""

    @abstractmethod
    def sample(self) -> tuple[Tensor, ...]:
        """Return inputs of that network, more than one of everything that is to stay free."""

    @abstractmethod
    def free_axes(self) -> tuple[dict[int, str], ...]:
        """Return for each input which axes are free, with a name for each."""

    @abstractmethod
    def one(self) -> tuple[Tensor, ...]:
        """Return inputs of that network for one `unit`, for the time that it takes."""

    @abstractmethod
    def files(self) -> dict[str, bytes]:
        """Return the preparation as plain data: names and contents, JSON and npz without pickle."""

    def feed(self, *inputs: Tensor) -> Feed:
        """Return what the graph is fed with for inputs of the run's own network."""
        return {
            name: np.ascontiguousarray(tensor.numpy())
            for name, tensor in zip(self.inputs, inputs, strict=True)
        }

    def comparable(self, output: np.ndarray) -> np.ndarray:
        """Return a raw output on the scale that differences are judged on: one is everything."""
        return output

    def calibration(self, examples: Any) -> Iterator[Feed]:
        """Yield inputs of the graph for some of the validation examples, evenly chosen."""
        count = min(CALIBRATED, len(examples))
        rows = np.linspace(0, len(examples) - 1, count).round().astype(int)
        inputs = self.pipeline.preprocessing.transform(examples[rows])
        for batch in InputBatches(inputs, batch_size=8, device=torch.device("cpu"), workers=0):
            yield self.feed(*batch)

    def to_int8(self, content: bytes, examples: Any) -> bytes:
        """Return the graph in int8: static, its ranges found on the validation part."""
        return to_int8(content, self.calibration(examples))

    def metrics(self, run: Runner, examples: Any) -> tuple[dict[str, float], float]:
        """Return the domain's figures with the exported network, and the largest difference."""
        network = ExportedNetwork(self, run)
        pipeline = dataclasses.replace(self.pipeline, model=network)
        return self.task.evaluate(pipeline, examples)[0], network.difference


class ExportedNetwork(nn.Module):
    """The exported network in the place of the run's own, beside which it is watched.

    difference: the largest so far, on the exporter's scale.
    """

    def __init__(self, exporter: Exporter, run: Runner) -> None:
        super().__init__()
        self.exporter, self.run = exporter, run
        self.own = exporter.pipeline.model
        self.difference = 0.0

    def forward(self, *inputs: Tensor) -> Tensor:
        own = self.own(*inputs)
        exported = self.run(self.exporter.feed(*inputs))[0]
        ours, theirs = map(self.exporter.comparable, (own.numpy(), exported))
        self.difference = max(self.difference, float(np.abs(ours - theirs).max(initial=0)))
        return torch.from_numpy(exported)


def json_bytes(values: Any) -> bytes:
    """Return what `preparation.json` holds."""
    return (json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def npz_bytes(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return what `preparation.npz` holds: arrays of numbers, which need no pickle.

    Raises:
        ValueError: one is of objects.
    """
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()
