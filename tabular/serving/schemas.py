"""What is asked and answered in JSON: a row of the run's own columns, a price."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from tabular.preprocessing import TablePreprocessing
from tabular.values import DATES

MOST_ROWS = 1024
"""Rows in a request for many: the network takes them at once."""
LONGEST_CELL = 1000

Text = Annotated[str, Field(max_length=LONGEST_CELL)]
Number = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Truth = Annotated[bool, Field(strict=True)]


class Neighbour(BaseModel):
    """A sold flat: its price, how far away it lies, and what stood in the table."""

    price: float
    kilometres: float | None
    cells: dict[str, str]


class PriceReply(BaseModel):
    """A price, the interval that holds it in eight of ten cases, and what it rests on."""

    price: float
    low: float | None
    high: float | None
    currency: str
    neighbours: list[Neighbour]
    remarks: list[str]


class PriceOnly(BaseModel):
    """A price and its interval."""

    price: float
    low: float | None
    high: float | None


class BatchReply(BaseModel):
    """The prices of several flats, in their order."""

    prices: list[PriceOnly]
    remarks: list[str]


class LeniencyQuery(BaseModel):
    """lenient: price also where much cannot be read, or a column is not there."""

    lenient: bool = False


def row_model(prepared: TablePreprocessing) -> Any:
    """Return the model of a flat: every column that the network needs, null where it is blank."""
    kinds = {column.name: column.kind for column in prepared.columns}
    fields: dict[str, Any] = {}
    for place, name in enumerate(prepared.needed):
        fields[f"c{place}"] = (_cell(kinds.get(name, "pair")), Field(alias=name))
    return create_model("Flat", __config__=ConfigDict(serialize_by_alias=True), **fields)


def _cell(kind: str) -> Any:
    """Return what a column takes. A number may come as text, as it would stand in a file."""
    if kind == "boolean":
        return Truth | Number | Text | None
    if kind in ("category", "pair", *DATES):
        return Text | Number | Truth | None
    return Number | Text | None
