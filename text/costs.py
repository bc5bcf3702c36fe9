"""The price list: what it costs to file a text of one class under another."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from common.errors import UserError, nearest
from common.i18n import count_of
from common.tables import not_numbers, parse_numbers, read_table
from text.labels import as_name

HIGHEST = 1e12
"""A price beyond this is a slip of the keyboard."""


@dataclass(frozen=True)
class Costs:
    """Prices of mix-ups.

    classes: names, in their order. prices: (classes, classes) float64, rows are the true classes,
    columns the answers; zero on the diagonal. given: False where nobody named prices, so that
    every mix-up costs 1.

    >>> Costs.equal(["gas", "thanks"]).prices.tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """

    classes: tuple[str, ...]
    prices: np.ndarray
    given: bool = True

    @classmethod
    def equal(cls, classes: Sequence[str]) -> Self:
        """Return the price list that knows no difference."""
        return cls(tuple(classes), 1.0 - np.eye(len(classes)), given=False)

    def check(self, where: str) -> None:
        """Raise UserError for prices that cannot be: negative, without bound, or for being right.

        where: what the prices are called in the message, such as the file's name.
        """
        n = len(self.classes)
        if self.prices.shape != (n, n):
            shape = " x ".join(map(str, self.prices.shape))
            raise UserError(f"{where}: {shape} prices for {n} classes, expected {n} x {n}")
        if len(set(self.classes)) < n:
            raise UserError(f"{where}: a class stands twice in {', '.join(self.classes)}")
        for true, row in zip(self.classes, self.prices, strict=True):
            for answer, price in zip(self.classes, row, strict=True):
                pair = f"{where}: {true!r} filed under {answer!r} costs {price:g}"
                if not 0 <= price <= HIGHEST:
                    raise UserError(f"{pair}, expected a price from 0 to {HIGHEST:g}")
                if true == answer and price != 0:
                    raise UserError(f"{pair}, expected 0: that is the right answer")
        if n > 1 and not self.prices.any():
            raise UserError(f"{where}: every price is 0, so no mix-up costs anything")

    def among(self, classes: Sequence[str]) -> np.ndarray:
        """Return the prices of mix-ups among some of the classes, in their order."""
        if missing := [name for name in classes if name not in self.classes]:
            names = ", ".join(map(repr, missing[:12]))
            raise UserError(
                f"prices are needed of all classes that the network learned; missing: {names}",
                ru=f"нужны цены всех классов, на которых училась сеть; нет: {names}",
            )
        places = [self.classes.index(name) for name in classes]
        return self.prices[np.ix_(places, places)]

    def over(self, classes: Sequence[str], where: str) -> Self:
        """Return the same prices for `classes`, in their order; they must be the same classes."""
        for name in classes:
            if name not in self.classes:
                guess = _guess(name, self.classes)
                raise UserError(f"{where}: the class {name!r} of the texts has no prices{guess}")
        for name in self.classes:
            if name not in classes:
                raise UserError(
                    f"{where}: unknown class {name!r}, no text has it{_guess(name, classes)}"
                )
        places = [self.classes.index(name) for name in classes]
        return type(self)(tuple(classes), self.prices[np.ix_(places, places)], self.given)


def read_costs(path: str | Path) -> Costs:
    """Read a price list: a row for each true class, named in the first cell, and a column for
    each answer.

    Any table that `common.tables` reads; prices may be written as `150 000 ₽`.

    Raises UserError for a table that is no such list.
    """
    first = read_table(path).frame.columns[0]
    frame = read_table(path, as_text=[str(first)]).frame
    answers = [as_name(str(name)) for name in frame.columns[1:]]
    true = [_name(cell) for cell in frame.iloc[:, 0]]
    if len(true) != len(answers):
        raise UserError(
            f"{path}: {count_of(len(true), 'row')} and {count_of(len(answers), 'column')} of "
            "prices, expected as many rows as columns, and the names of the true classes in "
            "the first column"
        )
    for name in true:
        if name not in answers:
            raise UserError(f"{path}: {name!r} names a row and no column{_guess(name, answers)}")
    columns = []
    for name in frame.columns[1:]:
        prices = parse_numbers(frame[name])
        strangers = not_numbers(frame[name], prices)
        if len(strangers) or prices.isna().any():
            row = (strangers.index if len(strangers) else prices.index[prices.isna()])[0]
            cell = "nothing" if not len(strangers) else repr(str(strangers.iloc[0])[:40])
            raise UserError(f"{path}: row {row} holds {cell} under {name!r}, expected a price")
        columns.append(prices.to_numpy(np.float64))
    by_answer = dict(zip(answers, columns, strict=True))
    matrix = np.stack([by_answer[name] for name in true], axis=1)
    costs = Costs(tuple(true), matrix)
    costs.check(str(path))
    return costs


def _name(cell: object) -> str:
    """A class as text; a rating that was read as a number loses its `.0`."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return as_name(str(cell))


def _guess(name: str, options: Sequence[str]) -> str:
    alike = nearest(name, options)
    return f"; is it {alike[0]!r}?" if alike else f"; there are: {', '.join(options[:12])}"
