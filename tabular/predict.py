"""From a trained network to prices: for a file, for a frame, for flats whose price is known."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd

from common.errors import UserError
from common.tables import read_table, write_table
from common.task import Pipeline
from tabular.data import COURSE_TARGETS, load, normalized_columns
from tabular.price_table import PriceTable
from tabular.settings import TableSource


def predict_file(pipeline: Pipeline, source: Path, out: Path) -> str:
    """Write a table with a column of prices added; every other cell is kept.

    Returns:
        A line that says what was written where.

    Raises:
        UserError: `out` is the source itself, or the table lacks a column that the network needs.
    """
    if out.exists() and out.samefile(source):
        raise UserError(f"{out}: is the file to be priced; name another to write")
    table = read_table(source)
    prices = predict_frame(pipeline, table.frame)
    while prices.name in table.frame.columns:
        prices = prices.rename(f"{prices.name}_new")
    write_table(table.frame.assign(**{str(prices.name): prices}), out, like=table.found)
    return f"{len(prices):,} prices in column {prices.name!r} of {out}"


def predict_table(pipeline: Pipeline, data: str | Path | pd.DataFrame) -> pd.Series:
    """Return a price for each row of a file or frame, in the currency of the training prices.

    Raises:
        UserError: the table lacks a column that the network needs.
    """
    if not isinstance(data, str | Path | pd.DataFrame):
        raise UserError(f"table is a {type(data).__name__}, expected a file's path or a DataFrame")
    frame = data if isinstance(data, pd.DataFrame) else read_table(data).frame
    return predict_frame(pipeline, frame)


def predict_frame(pipeline: Pipeline, frame: pd.DataFrame) -> pd.Series:
    """Return a price for each row of a frame, without cents where prices are large."""
    predicted = predict_prices(pipeline, PriceTable(normalized_columns(frame), np.ones(len(frame))))
    if np.median(predicted) >= 1000:
        predicted = predicted.round()
    return pd.Series(predicted, frame.index, name=f"predicted_{target_of(pipeline.source)}")


def predict_prices(pipeline: Pipeline, examples: PriceTable) -> np.ndarray:
    """Return the price of each flat, (n,) float64: the network says its logarithm."""
    return pipeline(examples).double().exp().numpy()


def read_like(pipeline: Pipeline, source: TableSource) -> PriceTable:
    """Read a table with known prices; its target is the run's own unless another is named."""
    if source.file is None and source.data is None:
        raise UserError("name the table to evaluate on: a FILE, or --data NAME")
    if source.file is not None and source.target is None:
        source = dataclasses.replace(source, target=target_of(pipeline.source))
    return load(source)


def target_of(source: TableSource) -> str:
    """Return the column that a run's prices came from."""
    return source.target or COURSE_TARGETS.get(source.data or "moscow", "price")
