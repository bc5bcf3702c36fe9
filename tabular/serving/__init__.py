"""Prices for those who ask: a form made from the run's columns, rows of JSON, whole tables."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, Field, create_model

from common.pipeline import Pipeline
from common.serving.contract import Endpoint, FileEndpoint, Serving, Watch, one_by_one
from common.serving.decompression_bombs import refuse_large
from common.serving.pages import sensible
from common.serving.run_metadata import RunMetadata
from common.task import Task
from tabular.predict import predict_file, target_of
from tabular.serving.numpy_preprocessing import Row
from tabular.serving.page_facts import KnownFlatsFacts, read_kept
from tabular.serving.rows import TOGETHER, Priced, RowPricer
from tabular.serving.schemas import (
    MOST_ROWS,
    BatchReply,
    KnownPrices,
    LeniencyQuery,
    PriceReply,
    row_model,
)

TABLES = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.apache.parquet": ".parquet",
}
"""The tables that are taken, by content type."""
NEAREST = 5
"""Sold flats that an answer shows."""


class TableServing(Serving):
    """What the page and the API of a price network do."""

    folder = Path(__file__).parent
    known = KnownPrices

    def __init__(self, task: Task, pipeline: Pipeline, metadata: RunMetadata) -> None:
        super().__init__(task, pipeline, metadata)
        self.kept = read_kept(metadata.known)
        self.pricer = RowPricer(pipeline)
        known = self.kept.interval
        self.interval: dict[str, Any] | None = None if known is None else known.model_dump()
        """The interval and how often it holds the price; None where the run knows none."""
        self.usual = {
            one.name: (one.low, one.high)
            for one in self.kept.fields
            if one.low is not None and one.high is not None
        }
        """By column, between which numbers ninety-eight of a hundred lay in training."""

    def endpoints(self) -> Mapping[str, Endpoint]:
        row = row_model(self.pipeline.preprocessing)
        rows = Annotated[list[row], Field(min_length=1, max_length=MOST_ROWS)]  # type: ignore[valid-type]
        batch: Any = create_model("Rows", rows=(rows, Field(description="The rows to be priced.")))
        return {
            "/predict": Endpoint(
                "The price of one row, and what it rests on",
                self.answer_one,
                PriceReply,
                body=row,
                together=TOGETHER,
            ),
            "/predict/batch": Endpoint(
                f"The prices of up to {MOST_ROWS:,} rows",
                one_by_one(self.answer_batch),
                BatchReply,
                body=batch,
            ),
        }

    def file(self) -> FileEndpoint:
        return FileEndpoint(
            "A table with a column of prices added, every other cell as it was",
            self.answer_file,
            TABLES,
            lambda suffix: suffix,
            LeniencyQuery,
        )

    def warm_up(self) -> None:
        row = dict.fromkeys(self.pipeline.preprocessing.needed)
        self.pricer.price([row])

    def about(self) -> dict[str, Any]:
        return {
            "target": target_of(self.pipeline.source),
            "currency": self.kept.currency,
            "columns": self.fields,
            "interval": self.interval,
        }

    def page(self) -> dict[str, Any]:
        return {
            "fields": self.fields,
            "examples": [one.model_dump() for one in self.kept.examples],
            "interval": self.interval,
            "currency": self.kept.currency,
            "target": target_of(self.pipeline.source),
            "suffixes": {suffix: kind for kind, suffix in TABLES.items()},
        }

    @property
    def fields(self) -> list[dict[str, Any]]:
        """What the form asks for; from the preparation alone where the run keeps no more."""
        prepared = self.pipeline.preprocessing
        if [one.name for one in self.kept.fields] == prepared.needed:
            return [one.model_dump(exclude_none=True) for one in self.kept.fields]
        kinds = {column.name: column.kind for column in prepared.columns}
        found = []
        for name in prepared.needed:
            field: dict[str, Any] = {"name": name, "kind": kinds.get(name, "pair"), "unit": ""}
            if name in prepared.categories.vocabulary:
                field["choices"] = prepared.categories.vocabulary[name]
            found.append(field)
        return found

    def answer_one(self, items: Sequence[BaseModel]) -> list[Any]:
        """Answer several clients, each with one flat."""
        rows = [item.model_dump(by_alias=True) for item in items]
        found = self.pricer.price_together(rows)
        return [
            one if isinstance(one, Exception) else self._reply(row, one)
            for row, one in zip(rows, found, strict=True)
        ]

    def answer_batch(self, item: Any) -> dict[str, Any]:
        """Answer one client who has several flats."""
        priced = self.pricer.price([row.model_dump(by_alias=True) for row in item.rows])
        prices = [self._with_interval(price) for price in priced.prices.tolist()]
        remarks = [f"row {n + 1}: {r}" for n, row in enumerate(priced.remarks) for r in row]
        return {"prices": prices, "remarks": remarks[:100]}

    def answer_file(self, source: Path, out: Path, query: LeniencyQuery, watch: Watch) -> str:
        """Answer for a table as the command `predict` does."""
        refuse_large(source, watch)
        return predict_file(self.pipeline, source, out, lenient=query.lenient, progress=watch)

    def _with_interval(self, price: float) -> dict[str, Any]:
        interval = self.interval
        if interval is None:
            return {"price": price, "low": None, "high": None}
        low, high = price / interval["factor"], price * interval["factor"]
        if price >= 1000:
            low, high = float(round(low)), float(round(high))
        return {"price": price, "low": low, "high": high}

    def _reply(self, row: Row, priced: Priced) -> dict[str, Any]:
        remarks = priced.remarks[0]
        return {
            **self._with_interval(float(priced.prices[0])),
            "currency": self.kept.currency,
            "neighbours": self._neighbours(priced),
            "remarks": remarks + self._unusual(row, remarks),
        }

    def _unusual(self, row: Row, remarks: Sequence[str]) -> list[str]:
        """Name the numbers that are far from those of training, where no remark does.

        Tables have their typing errors, so a number may lie within all that training saw and yet
        be none: the interval is that of usual flats. It is as far outside of their range as that
        is wide; below it, of numbers above 0, as many times less: an area has a long tail above,
        and is never below 0.
        """
        said = []
        for name, (low, high) in self.usual.items():
            cell = row.get(name)
            if isinstance(cell, bool) or not isinstance(cell, int | float) or low == high:
                continue  # where nearly all are one number, the others may well be usual too
            least = low * low / high if low > 0 else 2 * low - high
            if least <= cell <= 2 * high - low or sensible(cell) in map(sensible, (low, high)):
                continue
            if not any(remark.startswith(f"{name}: ") for remark in remarks):
                said.append(
                    f"{name}: {sensible(cell)} is unusual, in training 98 of 100 were "
                    f"from {sensible(low)} to {sensible(high)}"
                )
        return said

    def _neighbours(self, priced: Priced) -> list[dict[str, Any]]:
        """Return the sold flats that a price rests on, the nearest first."""
        if priced.near is None or priced.away is None:
            return []
        prepared = self.pipeline.preprocessing
        known = self.kept.known or KnownFlatsFacts()
        found = []
        for flat, away in zip(priced.near[0][:NEAREST], priced.away[0][:NEAREST], strict=True):
            if flat < len(known.prices):
                stood, price = known.cells[flat], known.prices[flat]
            else:  # only the network's own number is known, to seven digits
                logarithm = prepared.log_price[prepared.flats.rows[flat]]
                stood, price = [], float(f"{np.exp(np.float64(logarithm)):.5g}")
            found.append(
                {
                    "price": price,
                    "kilometres": round(float(away), 3) if prepared.flats.centre else None,
                    "cells": dict(zip(known.columns, stood, strict=False)),
                }
            )
        return found
