"""What the page of a served run knows of its table: fields, examples, the interval, sold flats."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from common.pipeline import Pipeline
from tabular.interval import COVERAGE, conformal_factor, share_covered
from tabular.predict import predict_prices, prices_of_joined
from tabular.preprocessing import TablePreprocessing
from tabular.price_table import PriceTable
from tabular.values import DATES, as_categories, as_numbers, tidy

MOST_CHOICES = 300
"""Categories that a field offers, the most frequent first."""
MOST_KNOWN = 20_000
"""Sold flats of which the run keeps what stood in the table, to be shown as neighbours."""
SHOWN = 6
"""Columns of a sold flat that are shown."""
EXAMPLES = 3
"""Flats of the test part that the form can be filled with."""


def facts_of(
    pipeline: Pipeline,
    train: PriceTable,
    valid: PriceTable,
    test: PriceTable,
    *,
    judged: Pipeline | None = None,
) -> dict[str, Any]:
    """Return what `serving.json` of a run holds; see `tabular.serving` and `Task.serving_facts`."""
    prepared: TablePreprocessing = pipeline.preprocessing
    choices = {
        column.name: spellings_of(
            train.frame[column.name], prepared.categories.vocabulary[column.name]
        )
        for column in prepared.columns
        if column.kind == "category"
    }
    return {
        "currency": train.currency,
        "interval": _interval(pipeline, judged or pipeline, valid, test),
        "fields": [_field(prepared, train.frame, name, choices) for name in prepared.needed],
        "examples": _examples(prepared, test if len(test) else valid, choices),
        "known": _known(prepared, train),
    }


def _interval(
    pipeline: Pipeline, judged: Pipeline, valid: PriceTable, test: PriceTable
) -> dict[str, Any] | None:
    """Fit the interval on the validation part, and count on the test part how often it is true.

    judged: the network that was not trained on the validation part.
    """
    if not len(valid):
        return None
    prepared: TablePreprocessing = judged.preprocessing
    own = len(prepared.log_price) > prepared.learned  # they are known flats, and see themselves
    priced = (prices_of_joined if own else predict_prices)(judged, valid)
    factor = conformal_factor(priced, valid.price)
    if factor is None:
        return None
    found = share_covered(predict_prices(pipeline, test), test.price, factor) if len(test) else None
    return {
        "coverage": COVERAGE,
        "factor": factor,
        "valid": len(valid),
        "covered": found,
        "test": len(test),
        "before": judged is not pipeline,
    }


def spellings_of(cells: pd.Series, known: Collection[str]) -> dict[str, str]:
    """Return the categories that a network knows, the usual ones first, as a table writes them.

    known: as the network knows them, without capitals; where it knows none, all are offered.

    >>> spellings_of(pd.Series(["Arbat", "arbat ", "Arbat", "Sokol"]), ["arbat", "sokol"])
    {'arbat': 'Arbat', 'sokol': 'Sokol'}
    """
    often = cells.value_counts().index.to_series()
    found: dict[str, str] = {}
    for written, category in zip(often, as_categories(often), strict=True):
        if category in known or not known:
            found.setdefault(
                category, " ".join(written.split()) if isinstance(written, str) else category
            )
    return found


def _field(
    prepared: TablePreprocessing,
    frame: pd.DataFrame,
    name: str,
    choices: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """Say what a column of the table takes: its kind, its range, its choices."""
    column = next((one for one in prepared.columns if one.name == name), None)
    kind = "pair" if column is None else column.kind
    field: dict[str, Any] = {"name": name, "kind": kind, "unit": column.unit if column else ""}
    cells = frame[name]
    if kind == "category":
        field["choices"] = list(choices[name].values())[:MOST_CHOICES]
    elif kind in ("pair", *DATES):
        field["typical"] = next((shown_cell(cell)[:40] for cell in cells.dropna()), "")
    elif kind != "boolean":
        numbers = as_numbers(cells, kind)
        numbers = numbers[np.isfinite(numbers)]
        if len(numbers):
            low, middle, high = np.quantile(numbers, [0.01, 0.5, 0.99]).tolist()
            whole = bool((numbers == np.round(numbers)).all())
            field |= {"low": low, "typical": middle, "high": high, "whole": whole}
    return field


def _examples(
    prepared: TablePreprocessing, part: PriceTable, choices: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Take flats of different prices, with what they were sold for.

    A category is written as the form offers it: a field of choices takes nothing else.
    """
    if not len(part):
        return []
    order = np.argsort(part.price, kind="stable")
    rows = order[np.linspace(0, len(order) - 1, EXAMPLES + 2).round().astype(int)[1:-1]]
    return [
        {
            "price": float(part.price[row]),
            "cells": {
                name: _as_offered(part.frame[name].iloc[row], choices.get(name, {}))
                for name in prepared.needed
            },
        }
        for row in dict.fromkeys(rows.tolist())
    ]


def _as_offered(cell: Any, choices: Mapping[str, str]) -> Any:
    plain = plain_cell(cell)
    return choices.get(tidy(plain), plain) if isinstance(plain, str) else plain


def _known(prepared: TablePreprocessing, train: PriceTable) -> dict[str, Any] | None:
    """Return what stood in the table of the flats that can be neighbours."""
    if not 0 < len(prepared.flats) <= MOST_KNOWN:
        return None
    places = {one.name for one in prepared.columns if one.kind in ("latitude", "longitude")}
    names = [name for name in prepared.needed if name not in places][:SHOWN]
    trained = prepared.flats.rows[prepared.flats.rows < len(train)]  # others may have joined them
    rows, prices = train.frame.iloc[trained], train.price[trained]
    cells = [[shown_cell(cell) for cell in rows[name]] for name in names]
    told = [list(row) for row in zip(*cells, strict=True)]
    return {"columns": names, "cells": told, "prices": prices.tolist()}


def plain_cell(cell: Any) -> Any:
    """Return a cell as JSON holds it, None for a blank one.

    >>> plain_cell(np.int64(3)), plain_cell(float("nan")), plain_cell(np.bool_(True))
    (3, None, True)
    """
    if pd.isna(cell):
        return None
    cell = cell.item() if isinstance(cell, np.generic) else cell
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ").removesuffix(" 00:00:00")
    return cell if isinstance(cell, bool | int | float | str) else str(cell)


def shown_cell(cell: Any) -> str:
    """Return a cell as a person reads it.

    >>> shown_cell(54.0), shown_cell(None), shown_cell("panel")
    ('54', '', 'panel')
    """
    if pd.isna(cell):
        return ""
    plain = plain_cell(cell)
    return f"{plain:.10g}" if isinstance(plain, float) else str(plain)[:60]
