"""Binds the rooms of the text domain into the Task that common works with."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from common.errors import UserError
from common.task import Outcome, Picture, Pipeline, Task
from text import plots
from text.artifacts import Artifacts, collect_artifacts
from text.baselines import baseline_outcomes
from text.data import Texts, fingerprint, load, numbers_of
from text.decision import decide
from text.loss import (
    IGNORED,
    CrossEntropy,
    ExpectedCost,
    Focal,
    LabelSmoothing,
    OrdinalDistance,
)
from text.metrics import METRICS, class_metrics, macro_f1
from text.model import TextNetwork
from text.ngrams import BUCKETS
from text.predict import class_probabilities, predict_file, read_like
from text.preprocessing import TextPreprocessing
from text.settings import TextSettings, TextSource
from text.vocabulary import SUBWORD_BUCKETS, UNKNOWN


def valid_f1(prediction: Tensor, target: Tensor) -> float:
    """Macro-F1 of the likeliest classes, for the learning curves."""
    known = target != IGNORED
    answers_, true = prediction[known].argmax(dim=1).cpu().numpy(), target[known].cpu().numpy()
    return macro_f1(answers_, true, prediction.shape[1]) if len(true) else float("nan")


class TextTask(Task):
    name = "text"
    title = "Who must read this message?"
    about = (
        "A property manager gets messages: gas in the stairwell, a dripping tap, a wrong bill, "
        "thanks, advertisements. One network learns to sort them with several losses. The standard "
        "one counts every mix-up alike; the cost loss has the price list, where a smell of gas "
        "filed under thanks costs 120,000 roubles and thanks filed under gas 4,000.\n\n"
        "The price list can also be used afterwards, to choose the answer of least expected cost: "
        "the columns that end in “least cost” do so with the very same networks."
    )
    metrics = METRICS
    source = TextSource
    settings = TextSettings
    preprocessing = TextPreprocessing
    curves: Mapping[str, Any] = {"macro_f1": valid_f1}
    losses: Mapping[str, Any] = {
        "cross_entropy": lambda settings, _: CrossEntropy(),
        "smoothing": lambda settings, _: LabelSmoothing(epsilon=settings.smoothing),
        "focal": lambda settings, _: Focal(gamma=settings.gamma),
        "cost": lambda settings, prepared: ExpectedCost(prepared.costs, entropy=settings.entropy),
        "ordinal": lambda settings, _: OrdinalDistance(entropy=settings.entropy),
    }

    def load(self, source: TextSource) -> Texts:
        return load(source)

    def complete(self, settings: TextSettings, examples: Texts) -> TextSettings:
        """Refuse the loss for ratings where the classes have no order."""
        classes = examples.costs.classes
        if settings.loss == "ordinal" and not numbers_of(classes):
            shown = ", ".join(classes[:8])
            raise UserError(f"--loss ordinal is for ratings, classes that are numbers; not {shown}")
        return settings

    def fingerprint(self, examples: Texts) -> str:
        return fingerprint(examples)

    def prepare(self, source: TextSource, settings: TextSettings) -> TextPreprocessing:
        return TextPreprocessing(
            given=source.vectors,
            size=settings.embedding,
            batch_size=settings.batch_size,
            seed=settings.seed,
        )

    def model(self, preprocessing: TextPreprocessing, settings: TextSettings) -> nn.Module:
        vectors = None
        if preprocessing.vectors is not None:
            # Words 0 and 1, none and unknown, have no vector yet.
            rows = np.zeros((UNKNOWN + 1, preprocessing.size), np.float32)
            vectors = torch.from_numpy(np.concatenate([rows, preprocessing.vectors]))
        return TextNetwork(
            len(preprocessing.vocabulary.words) + UNKNOWN + 1,
            len(preprocessing.vocabulary.tags) + UNKNOWN + 1,
            SUBWORD_BUCKETS,
            BUCKETS,
            torch.tensor(preprocessing.counts),
            vectors=vectors,
            frozen=preprocessing.given is not None,
            size=preprocessing.size,
            width=settings.width,
            depth=settings.depth,
            heads=settings.heads,
            activation=settings.activation,
            dropout=settings.dropout,
            hide=settings.hide,
            alone=settings.alone,
        )

    def evaluate(self, pipeline: Pipeline, examples: Texts) -> tuple[dict[str, float], Artifacts]:
        """Evaluate on the texts whose class training has seen; of others nothing can be said."""
        prepared = pipeline.preprocessing
        true = prepared.targets(examples.labels)
        known = true != IGNORED
        if not known.any():
            raise UserError(
                f"no text has a class that the network learned: {', '.join(prepared.classes[:12])}"
            )
        examples = examples if known.all() else examples[np.flatnonzero(known)]
        true = true[known]
        probabilities = class_probabilities(pipeline, examples)
        chosen = decide(probabilities, pipeline)
        artifacts = collect_artifacts(pipeline, examples, probabilities, chosen, true)
        return class_metrics(chosen, true, prepared.costs, probabilities), artifacts

    def baselines(
        self,
        train: Texts,
        test: Texts,
        settings: TextSettings,
        pipelines: Mapping[str, Pipeline],
    ) -> list[Outcome]:
        return baseline_outcomes(test, pipelines)

    def plots(self, train: Texts, test: Texts, outcomes: Sequence[Outcome]) -> list[Picture]:
        return plots.draw(train, outcomes)

    def examples_like(self, pipeline: Pipeline, source: TextSource) -> Texts:
        """Read texts with known classes, from the columns that the run's own came from."""
        if source.file is None:
            raise UserError("name the table or folder to examine")
        return read_like(pipeline, source)

    def predict(self, pipeline: Pipeline, source: Path, out: Path, options: Any) -> str:
        """Add the class, its probability and the expected cost to a table; see `text.predict`."""
        return predict_file(pipeline, source, out)


TASK = TextTask()
