"""Which examples are for learning, which for choosing, and which for the final exam.

The split is the first thing that happens to data: whatever is fitted afterwards, from a mean to a
network, sees the training part only, and the test part is looked at once, at the very end.
"""

import math
from collections.abc import Sequence, Sized
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from common.errors import UserError
from common.exercises import exercise
from common.i18n import count_of
from common.time_splits import cut_by_time


@dataclass(frozen=True)
class Split:
    """Row numbers of the three parts: disjoint, and together every row that is not left out.

    train: for fitting; valid: for early stopping and choosing; test: for one honest figure.
    Each is a sorted int64 array; `test` is empty when two shares were asked for. `left_out` are
    the rows in the gaps of a split by time, which are in no part.
    """

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    left_out: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))


def parse_shares(shares: str | Sequence[float]) -> tuple[float, float, float]:
    """Turn "70/20/10", "80/20" or (70, 20, 10) into fractions of one.

    Two shares mean no test part. Shares are in per cent and must add up to 100, within a
    rounding of a hundredth ("33.33/33.33/33.34"); training and validation shares must be above 0.

    Raises UserError that repeats the shares and says what they add up to.

    >>> parse_shares("60/20/20")
    (0.6, 0.2, 0.2)
    >>> parse_shares("80/20")
    (0.8, 0.2, 0.0)
    """
    parts = shares.split("/") if isinstance(shares, str) else list(shares)
    try:
        numbers = [float(part) for part in parts]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) not in (2, 3) or not all(math.isfinite(number) for number in numbers):
        raise UserError(f"shares {shares!r}: expected two or three numbers, such as 70/20/10")
    if abs(sum(numbers) - 100) > 0.01 + 1e-9:
        raise UserError(f"shares {shares!r} add up to {sum(numbers):g}, expected 100")
    train, valid, test = [*numbers, 0.0][:3]
    if train <= 0 or valid <= 0 or test < 0:
        raise UserError(
            f"shares {shares!r}: training and validation must be above 0, test not below"
        )
    return train / 100, valid / 100, test / 100


def split(
    examples_or_n: Sized | int,
    shares: str | Sequence[float] = "70/20/10",
    *,
    seed: int = 0,
    stratify: Sequence | np.ndarray | None = None,
    groups: Sequence | np.ndarray | None = None,
    times: Sequence | np.ndarray | None = None,
    gap: Any = None,
) -> Split:
    """Split examples into training, validation and test parts.

    Without further arguments the split is random: a permutation from
    `numpy.random.default_rng(seed)`, cut by the shares in the order train, valid, test.

    stratify: one label per example; every label is shared out in the same proportions.
    groups: one id per example; a group (a building, a flight, a speaker) never straddles parts,
        or the network would be examined on what it has seen.
    times: one moment per example, numbers or dates; train is the oldest, test the newest.
        Examples of one moment stay together as a group does.
    gap: how far apart in time the parts are to lie at least: a number in the unit of `times`, or
        "7 days" where those are dates. What is nearer to the next part is left out.

    Shares of groups and moments are kept as closely as whole groups allow. Only one of the three
    can be given, save that groups may be stratified: then a group counts with its commonest label.

    Raises UserError when a part that was asked for would come out empty.

    >>> parts = split(10, "70/20/10")
    >>> len(parts.train), len(parts.valid), len(parts.test)
    (7, 2, 1)
    >>> split(4, "50/50", times=[2024, 2021, 2023, 2022]).train
    array([1, 3])
    >>> parts = split(10, "60/20/20", times=range(10), gap=2)
    >>> parts.train.tolist(), parts.valid.tolist(), parts.test.tolist(), parts.left_out.tolist()
    ([0, 1, 2, 3, 4], [6], [8, 9], [5, 7])
    """
    n = examples_or_n if isinstance(examples_or_n, (int, np.integer)) else len(examples_or_n)
    fractions = parse_shares(shares)
    columns = {"stratify": stratify, "groups": groups, "times": times}
    for name, column in columns.items():
        if column is not None and len(column) != n:
            values = count_of(len(column), "value")
            raise UserError(f"{name}: {values} for {count_of(n, 'example')}, expected one each")
    if times is not None and (stratify is not None or groups is not None):
        raise UserError("a split by time takes neither groups nor strata: the order decides")
    if gap is not None and times is None:
        raise UserError(f"gap is {gap!r} without times: only a split by time has gaps")

    generator = np.random.default_rng(seed)
    if times is not None:
        parts = cut_by_time(np.asarray(times), fractions, gap)
    elif groups is not None:
        parts = _by_group(np.asarray(groups), stratify, fractions, generator)
    elif stratify is not None:
        parts = _by_label(np.asarray(stratify), fractions, generator)
    else:
        parts = random_parts(n, fractions, generator)

    for name, part, fraction in zip(
        ("training", "validation", "test"), parts, fractions, strict=True
    ):
        if fraction > 0 and len(part) == 0:
            what = "groups" if groups is not None else "examples"
            raise UserError(
                f"the {name} part is empty: {count_of(n, 'example gives', 'examples give')} "
                f"too few {what} for {shares}"
            )
    train, valid, test = (np.sort(part).astype(np.int64) for part in parts)
    left_out = np.setdiff1d(np.arange(n), np.concatenate(parts)) if gap is not None else None
    return Split(train, valid, test, *([] if left_out is None else [left_out]))


@exercise(points=15, minutes=15, difficulty=1, uses="NumPy", lesson="Data")
def random_parts(
    n: int, fractions: tuple[float, float, float], generator: np.random.Generator
) -> list[np.ndarray]:
    """Share out n rows at random: return the row numbers of training, validation and test.

    fractions: the three shares, such as (0.7, 0.2, 0.1). They add up to one within a rounding.
    generator: where all chance comes from: call `generator.permutation(n)`, once.

    The permutation is cut in two places and the pieces are returned in order, as they come. The
    first cut is after `round(n · train)` rows, the second after `round(n · (train + valid))`
    rows. Where test is 0 there is no test part: the second cut is at the very end, and the third
    piece an empty array. Every row from 0 to n - 1 is in one part and in one only.

    >>> parts = random_parts(10, (0.7, 0.2, 0.1), np.random.default_rng(0))
    >>> [len(part) for part in parts], sorted(np.concatenate(parts).tolist())
    ([7, 2, 1], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    >>> [len(part) for part in random_parts(10, (0.75, 0.25, 0.0), np.random.default_rng(0))]
    [8, 2, 0]
    """
    train, valid, test = fractions
    end = n if test == 0 else round(n * (train + valid))
    return np.split(generator.permutation(n), [round(n * train), end])


def _borders(fractions: tuple[float, float, float]) -> tuple[float, float]:
    """The shares at which validation and test begin; without a test part, that is at one."""
    return fractions[0], 1 - fractions[2] if fractions[2] else 1.0


def _by_label(
    labels: np.ndarray, fractions: tuple[float, float, float], generator: np.random.Generator
) -> list[np.ndarray]:
    """Share out a random order of each label.

    A row's place within its label, (k + 1/2) / count, is its quantile; cutting all rows by that
    quantile keeps every label's proportions, and cutting by their rank in it, which is spread
    evenly from 0 to 1, keeps the sizes of the parts exact too.
    """
    shuffled = generator.permutation(len(labels))
    _, codes, counts = np.unique(labels[shuffled], return_inverse=True, return_counts=True)
    by_label = np.argsort(codes, kind="stable")
    starts = np.cumsum(counts) - counts
    place = np.empty(len(labels))
    place[by_label] = np.arange(len(labels)) - np.repeat(starts, counts)
    quantile = (place + 0.5) / counts[codes]
    order = shuffled[np.argsort(quantile, kind="stable")]
    rank = (np.arange(len(labels)) + 0.5) / len(labels)
    part = np.searchsorted(_borders(fractions), rank)
    return [order[part == number] for number in range(3)]


def _by_group(
    groups: np.ndarray,
    stratify: Sequence | np.ndarray | None,
    fractions: tuple[float, float, float],
    generator: np.random.Generator,
) -> list[np.ndarray]:
    """Give each group, the largest first, to the part that is furthest below its share."""
    _, codes = np.unique(groups, return_inverse=True)
    strata = np.zeros(len(groups), dtype=np.int64)
    if stratify is not None:
        _, strata = np.unique(np.asarray(stratify), return_inverse=True)
    n_groups, n_strata = codes.max(initial=-1) + 1, strata.max(initial=-1) + 1
    table = np.zeros((n_groups, n_strata), dtype=np.int64)
    np.add.at(table, (codes, strata), 1)

    # Equal sizes come in random order, so that the seed decides which of them go where.
    sizes = table.sum(axis=1)
    shuffled = generator.permutation(n_groups)
    order = shuffled[np.argsort(-sizes[shuffled], kind="stable")]
    home = np.empty(n_groups, dtype=np.int64)
    stratum = table.argmax(axis=1) if n_groups else home
    total = np.bincount(stratum, weights=sizes, minlength=max(n_strata, 1))
    filled = np.zeros((max(n_strata, 1), 3))
    for left, group in zip(range(n_groups, 0, -1), order, strict=True):
        wanted = np.array(fractions) * total[stratum[group]]
        missing = wanted - filled[stratum[group]]
        open_to = np.array(fractions) > 0
        # Few groups: the last ones go to the parts that would otherwise have none.
        empty = open_to & (filled.sum(axis=0) == 0)
        if left <= empty.sum():
            open_to = empty
        part = int(np.argmax(np.where(open_to, missing, -np.inf)))
        home[group] = part
        filled[stratum[group], part] += sizes[group]
    return [np.flatnonzero(home[codes] == part) for part in range(3)]
