"""Messages sorted: the class, what each answer would cost, and the words that were looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from common.pipeline import Pipeline
from common.serving.contract import Endpoint, FileEndpoint, Schema, Serving, Watch
from common.serving.decompression_bombs import refuse_large
from common.serving.run_metadata import RunMetadata
from common.task import Task
from common.training.freed_memory import give_back_freed_memory
from text.answers import decided
from text.decision import decide, expected_costs
from text.lexicon import Lexicon
from text.morphology import Morphology
from text.predict import answers_suffix, forget_if_many, predict_file
from text.serving.reading import Reader
from text.settings import PredictOptions

TABLES = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/plain": ".txt",
}
"""What is taken as a file, by content type: tables, and lines."""
LONGEST = 20_000
"""Letters of a message."""
MOST = 256
"""Messages in a request for many."""
BATCHES = 4
"""Requests for many that are answered together."""
GIVE_BACK = 30.0
"""Seconds after which freed memory is given back to the system, where messages come."""
LOOKED = 10
"""Words of a message that are named."""

Message = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class OneMessage(Schema):
    """A message to be sorted."""

    text: Message
    """The message, as a person wrote it."""


class Messages(Schema):
    """Messages to be sorted."""

    texts: Annotated[list[Message], Field(min_length=1, max_length=MOST)]
    """The messages, as people wrote them."""


class Word(Schema):
    """A word that the network looked at."""

    word: str
    """As it stands in the message."""
    share: float
    """Of the network's attention, 0 to 1."""


class Option(Schema):
    """An answer that could be given."""

    label: str
    """The class."""
    probability: float
    """That it is the right one, 0 to 1."""
    expected_cost: float | None
    """What giving it costs on average, by the run's price list; null where it has none."""


class Sorted(Schema):
    """The answer to a message."""

    predicted: str
    """The class that is answered: that of the lowest expected cost, where mix-ups have prices."""
    probability: float
    """That it is the right one, 0 to 1."""
    expected_cost: float | None
    """What giving it costs on average, by the run's price list; null where it has none."""


class Explained(Sorted):
    """The answer to a message, and why."""

    answers: list[Option]
    """All that could have been answered."""
    words: list[Word]
    """Those that the network looked at most, the first the most."""


class AllSorted(Schema):
    """The answers to messages."""

    answers: list[Sorted]
    """In the order of the messages."""


class KnownTexts(Schema):
    """What is known of a network that sorts texts."""

    classes: list[str]
    """What it sorts into."""
    priced: bool
    """Whether mix-ups have prices, and so answers an expected cost."""


class TextServing(Serving):
    """What the page and the API of a network that sorts texts do."""

    folder = Path(__file__).parent
    known = KnownTexts

    def __init__(self, task: Task, pipeline: Pipeline, metadata: RunMetadata) -> None:
        super().__init__(task, _forgetful(pipeline), metadata)
        # Files are read beside messages, and a lexicon grows in one thread only.
        self._for_files = _forgetful(pipeline)
        self._reader = Reader(self.pipeline)
        self._given_back = monotonic()

    def endpoints(self) -> Mapping[str, Endpoint]:
        return {
            "/predict": Endpoint(
                "Who must read a message, and why",
                self.answer_one,
                Explained,
                body=OneMessage,
                together=self._reader.together,
            ),
            "/predict/batch": Endpoint(
                f"Who must read each of up to {MOST} messages",
                self.answer_many,
                AllSorted,
                body=Messages,
                together=BATCHES if self._reader.together > 1 else 1,
            ),
        }

    def file(self) -> FileEndpoint:
        return FileEndpoint(
            "A table with columns of answers added, or a table of answers to lines",
            self.answer_file,
            TABLES,
            lambda suffix: answers_suffix(Path(f"sent{suffix}")),
        )

    def warm_up(self) -> None:
        self.answer_one([OneMessage(text="Здравствуйте, капает кран.")])

    def about(self) -> dict[str, Any]:
        return {"classes": self.pipeline.preprocessing.classes, "priced": self._priced}

    def page(self) -> dict[str, Any]:
        return {
            "classes": self.pipeline.preprocessing.classes,
            "priced": self._priced,
            "most": MOST,
            "longest": LONGEST,
            "suffixes": {suffix: kind for kind, suffix in TABLES.items()},
        }

    @property
    def _priced(self) -> bool:
        return bool(self.pipeline.preprocessing.priced)

    def answer_one(self, items: Sequence[OneMessage]) -> list[Any]:
        """Answer several clients, each with one message, with all that is known of the answer."""
        found = self._reader.read([item.text for item in items])
        self._tidy_up()
        return [self._explained(*one) for one in found]

    def _explained(
        self, probabilities: np.ndarray, words: list[tuple[str, float]]
    ) -> dict[str, Any]:
        prepared = self.pipeline.preprocessing
        costs = expected_costs(probabilities, prepared.costs)[0]
        chosen = int(decide(probabilities, self.pipeline)[0])
        options = [
            {"label": name, **numbers}
            for name, numbers in zip(
                prepared.classes, self._rounded(probabilities[0], costs), strict=True
            )
        ]
        own = options[chosen]
        return {
            "predicted": own["label"],
            "probability": own["probability"],
            "expected_cost": own["expected_cost"],
            "answers": options,
            "words": [{"word": word, "share": round(share, 4)} for word, share in words[:LOOKED]],
        }

    def answer_many(self, items: Sequence[Messages]) -> list[Any]:
        """Answer several clients, each with several messages."""
        texts = [text for item in items for text in item.texts]
        found = decided(self.pipeline, self._reader.odds(texts))
        self._tidy_up()
        numbers = self._rounded(found.probability, found.cost)
        rows = zip(found.label.tolist(), numbers, strict=True)
        answers = iter([{"predicted": label, **one} for label, one in rows])
        return [{"answers": list(islice(answers, len(item.texts)))} for item in items]

    def answer_file(self, source: Path, out: Path, query: Any, watch: Watch) -> str:
        """Answer for a table or for lines as the command `predict` does."""
        refuse_large(source, watch)
        return predict_file(self._for_files, source, out, PredictOptions(), progress=watch)

    def _tidy_up(self) -> None:
        """Keep memory within bounds. What is given back must be asked for again, page by page."""
        forget_if_many(self.pipeline)
        if monotonic() - self._given_back > GIVE_BACK:
            give_back_freed_memory()
            self._given_back = monotonic()

    def _rounded(self, probabilities: np.ndarray, costs: np.ndarray) -> list[dict[str, Any]]:
        """Round as the command does."""
        odds, prices = probabilities.round(4).tolist(), costs.round(2).tolist()
        if not self._priced:
            prices = [None] * len(odds)
        pairs = zip(odds, prices, strict=True)
        return [{"probability": odd, "expected_cost": price} for odd, price in pairs]


def _forgetful(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline with a lexicon of its own, which keeps no word in the user's folder.

    There the command keeps each word that it has analysed once; a server keeps nothing.
    """
    prepared = type(pipeline.preprocessing).restore(*pipeline.preprocessing.state())
    prepared.lexicon = Lexicon(Morphology(folder=None))
    return replace(pipeline, preprocessing=prepared)
