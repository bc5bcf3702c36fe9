"""How a run of texts leaves: the network with dense sums in place of its embedding bags.

`nn.EmbeddingBag` with padding becomes a loop over texts in a graph. Looking up rows and summing
them along an axis is the same: the row of the padding is zero, or is masked.
"""

import copy
import dataclasses
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from common.export.exporter import ExportedNetwork, Exporter, json_bytes, npz_bytes
from common.export.quantization import to_int8
from common.export.runtime import Runner
from common.i18n import Text
from common.pipeline import Pipeline
from common.runs.ensemble import MeanOfModels
from common.task import Task
from text.answers import class_probabilities
from text.batches import MOST_TOKENS
from text.decision import decide, decision_of
from text.loss import IGNORE_INDEX
from text.metrics import class_metrics
from text.model import ALPHABET, CHARACTERS, COLUMNS, SUBWORDS, TextNetwork
from text.ngrams import BUCKETS
from text.preprocessing import TextPreprocessing
from text.vocabulary import SUBWORD_BUCKETS

EXAMPLE = "Добрый день! В третьем подъезде снова не работает лифт, сколько можно ждать?"


class TextExporter(Exporter):
    """A run of texts on its way out."""

    inputs = ("token_ids", "tokens", "ngrams", "weights")
    outputs = ("logits",)
    unit = Text("message", "сообщение")
    libraries = ("pymorphy2>=0.9.1", "pymorphy2-dicts-ru>=2.4.417127")
    modules = (
        "common.export.bundle.program",
        "common.alike_names",
        "text.cleaning",
        "text.bundle.regexps",
        "text.tokens",
        "text.char_ngrams",
        "text.analyzer",
        "text.bundle.padding",
        "text.bundle.preparation",
        "text.bundle.sorting",
    )
    instead = {"nltk.tokenize": "text.bundle.regexps"}
    usage = Text(
        "INPUT is a table in text, CSV or TSV, with a column of texts, or a .txt with a text in "
        "each line. What is written beside it has the class of each and its probability.",
        "INPUT — таблица в виде текста, CSV или TSV, со столбцом текстов, или .txt с текстом в "
        "каждой строке. Рядом записываются класс каждого и его вероятность.",
    )

    def __init__(self, task: Task, pipeline: Pipeline) -> None:
        super().__init__(task, pipeline)
        words = len(pipeline.preprocessing.vocabulary.words)
        self.holds = [
            Text(
                f"the {words:,} words and phrases that the network knows by themselves, names of "
                "people among them where the texts had any; no text",
                f"слова и сочетания, которые сеть знает в лицо ({words}), среди них имена людей, "
                "если они были в текстах; самих текстов нет",
            ),
            Text("names of the classes, and the price list", "имена классов и прейскурант"),
        ]

    def network(self) -> nn.Module:
        network = copy.deepcopy(self.pipeline.model)
        for one in network.models if isinstance(network, MeanOfModels) else [network]:
            assert isinstance(one, TextNetwork)
            one.embed.word = DenseBag(one.embed.word)  # type: ignore[assignment]
            one.embed.subword = DenseBag(one.embed.subword)  # type: ignore[assignment]
            one.bag = DenseBag(one.bag)  # type: ignore[assignment]
        return network

    def sample(self) -> tuple[Tensor, ...]:
        return self._inputs([EXAMPLE, "Спасибо, всё починили.", "Вода течёт 5 дней!!!"])

    def one(self) -> tuple[Tensor, ...]:
        return self._inputs([EXAMPLE])

    def _inputs(self, texts: Iterable[str]) -> tuple[Tensor, ...]:
        prepared: TextPreprocessing = self.pipeline.preprocessing
        tokens, ends = prepared.lexicon.encode(texts)
        return prepared.inputs(np.split(tokens, ends[:-1]))

    def free_axes(self) -> tuple[dict[int, str], ...]:
        bag = {0: "texts", 1: "ngrams"}
        return {0: "texts", 1: "tokens"}, {1: "distinct"}, bag, bag

    def comparable(self, output: np.ndarray) -> np.ndarray:
        """Return the probabilities."""
        return torch.from_numpy(output).double().softmax(1).numpy()

    def metrics(self, run: Runner, examples: Any) -> tuple[dict[str, float], float]:
        """Measure on the texts whose class training has seen."""
        prepared: TextPreprocessing = self.pipeline.preprocessing
        network = ExportedNetwork(self, run)
        pipeline = dataclasses.replace(self.pipeline, model=network)
        true = prepared.targets(examples.labels)
        known = np.flatnonzero(true != IGNORE_INDEX)
        probabilities = class_probabilities(pipeline, examples[known])
        chosen = decide(probabilities, pipeline)
        found = class_metrics(chosen, true[known], prepared.costs, probabilities)
        return found, network.difference

    def to_int8(self, content: bytes, examples: Any) -> bytes:
        """Return the graph in int8: the tables as well, which are nearly all of it."""
        return to_int8(content, kinds=("MatMul", "Gemm", "Gather"), how="dynamic")

    def files(self) -> dict[str, bytes]:
        prepared: TextPreprocessing = self.pipeline.preprocessing
        values = {
            "classes": prepared.classes,
            "words": prepared.vocabulary.words,
            "tags": prepared.vocabulary.tags,
            "steady_only": prepared.vocabulary.steady_only,
            "columns": {"subwords": SUBWORDS, "characters": CHARACTERS},
            "alphabet": ALPHABET,
            "buckets": BUCKETS,
            "subword_buckets": SUBWORD_BUCKETS,
            "most": MOST_TOKENS,
            "decision": decision_of(self.pipeline),
            "column": self.pipeline.source.text or "text",
        }
        assert list(COLUMNS) == ["words", "tag", "subwords", "characters"]
        arrays = {"weights": prepared.weights, "costs": prepared.costs}
        return {"preparation.json": json_bytes(values), "preparation.npz": npz_bytes(arrays)}


class DenseBag(nn.Module):
    """What an `nn.EmbeddingBag` with padding_idx=0 gives, without a loop over the bags.

    >>> bag = nn.EmbeddingBag(5, 3, mode="mean", padding_idx=0)
    >>> rows = torch.tensor([[1, 2, 0], [0, 0, 0]])
    >>> torch.allclose(DenseBag(bag)(rows), bag(rows))
    True
    """

    def __init__(self, bag: nn.EmbeddingBag) -> None:
        super().__init__()
        self.weight, self.mode = bag.weight, bag.mode

    def forward(self, rows: Tensor, per_sample_weights: Tensor | None = None) -> Tensor:
        there = (rows > 0).to(self.weight.dtype)
        share = there if per_sample_weights is None else there * per_sample_weights
        total = (nn.functional.embedding(rows, self.weight) * share[..., None]).sum(dim=1)
        if self.mode == "mean":
            total = total / there.sum(dim=1, keepdim=True).clamp_min(1)
        return total
