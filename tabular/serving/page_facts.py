"""What a run keeps for its page, read with care: a run may come from a stranger."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from common.serving.contract import Schema

Cell = str | float | bool | None
Share = Annotated[float, Field(ge=0, le=1)]


class Interval(Schema):
    """How wide the interval of a price is, see `tabular.served_facts`."""

    coverage: Share
    """The share of prices that it is to hold."""
    factor: Annotated[float, Field(ge=1, allow_inf_nan=False)]
    """It goes from the price divided by this to the price times this."""
    valid: int
    """Examples of the validation part, from whose errors the factor comes."""
    covered: Share | None
    """The share of the test part's prices that lie within theirs."""
    test: int
    """Examples of the test part."""
    before: bool = False
    """The factor is of the network before it was trained on the validation part as well."""


class KnownColumn(Schema):
    """What a column takes. Of low to typical, a column has those that are known of it."""

    name: str
    """The key in a row."""
    kind: str
    """What is understood of its cells: number, boolean, category, a date's form, latitude, …"""
    unit: str = ""
    """As its name or its cells say."""
    choices: list[str] | None = None
    """What stood in it in training; anything else counts as unknown."""
    low: float | None = None
    """Ninety-eight of a hundred lie between low and high."""
    high: float | None = None
    """See low."""
    typical: float | str | None = None
    """The median, or a cell as an example."""
    whole: bool = False
    """Whether all numbers were whole."""


class ExampleFlat(BaseModel):
    """A flat to fill the form with, and what it was sold for."""

    price: float
    cells: dict[str, Cell]


class KnownFlatsFacts(BaseModel):
    """What stood in the table of the flats that can be neighbours."""

    columns: list[str] = []
    cells: list[list[str]] = []
    prices: list[float] = []


class Kept(BaseModel):
    """All of `serving.json`; what a run lacks is empty."""

    currency: str = ""
    interval: Interval | None = None
    fields: list[KnownColumn] = []
    examples: list[ExampleFlat] = []
    known: KnownFlatsFacts | None = None


def read_kept(values: dict[str, Any]) -> Kept:
    """Return what a run keeps; nothing where any of it is not what it should be."""
    try:
        kept = Kept.model_validate(values)
    except ValidationError:
        return Kept()
    known = kept.known
    if known and len(known.cells) != len(known.prices):
        kept.known = None
    return kept
