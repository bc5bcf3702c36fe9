"""What is asked and answered in JSON: a row of the run's own columns, a price."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, create_model

from common.serving.contract import QuerySchema, Schema
from tabular.preprocessing import TablePreprocessing
from tabular.serving.page_facts import Interval, KnownColumn
from tabular.values import DATES

MOST_ROWS = 1024
"""Rows in a request for many: the network takes them at once."""
LONGEST_CELL = 1000

Text = Annotated[str, Field(max_length=LONGEST_CELL)]
Number = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Truth = Annotated[bool, Field(strict=True)]


class Neighbour(Schema):
    """A sold row that a price rests on."""

    price: float
    """What it was sold for."""
    kilometres: float | None
    """How far away it lies; null where the run knows no places."""
    cells: dict[str, str]
    """What stood in the table, by column."""


class PriceOnly(Schema):
    """A price and its interval."""

    price: float
    """The network's answer, in the unit of the column that it was trained on."""
    low: float | None
    """Where the interval begins that holds the price in eight of ten cases; null where the run
    knows none."""
    high: float | None
    """Where it ends."""


class PriceReply(PriceOnly):
    """A price, its interval, and what it rests on."""

    currency: str
    """As the column's name or its cells say; empty where nobody does."""
    neighbours: list[Neighbour]
    """The nearest sold rows, the nearest first; none where the network looks at no neighbours."""
    remarks: list[str]
    """What was odd in the row: beyond what training usually saw, or not to be read."""


class BatchReply(Schema):
    """The prices of several rows."""

    prices: list[PriceOnly]
    """In the order of the rows."""
    remarks: list[str]
    """What was odd, up to a hundred remarks, each with the number of its row, from 1."""


class LeniencyQuery(QuerySchema):
    """How a table is answered."""

    lenient: bool = False
    """Price also where much cannot be read, or a column is not there."""


class KnownPrices(Schema):
    """What is known of a price network."""

    target: str
    """The column that it was trained on."""
    currency: str
    """Of the prices; empty where nobody says."""
    columns: list[KnownColumn]
    """The keys of a row: all of them are needed, and null is taken for a blank cell."""
    interval: Interval | None
    """How wide an interval is; null where the run knows none."""


def row_model(prepared: TablePreprocessing) -> Any:
    """Return the model of a row: every column that the network needs, null where it is blank."""
    kinds = {column.name: column.kind for column in prepared.columns}
    fields: dict[str, Any] = {}
    for place, name in enumerate(prepared.needed):
        said = f"A {kinds.get(name, 'pair')}, as `/metadata` tells; null where it is blank."
        fields[f"c{place}"] = (_cell(kinds.get(name, "pair")), Field(alias=name, description=said))
    return create_model("Row", __config__=ConfigDict(serialize_by_alias=True), **fields)


def _cell(kind: str) -> Any:
    """Return what a column takes. A number may come as text, as it would stand in a file."""
    if kind == "boolean":
        return Truth | Number | Text | None
    if kind in ("category", "pair", *DATES):
        return Text | Number | Truth | None
    return Number | Text | None
