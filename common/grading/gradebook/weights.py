"""What each module weighs in the term, in the same file as what lateness costs:

[tabular]
weight = 40                       # per cent of the term; those of all modules are 100
title = "Prices of flats"         # what Moodle and Canvas call it, if not by its name

[term]
drop_lowest = 1                   # so many modules, those with the lowest share, do not count
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from common.errors import UserError, unknown
from common.grading.gradebook.tables import read_toml

TERM = "term"
OF_MODULE = ("weight", "title")


@dataclass(frozen=True)
class Weights:
    """weights: module -> per cent, empty where there is no total; titles: module -> its title."""

    weights: Mapping[str, float] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    drop_lowest: int = 0

    def title(self, module: str) -> str:
        return self.titles.get(module, module)

    def total(self, shares: Mapping[str, float | None]) -> tuple[float | None, list[str]]:
        """Return the total of a term from 0 to 100, and the modules that were dropped.

        shares: of the points that a module's maximum is, from 0 to 1, by module; one that is not
            there counts as 0, and None as excused: then the others weigh more.

        >>> term = Weights({"tabular": 50, "text": 30, "audio": 20}, drop_lowest=1)
        >>> term.total({"tabular": 1.0, "text": 0.5})
        (81.25, ['audio'])
        >>> Weights({"tabular": 50, "text": 50}).total({"tabular": 0.8, "text": None})
        (80.0, [])
        """
        counted = {name: shares.get(name, 0.0) or 0.0 for name in self.weights}
        counted = {n: share for n, share in counted.items() if shares.get(n, 0.0) is not None}
        # Of equal shares that of less weight goes first: it never costs the student anything.
        order = sorted(counted, key=lambda name: (counted[name], self.weights[name], name))
        dropped = order[: min(self.drop_lowest, len(order) - 1)] if order else []
        kept = [name for name in counted if name not in dropped]
        whole = sum(self.weights[name] for name in kept)
        if not whole:
            return None, dropped
        total = sum(self.weights[name] * counted[name] for name in kept) / whole
        return round(100 * total, 2), dropped

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Weights":
        return cls(**json.loads(text))


def load_weights(path: Path, modules: Collection[str]) -> Weights:
    """Read what modules weigh; raise UserError where the weights are not 100 together."""
    tables = read_toml(path)
    term = tables.pop(TERM, {})
    rows = {name: table for name, table in tables.items() if isinstance(table, dict)}
    weights, titles = {}, {}
    for name, table in rows.items():
        if "weight" in table:
            weights[name] = _number(f"{path}, [{name}]", "weight", table["weight"], 100)
        if "title" in table:
            titles[name] = table["title"]
            if not isinstance(table["title"], str) or not table["title"].strip():
                raise UserError(
                    f"{path}, [{name}]: title = {table['title']}: a text in quotes is expected",
                    f"{path}, [{name}]: title = {table['title']}: нужен текст в кавычках",
                )
    _refuse_equal_titles(path, titles, modules)
    together = round(sum(weights.values()), 6)
    if weights and together != 100:
        sums = " + ".join(f"{weights[name]:g} ({name})" for name in weights)
        raise UserError(
            f"{path}: the weights are {sums} = {together:g}, expected 100 together",
            f"{path}: веса {sums} = {together:g}, а вместе нужно 100",
        )
    return Weights(weights, titles, _dropped(path, term, weights))


def _dropped(path: Path, term: object, weights: Mapping[str, float]) -> int:
    place = f"{path}, [{TERM}]"
    if not isinstance(term, dict):
        raise UserError(f"{place}: a table is expected", f"{place}: нужна таблица")
    for name in term:
        if name != "drop_lowest":
            raise unknown(
                f"setting in {place}", name, ["drop_lowest"], f"{place}: неизвестная настройка"
            )
    count = term.get("drop_lowest", 0)
    most = max(0, len(weights) - 1)
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= most:
        raise UserError(
            f"{place}: drop_lowest = {count}: a whole number from 0 to {most} is expected, for "
            f"{len(weights)} modules have a weight",
            f"{place}: drop_lowest = {count}: нужно целое число от 0 до {most}: модулей с весом — "
            f"{len(weights)}",
        )
    return count


def _number(place: str, name: str, value: object, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise UserError(
            f"{place}: {name} = {value}: a number from 0 to {most:g} is expected",
            f"{place}: {name} = {value}: нужно число от 0 до {most:g}",
        )
    return value


def _refuse_equal_titles(path: Path, titles: Mapping[str, str], modules: Collection[str]) -> None:
    all_titles = [titles.get(name, name) for name in modules]
    twice = next((title for title in all_titles if all_titles.count(title) > 1), None)
    if twice is not None:
        raise UserError(
            f"{path}: two modules are called {twice}", f"{path}: два модуля называются {twice}"
        )
