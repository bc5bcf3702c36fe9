"""Logistic regression beside the trained network: what a few hundred texts are learned best by.

The network's lower line is logistic regression too (see `text.model`), but it learns together with
the upper one, by few and noisy steps, and a few hundred texts are soon memorised. Here the same
weights are learned alone and to the end, and the validation part says how much of each to take:

    logits = a·network + b·regression

Both lines of the network end in a sum, and the regression reads the bag that the network reads. So
its weights are added to those that are there, and the network stays as large and as quick as it was
(this is a stacked ensemble of two models, and a wide-and-deep network).

Source: Wolpert, "Stacked generalization" (1992); Cheng et al., "Wide & deep learning for
recommender systems" (2016).
"""

import copy
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.pipeline import Pipeline
from common.runs.ensemble import MeanOfModels
from text.batches import EncodedTexts, joined
from text.data import Texts
from text.loss import IGNORE_INDEX
from text.model import TextNetwork
from text.ngrams import BUCKETS, bags, weighed
from text.preprocessing import BLOCK, TextPreprocessing

STRENGTH = 30.0
"""How freely the weights may grow: C of scikit-learn's LogisticRegression. Several were tried; b
makes up for most of the difference."""
MOST_NGRAMS = 4_000_000
"""Of more than these, in all texts together, nothing is fitted: it would take twenty seconds,
and the more there is to learn from, the less it brings."""
MOST_WEIGHTS = 5_000_000
"""N-grams that stand in the texts, times classes: of more, nothing is fitted. L-BFGS works with
some forty times as many numbers: a gigabyte."""
SECONDS = 5e-6
"""That an n-gram takes of a processor with nothing else to do, about: what it costs is added up
over the n-grams of all texts."""
STEPS, REMEMBERED = 100, 10
TRIED = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Values of a and b. Without 0 for a, so that the words that a report says were looked at have a
say; and none above 1, for the few texts of a small validation part may all be right."""


@dataclass(frozen=True)
class Bags:
    """The n-grams of texts, one text after the other: text i has those from starts[i] on."""

    ngrams: Tensor
    weights: Tensor
    starts: Tensor


def beside_regression(
    pipeline: Pipeline,
    train: Texts,
    valid: Texts,
    loss: Callable[[Tensor, Tensor], Tensor],
    *,
    seconds: float | None = None,
) -> nn.Module:
    """Return the network with as much logistic regression in it as the validation part likes.

    Args:
        pipeline: the trained network, or a mean of several.
        train: the training part.
        valid: the validation part.
        loss: what the network was trained with, of (logits, classes): the least counts.
        seconds: that it may take, where there is a deadline.

    Returns:
        A network; the same one where nothing is to be added.
    """
    prepared: TextPreprocessing = pipeline.preprocessing
    targets = torch.from_numpy(prepared.targets(valid.labels))
    known = targets != IGNORE_INDEX
    own = torch.from_numpy(prepared.targets(train.labels))
    # Of a class without a text it would say: never. A network that goes on learning may know it.
    whole = len(own.unique()) == len(prepared.classes)
    bag = lexical_bags(prepared, train) if whole and known.any() else None
    if bag is None or (seconds is not None and seconds < SECONDS * len(bag.ngrams)):
        return pipeline.model
    if bag.ngrams.bincount().count_nonzero() * len(prepared.classes) > MOST_WEIGHTS:
        return pipeline.model
    weights, bias = fit(bag, own, len(prepared.classes))
    both = []
    for a, b in ((1.0, 0.0), (0.0, 1.0)):
        network = together(pipeline.model, weights, bias, a, b)
        both.append(Pipeline(prepared, network, pipeline.settings, pipeline.source)(valid)[known])
    deep, wide = both
    pairs = itertools.product(TRIED[1:], TRIED)
    a, b = min(pairs, key=lambda ab: loss(ab[0] * deep + ab[1] * wide, targets[known]))
    return together(pipeline.model, weights, bias, a, b)


def lexical_bags(prepared: TextPreprocessing, texts: Texts) -> Bags | None:
    """Return the n-grams of characters and lemmas, as the network's bag has them.

    Those of parts of speech stay the network's own: with few texts the regression is the worse for
    them. None where there are more than `MOST_NGRAMS`.
    """
    lexical, found, count = np.zeros(BUCKETS, bool), [], 0
    for start in range(0, len(texts), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(texts)))
        encoded, known = EncodedTexts(*prepared.encode(texts[rows])), prepared.known()
        tokens = joined([encoded[row] for row in range(len(encoded))])
        for _, bucket, _ in itertools.islice(bags(tokens, known, prepared.weights), 2):
            lexical[bucket] = True
        ngrams, weights = weighed(tokens, known, prepared.weights)
        there = ngrams > 0
        found.append((ngrams[there], weights[there], there.sum(axis=1)))
        count += len(found[-1][0])
        if count > MOST_NGRAMS:
            return None
    ngrams, weights, counts = map(np.concatenate, zip(*found, strict=True))
    kept = lexical[ngrams]
    ends = np.cumsum(np.append(0, kept))[np.cumsum(counts)]
    return Bags(
        torch.from_numpy(ngrams[kept].astype(np.int64)),
        torch.from_numpy(weights[kept]),
        torch.from_numpy(np.append(0, ends[:-1])),
    )


@torch.enable_grad()
def fit(bag: Bags, targets: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    """Fit logistic regression to bags of n-grams.

        loss = mean cross-entropy + Σ weights² / (2·C·n)

    By L-BFGS, which takes all texts in each step and needs no learning rate.

    Args:
        bag: of n texts.
        targets: (n,) the classes.
        classes: how many there are.

    Returns:
        What each n-gram says for each class, (BUCKETS, classes), and what every text begins with,
        (classes,).

    Counterpart in the field: scikit-learn's LogisticRegression.
    """
    used, places = bag.ngrams.unique(return_inverse=True)
    weights = torch.zeros(len(used), classes, requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [weights, bias],
        max_iter=STEPS,
        history_size=REMEMBERED,
        tolerance_grad=1e-4,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        logits = bias + F.embedding_bag(
            places, weights, bag.starts, mode="sum", per_sample_weights=bag.weights
        )
        penalty = weights.square().sum() / (2 * STRENGTH * len(targets))
        loss = F.cross_entropy(logits, targets) + penalty
        loss.backward()
        return loss

    optimizer.step(closure)
    table = torch.zeros(BUCKETS, classes)
    table[used] = weights.detach()
    return table, bias.detach()


def together(model: nn.Module, weights: Tensor, bias: Tensor, a: float, b: float) -> nn.Module:
    """Return a network whose logits are a times the model's and b times the regression's."""
    model = copy.deepcopy(model)
    with torch.no_grad():
        for network in model.models if isinstance(model, MeanOfModels) else [model]:
            assert isinstance(network, TextNetwork)
            network.answer.weight.mul_(a)
            network.answer.bias.mul_(a).add_(bias.to(network.answer.bias), alpha=b)
            added = weights.to(network.bag.weight) * (b / network.scale)
            network.bag.weight.mul_(a).add_(added)
    return model
