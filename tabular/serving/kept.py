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


class FieldFacts(BaseModel):
    """What a column takes."""

    name: str
    kind: str
    unit: str = ""
    choices: list[str] | None = None
    low: float | None = None
    high: float | None = None
    typical: float | str | None = None
    whole: bool = False


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
    fields: list[FieldFacts] = []
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
