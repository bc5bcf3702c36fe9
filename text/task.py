"""Binds the rooms of the text domain into the Task that common works with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from common.errors import UserError
from common.files import megabytes
from common.loss_registry import LossRegistry, names_in
from common.outcome import Outcome
from common.pipeline import Pipeline
from common.report.section import Section
from common.runs.ensemble import leading
from common.runs.trained_on import hashes_of
from common.task import Task
from text import plots
from text.answers import answer, class_probabilities, unlabelled_texts
from text.baselines import baseline_outcomes
from text.data import Texts, fingerprint, from_frame, load
from text.decision import decide
from text.error_analysis import Artifacts, analyse_errors
from text.labels import numbers_of, part_notes
from text.logistic_regression import beside_regression
from text.loss import (
    IGNORE_INDEX,
    CrossEntropyLoss,
    ExpectedCostLoss,
    FocalLoss,
    LabelSmoothingLoss,
    RankedProbabilityLoss,
)
from text.metrics import METRICS, class_metrics, macro_f1
from text.model import TextNetwork
from text.near_copies import same_words
from text.ngrams import BUCKETS
from text.portfolio import PORTFOLIO
from text.predict import answers_suffix, in_prices_of, predict_file, read_like
from text.preprocessing import TextPreprocessing
from text.settings import PredictOptions, TextSettings, TextSource
from text.vocabulary import SUBWORD_BUCKETS, UNKNOWN

READING = 0.15
"""Seconds that a megabyte of a table takes at least to be read and prepared, on one core."""


def valid_f1(prediction: Tensor, target: Tensor) -> float:
    """Macro-F1 of the likeliest classes, for the learning curves."""
    known = target != IGNORE_INDEX
    answers_, true = prediction[known].argmax(dim=1).cpu().numpy(), target[known].cpu().numpy()
    return macro_f1(answers_, true, prediction.shape[1]) if len(true) else float("nan")


class TextTask(Task):
    name = "text"
    title = "Who must read this message?"
    about = (
        "A property manager gets messages: gas in the stairwell, a dripping tap, a wrong bill, "
        "thanks, advertisements. One network learns to classify them with several losses. The "
        "standard one counts every mix-up alike; the cost loss has the price list, where a smell "
        "of gas filed under thanks costs 120,000 roubles and thanks filed under gas 4,000.\n\n"
        "The price list can also be used afterwards, to choose the answer of least expected cost: "
        "the columns that end in “least cost” do so with the very same networks."
    )
    metrics = METRICS
    of_network = (*Task.of_network, "heads", "embedding")
    portfolio = PORTFOLIO
    source = TextSource
    settings = TextSettings
    predict_options = PredictOptions
    preprocessing = TextPreprocessing
    curves: Mapping[str, Any] = {"macro_f1": valid_f1}
    losses = LossRegistry(
        {
            "cross_entropy": lambda settings, _: CrossEntropyLoss(),
            "smoothing": lambda settings, _: LabelSmoothingLoss(epsilon=settings.smoothing),
            "focal": lambda settings, _: FocalLoss(gamma=settings.gamma),
            "cost": lambda settings, prepared: ExpectedCostLoss(
                prepared.costs, ce_weight=settings.ce_weight
            ),
            "ordinal": lambda settings, _: RankedProbabilityLoss(ce_weight=settings.ce_weight),
        }
    )

    def reading_seconds(self, source: TextSource) -> float:
        return READING * megabytes(source.file) if source.file else 0.0

    def load(self, source: TextSource) -> Texts:
        return load(source)

    def complete(self, settings: TextSettings, examples: Texts) -> TextSettings:
        """Refuse the loss for ratings where the classes have no order."""
        classes = examples.costs.classes
        if "ordinal" in names_in(settings.loss) and not numbers_of(classes):
            shown = ", ".join(classes[:8])
            raise UserError(f"--loss ordinal is for ratings, classes that are numbers; not {shown}")
        return settings

    def fingerprint(self, examples: Texts) -> str:
        return fingerprint(examples)

    def hashes(self, pipeline: Pipeline, examples: Texts) -> np.ndarray:
        """Of a text's words, however they are set: capitals, spaces and signs do not count."""
        words = map(same_words, examples.texts)
        return hashes_of(text.encode("utf-8", "surrogatepass") for text in words)

    def prepare(self, source: TextSource, settings: TextSettings) -> TextPreprocessing:
        return TextPreprocessing(
            vectors_file=source.vectors,
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
            frozen=preprocessing.vectors_file is not None,
            size=preprocessing.size,
            width=settings.width,
            depth=settings.depth,
            heads=settings.heads,
            activation=settings.activation,
            dropout=settings.dropout,
            word_dropout=settings.word_dropout,
            bag_dropout=settings.bag_dropout,
        )

    def deciding(
        self,
        pipeline: Pipeline,
        train: Texts,
        valid: Texts,
        *,
        seconds: float | None = None,
        progress: bool | Callable[[float], None] = False,
    ) -> Pipeline:
        """Take as much logistic regression into the network as the validation part likes.

        Another hand's network, which has no bag of its own to take it into, stays as it is.
        """
        if not isinstance(leading(pipeline.model), TextNetwork):
            return pipeline
        loss = self.losses[pipeline.settings.loss](pipeline.settings, pipeline.preprocessing)
        network = beside_regression(pipeline, train, valid, loss, seconds=seconds)
        return replace(pipeline, model=network.eval())

    def evaluate(self, pipeline: Pipeline, examples: Texts) -> tuple[dict[str, float], Artifacts]:
        """Evaluate on the texts whose class training has seen; of others nothing can be said."""
        prepared = pipeline.preprocessing
        true = prepared.targets(examples.labels)
        known = true != IGNORE_INDEX
        if not known.any():
            raise UserError(
                f"no text has a class that the network learned: {', '.join(prepared.classes[:12])}"
            )
        examples = examples if known.all() else examples[np.flatnonzero(known)]
        true = true[known]
        probabilities = class_probabilities(pipeline, examples)
        chosen = decide(probabilities, pipeline)
        artifacts = analyse_errors(pipeline, examples, probabilities, chosen, true)
        return class_metrics(chosen, true, prepared.costs, probabilities), artifacts

    def baselines(
        self,
        train: Texts,
        test: Texts,
        settings: TextSettings,
        pipelines: Mapping[str, Pipeline],
    ) -> list[Outcome]:
        return baseline_outcomes(test, pipelines)

    def notes_on_parts(self, train: Texts, valid: Texts, test: Texts) -> list[str]:
        there = set(train.labels)
        classes = [name for name in train.costs.classes if name in there]
        parts = {"validation": valid, "test": test}
        return [n for name, part in parts.items() for n in part_notes(name, part.labels, classes)]

    def heading(self, pipeline: Pipeline) -> tuple[str, str]:
        """Of the lesson, or of a person's own texts."""
        source: TextSource = pipeline.source
        if source.file is None:
            return self.title, self.about
        prepared: TextPreprocessing = pipeline.preprocessing
        priced = (
            "The price list says what each mix-up costs."
            if prepared.priced
            else ("No price list was given, so every mix-up counts 1.")
        )
        return f"Texts of {Path(source.file).resolve().name}", (
            f"A network that was trained with the loss {pipeline.settings.loss} sorts them into "
            f"{len(prepared.classes)} classes. {priced} What was understood of the file stands "
            "under “How the data was read”."
        )

    def plots(self, train: Texts, test: Texts, outcomes: Sequence[Outcome]) -> list[Section]:
        return plots.draw(train, outcomes)

    def source_to_start(self, own: TextSource, given: TextSource) -> TextSource:
        """Take the columns, the passages and the word vectors of the run that is begun from."""
        if given.vectors not in (None, own.vectors):
            raise UserError(
                f"--vectors {given.vectors}: the run that is begun from has vectors of its own",
                ru=f"--vectors {given.vectors}: у прогона, с которого начинают, свои векторы слов",
            )
        usual, kept = TextSource(), ["passage", "vectors"]
        if given.file is not None and not Path(given.file).is_dir():
            kept += ["text", "label"]
        untold = [name for name in kept if getattr(given, name) == getattr(usual, name)]
        return replace(given, **{name: getattr(own, name) for name in untold})

    def examples_like(self, pipeline: Pipeline, source: TextSource) -> Texts:
        """Read texts with known classes, from the columns that the run's own came from."""
        return read_like(pipeline, source)

    def answers_suffix(self, source: Path) -> str:
        """Return that of a table for one, and .csv for a folder and for lines."""
        return answers_suffix(source)

    def exporter(self, pipeline: Pipeline, options: Any) -> Any:
        from text.export import TextExporter

        return TextExporter(self, pipeline)

    def predict(self, pipeline: Pipeline, source: Path, out: Path, options: PredictOptions) -> str:
        """Add the class, its probability and the expected cost to a table; see `text.predict`."""
        return predict_file(pipeline, source, out, options)

    def serving(self) -> type:
        from text.serving import TextServing

        return TextServing

    def read(
        self, *data: Any, pipeline: Pipeline | None = None, table: Any = None, **fields: Any
    ) -> tuple[TextSource, Texts | None]:
        """Take a table, a path or a DataFrame, or a folder of texts.

        Args:
            data: the table or folder, and the columns of the text and the class.
            pipeline: see `Task.read`; its columns are those that are not named.
            table: the first of data, by name.
            fields: of `TextSource`.
        """
        table, *others = (*data, None) if table is None else (table, *data)
        is_frame = isinstance(table, pd.DataFrame)
        if not is_frame and not isinstance(table, str | Path | None):
            raise UserError(f"table is a {type(table).__name__}, expected a path or a DataFrame")
        source, _ = super().read(None if is_frame else table, *others, **fields)
        if not is_frame:
            return source, None
        if pipeline is None:
            return source, from_frame(table, source, notes=[])
        own: TextSource = pipeline.source
        source = replace(source, text=source.text or own.text, label=source.label or own.label)
        examples = from_frame(table, source, notes=[], to_train=False)
        return source, in_prices_of(pipeline, examples)

    def answer(self, pipeline: Pipeline, data: Any, *, probabilities: bool = False) -> pd.DataFrame:
        """Return a row for each text of a sequence: its class, how probable it is, and what it
        must be expected to cost. A text with nothing to read is answered by what is common.

        Args:
            probabilities: return the probability of each class instead, a column each.
        """
        if isinstance(data, str):
            raise UserError("texts is one text, expected a list of them")
        examples = unlabelled_texts(pipeline, list(map(str, data)))
        if probabilities:
            classes = pipeline.preprocessing.classes
            return pd.DataFrame(class_probabilities(pipeline, examples), columns=classes)
        found = answer(pipeline, examples)
        return pd.DataFrame(
            {
                "predicted": found.label,
                "probability": found.probability,
                "expected_cost": found.cost,
            }
        )


TASK = TextTask()
