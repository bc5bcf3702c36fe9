"""What a domain hands to common: the Task. Everything in common works with any Task.

    raw source -> Task.load -> split -> Preprocessing.fit(train) -> Preprocessing.data -> Trainer
    -> Task.evaluate on the test part, once -> runs.save -> report

and back out: runs.load -> Pipeline -> Task.predict -> a file the user can open.
"""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import nn

from common.autopilot.portfolio import Portfolio
from common.errors import UserError
from common.outcome import Metric, Outcome
from common.pipeline import Pipeline
from common.preprocessing import Preprocessing
from common.report.section import Section
from common.settings import Options, Settings

if TYPE_CHECKING:
    from common.export.exporter import Exporter


class Task(ABC):
    """A domain, as common sees it. A subclass names the domain's pieces; common does the rest."""

    name: str
    title: str
    about: str
    metrics: Sequence[Metric]
    source: type[Options]
    settings: type[Settings]
    preprocessing: type[Preprocessing]
    predict_options: type[Options] = Options
    """The domain's own options of the command `predict`."""
    losses: Mapping[str, Callable[[Any, Any], nn.Module]]
    """Each loss by name, built from (settings, fitted preprocessing). First, the standard one."""
    curves: Mapping[str, Callable[..., Any]]
    """Metrics of (prediction, target) that are followed on the validation part, epoch by epoch.

    One with an argument `examples` is given the validation examples too, as they came out of the
    split, in the order of the predictions: to count in a person's units, or by group.
    """

    paces: Mapping[str, float] = {}
    """Of losses that cost less time an epoch than the others: how many times the epochs they train
    where losses are compared, so that all are given about the same seconds."""

    of_network: Sequence[str] = ("depth", "width", "activation")
    """Settings that make another network: a training that begins from a run keeps the run's."""

    portfolio: Portfolio = Portfolio()
    """What the autopilot tries, and the metric that it judges by."""

    def reading_seconds(self, source: Any) -> float:
        """Return how many seconds reading and preparing what a source names takes at least.

        On one core with nothing else to do. The autopilot refuses a time that would be used up by
        it. Here 0: nothing is known of it.
        """
        return 0.0

    @abstractmethod
    def load(self, source: Any) -> Any:
        """Read raw examples with their targets from a source; raise UserError for a bad one."""

    def complete(self, settings: Any, examples: Any) -> Any:
        """Settle settings that depend on the data; the run keeps them as settled."""
        return settings

    def source_to_start(self, own: Any, given: Any) -> Any:
        """Return a source for a training that begins from a run, read as the run's own was.

        Here as given. A domain fills in what a source does not say, such as the target's column,
        and refuses what would ask for another preparation.

        Args:
            own: the source of the run that is begun from.
            given: a source that names other data.
        """
        return given

    def load_to_start(self, pipeline: Pipeline, source: Any) -> Any:
        """Read examples to train a run's network with; as `load`, by what the run knows."""
        return self.load(source)

    @abstractmethod
    def prepare(self, source: Any, settings: Any) -> Preprocessing:
        """Return a preprocessing that is not fitted yet."""

    @abstractmethod
    def model(self, preprocessing: Any, settings: Any) -> nn.Module:
        """Build the network for what the preprocessing gives.

        A buffer is persistent, or made of what the preprocessing holds: a run is loaded into a
        network whose weights have no memory yet.
        """

    def training(self, settings: Any) -> dict[str, Any]:
        """Return more arguments for the Trainer, such as {"workers": 2, "monitor": "iou"}."""
        return {}

    def fingerprint(self, examples: Any) -> str:
        """Return a text that other examples, or the same in another order, would not have.

        A run is resumed and examined only on the data that it was split from.
        """
        return str(len(examples))

    def hashes(self, pipeline: Pipeline, examples: Any) -> np.ndarray | None:
        """Return 64 bits that tell each example apart, (n,) uint64: see `common.runs.trained_on`.

        Here None: a domain without them is not told when it is examined on what it learned from.
        """
        return None

    @abstractmethod
    def evaluate(self, pipeline: Pipeline, examples: Any) -> tuple[dict[str, float], Any]:
        """Return the metrics on examples with known targets, and the artifacts for plots."""

    def settling(self, source: Any, settings: Any) -> float:
        """Return what share of a training's time `deciding` takes, about: for the progress bar.

        The autopilot keeps so much of its time for it: there `settings.minutes` are all there are.
        """
        return 0.0

    def deciding(
        self,
        pipeline: Pipeline,
        train: Any,
        valid: Any,
        *,
        seconds: float | None = None,
        progress: bool | Callable[[float], None] = False,
    ) -> Pipeline:
        """Settle how a trained network's outputs become answers.

        Here nothing is settled. What a domain learns for that from the training part, and chooses
        on the validation part, such as the probability from which on it answers, it keeps in a
        preprocessing of the pipeline's own, or in the weights of a copy of the network, which are
        saved with the run: `evaluate`, `predict`, `serve` and `export` find it there.

        Args:
            pipeline: the trained network.
            train: the training part.
            valid: the validation part.
            seconds: that it may take, where there is a deadline.
            progress: show a bar or none; a function is told the share that is done.

        Returns:
            The pipeline that answers so.
        """
        return pipeline

    def joined(self, pipeline: Pipeline, examples: Any) -> tuple[Pipeline, dict[str, float]] | None:
        """Let a trained network remember more examples with known targets, without training.

        Here None: a network as a rule remembers nothing but its weights.

        Returns:
            A pipeline that remembers them too, and its metrics on them, each judged without
            itself; or None.
        """
        return None

    @abstractmethod
    def baselines(
        self, train: Any, test: Any, settings: Any, pipelines: Mapping[str, Pipeline]
    ) -> list[Outcome]:
        """Return what the networks are to be measured against on the test part.

        pipelines: the trained ones by loss, for a baseline may be the same network that
        decides otherwise.
        """

    @abstractmethod
    def plots(self, train: Any, test: Any, outcomes: Sequence[Outcome]) -> list[Section]:
        """Draw the domain's part of the report."""

    def notes_on_parts(self, train: Any, valid: Any, test: Any) -> list[str]:
        """Return what the person should be told of the parts, now that the examples are split."""
        return []

    def heading(self, pipeline: Pipeline) -> tuple[str, str]:
        """Return the title and the introduction of a run's page.

        Here those of the lesson. A domain speaks of a person's own data where it was given some.

        Args:
            pipeline: the one that is saved, with its source and its settings.
        """
        return self.title, self.about

    def tables(self, test: Any, outcomes: Sequence[Outcome]) -> dict[str, list[dict[str, str]]]:
        """Return tables for the run's folder `extras`, such as a line of figures for each example.

        Args:
            test: the examples that were examined.
            outcomes: those of the networks, with their artifacts, and of the baselines.

        Returns:
            By file name without a suffix, the rows, each the cells by column.
        """
        return {}

    def extras(self, folder: Path, pipelines: Mapping[str, Pipeline], test: Any) -> list[Section]:
        """Write files for people into the run's folder `extras`; return pictures that go with them.

        Called when all are trained, before the page is written.
        """
        return []

    @abstractmethod
    def examples_like(self, pipeline: Pipeline, source: Any) -> Any:
        """Read examples for a trained pipeline to be evaluated on, as its own were read."""

    def answers_suffix(self, source: Path) -> str:
        """Return the suffix of what `predict` writes for a source; "" where that is a folder."""
        return ".csv"

    @abstractmethod
    def predict(self, pipeline: Pipeline, source: Path, out: Path, options: Any) -> str:
        """Answer for every example of a file or folder, write `out`; return a line that says so.

        options: an instance of the domain's own options of the command `predict`.
        """

    def serving_facts(
        self,
        pipeline: Pipeline,
        train: Any,
        valid: Any,
        test: Any,
        *,
        judged: Pipeline | None = None,
    ) -> dict[str, Any]:
        """Return what the page of a served run must know of its data; it is kept in the run.

        Called when the training is over. What the page says of how far an answer may be off comes
        from the validation part; the test part tells how often that is true. Here nothing.

        Args:
            pipeline: the one that answers.
            train: what it was trained on.
            valid: the validation part.
            test: the test part.
            judged: what answered before the pipeline was trained on the validation part too, which
                tells how far answers may be off; None where it was not.
        """
        return {}

    def serving(self) -> type[Any]:
        """Return the domain's subclass of `common.serving.contract.Serving`, for `serve`.

        Import it within: it needs FastAPI and its kin, which nothing else does.

        Raises:
            UserError: a domain that has none cannot be served.
        """
        raise UserError(f"{self.name} cannot be served: its task has no `serving`")

    def exporter(self, pipeline: Pipeline, options: Any) -> "Exporter":
        """Return what the command `export` must know of a run to let it leave.

        options: an instance of the domain's own options of the command.

        Raises:
            UserError: the domain has no export, or this run cannot be exported.
        """
        raise UserError(
            f"{self.name}: this domain cannot be exported: its Task has no `exporter`",
            ru=f"{self.name}: эта область не экспортируется: в её Task нет `exporter`",
        )

    def read(
        self, *data: Any, pipeline: Pipeline | None = None, **fields: Any
    ) -> tuple[Any, Any | None]:
        """Understand what a person hands over in Python: return its source, and its examples.

        Here everything is named by the source's fields, in their order, and the examples are
        None, to be loaded. A domain that takes data in memory, a frame or arrays, makes examples.

        Args:
            data: paths, or what a domain takes; to be learned from or to be evaluated on.
            pipeline: the trained one that is to be evaluated; None where it is to be fitted.
            fields: fields of the source by name; None was not given.
        """
        names = [field.name for field in dataclasses.fields(self.source)]
        if len(data) > len(names):
            raise UserError(f"{len(data)} arguments came, expected up to {len(names)}: {names}")
        values = {n: v for n, v in zip(names, data, strict=False) if v is not None}
        fields = {name: value for name, value in fields.items() if value is not None}
        for name in values.keys() & fields.keys():
            raise UserError(f"{name} came twice: {values[name]!r} and {fields[name]!r}")
        values |= fields
        plain = {n: str(v) if isinstance(v, Path) else v for n, v in values.items()}
        return self.source.from_dict(plain), None

    def answer(self, pipeline: Pipeline, data: Any) -> Any:
        """Return the answers to what a person hands over in Python, as one wants them there.

        Here: the network's raw outputs for examples, as an array. A domain may take keywords too.
        """
        return pipeline(data).numpy()
