"""From a trained network to prices: for a file, for a frame, for flats whose price is known."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from common.errors import UserError
from common.i18n import count_of
from common.pipeline import Pipeline, refuse_non_finite
from common.tables import add_columns, read_table
from common.tables.measure_columns import range_of
from common.training.prediction import predict
from tabular.currency import currencies_in, currency_beside, scale_of, without_digits
from tabular.data import COURSE_TARGETS, load
from tabular.new_tables import remarks_on_read, unpriced
from tabular.price_table import PriceTable, ReadTable
from tabular.settings import TableSource

UNLIKE = 10.0
"""Times by which prices to examine may be larger or smaller than those of training, unremarked."""
LEAST_TOGETHER = 4
"""Rows from which on a batch of any size comes to the same bits, on the processors tried."""
BLOCK = 4096
"""Rows of a file, about, after which progress is told."""


def predict_file(
    pipeline: Pipeline,
    source: Path,
    out: Path,
    *,
    lenient: bool = False,
    hidden: str = "read",
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> str:
    """Write a table with a column of prices added; every other cell stays as it was written. A
    folder of Parquet files, parts of one table, is answered by a folder of as many.

    Args:
        lenient: price also where more than `tabular.new_tables.MOST_UNREAD` of a column cannot be
            read, or a column is not there.
        hidden: see `read_table`.
        progress: is told how many of how many rows are priced.

    Returns:
        A line that says what was written where, and what of the table could not be read.

    Raises:
        UserError: `out` is the source itself; the table lacks a column that the network needs, or
            holds cells in it that training would have read and that cannot be read here.
    """
    if out.exists() and out.samefile(source):
        raise UserError(f"{out}: is the file to be priced; name another to write")
    needed = pipeline.preprocessing.needed
    table = read_table(source, names=needed, large=source.is_dir(), hidden=hidden)
    frame, remarks = table.frame, []
    lacking = [name for name in needed if name not in frame.columns]
    if lacking and lenient and len(lacking) < len(needed):
        frame = frame.assign(**dict.fromkeys(lacking, np.nan))
        remarks.append(f"not in the file, taken for blank: {', '.join(map(repr, lacking))}")
    try:
        examples = unpriced(frame)
        read = pipeline.preprocessing.read(examples)
        remarks += remarks_on_read(pipeline, examples, read, lenient=lenient)
    except UserError as error:
        if lacking and not lenient:
            raise UserError(f"{error}; take it for blank with --lenient") from None
        raise
    prices = _named(pipeline, _block_by_block(pipeline, read, progress), read)
    while prices.name in table.frame.columns:
        prices = prices.rename(f"{prices.name}_new")
    add_columns(table, source, out, prices.to_frame())
    learned = pipeline.preprocessing.currency
    remarks += other_currency(table.frame, target_of(pipeline.source), scale_of(learned)[1])
    said = (
        f"{count_of(len(prices), 'price')} in column {prices.name!r} of {out}, "
        f"{range_of(prices)} {learned}"
    ).rstrip()
    return "; ".join([said, *table.notes, *remarks])


def other_currency(frame: pd.DataFrame, target: str, learned: str) -> list[str]:
    """Say that the prices which a table has already are in another currency than those told.

    >>> other_currency(pd.DataFrame({"price": ["$5,000", "$6,000"]}), "price", "₽")
    ["prices are told in ₽, as in training; those that the table has in 'price' are in $"]
    """
    if not learned or target not in frame.columns:
        return []
    prices = frame[target]
    found: dict[str, object] = {}
    if not pd.api.types.is_numeric_dtype(prices):
        found = currencies_in(without_digits(prices.astype("str")))
    known = next(iter(found), "") if len(found) == 1 else ""
    here, _ = currency_beside(frame.drop(columns=target), target, known)
    if here in ("", learned):
        return []
    return [
        f"prices are told in {learned}, as in training; those that the table has in {target!r} are "
        f"in {here}"
    ]


def predict_table(pipeline: Pipeline, data: str | Path | pd.DataFrame) -> pd.Series:
    """Return a price for each row of a file or frame, in the currency of the training prices.

    Raises:
        UserError: the table lacks a column that the network needs.
    """
    if not isinstance(data, str | Path | pd.DataFrame):
        raise UserError(f"table is a {type(data).__name__}, expected a file's path or a DataFrame")
    if not isinstance(data, pd.DataFrame):
        data = read_table(data, names=pipeline.preprocessing.needed).frame
    return predict_frame(pipeline, data)


def predict_frame(pipeline: Pipeline, frame: pd.DataFrame) -> pd.Series:
    """Return a price for each row of a frame, without cents where prices are large."""
    examples = unpriced(frame)
    return _named(pipeline, predict_prices(pipeline, examples), examples)


def _named(pipeline: Pipeline, prices: np.ndarray, examples: PriceTable) -> pd.Series:
    name = f"predicted_{target_of(pipeline.source)}"
    return pd.Series(in_whole_money(prices), examples.frame.index, name=name)


def _block_by_block(
    pipeline: Pipeline, read: ReadTable, progress: Callable[[int, int], None]
) -> np.ndarray:
    """Return the prices of a table that has been read, in the batches that it has as a whole."""
    batch = 4 * pipeline.settings.batch_size
    block, parts = batch * max(1, BLOCK // batch), []
    for start in range(0, len(read), block):
        progress(start, len(read))
        parts.append(
            predict_prices(pipeline, read[np.arange(start, min(start + block, len(read)))])
        )
    progress(len(read), len(read))
    return np.concatenate(parts) if parts else predict_prices(pipeline, read)


def in_whole_money(prices: np.ndarray) -> np.ndarray:
    """Return prices without cents where they are large."""
    return prices.round() if np.median(prices) >= 1000 else prices


def predict_prices(pipeline: Pipeline, examples: PriceTable) -> np.ndarray:
    """Return the price of each flat, (n,) float64: the network says its logarithm.

    Raises:
        UserError: a logarithm has no price, being beyond 709.
    """
    return prices_of(logarithms_of(pipeline, pipeline.preprocessing.transform(examples)))


def logarithms_of(pipeline: Pipeline, inputs: tuple[Tensor, ...]) -> Tensor:
    """Return the network's logarithm of each price, (n,), none from a batch of a row or two.

    A product of matrices may add up so few rows in another order than many, and the last digit of
    a price would depend on how many rows stand beside it.
    """
    rows, size = len(inputs[0]), 4 * pipeline.settings.batch_size
    inputs = never_few(inputs, rows % size)
    outputs = predict(pipeline.model, inputs, batch_size=size, device=pipeline.settings.device)
    return refuse_non_finite(outputs)[:rows]


def never_few(inputs: tuple[Tensor, ...], rows: int) -> tuple[Tensor, ...]:
    """Return inputs whose last batch, of so many rows, has at least LEAST_TOGETHER, if any: the
    last row again and again."""
    lacking = LEAST_TOGETHER - rows
    if rows == 0 or lacking <= 0:
        return inputs
    return tuple(torch.cat([tensor, *[tensor[-1:]] * lacking]) for tensor in inputs)


def prices_of_joined(pipeline: Pipeline, examples: PriceTable) -> np.ndarray:
    """Return the price of each flat that joined the known ones, told by all but itself."""
    inputs = pipeline.preprocessing.transform_joined(examples)
    return prices_of(torch.cat(list(pipeline.outputs(inputs))))


def prices_of(logarithms: Tensor) -> np.ndarray:
    """Return the prices of logarithms; raise UserError where there is none."""
    prices = logarithms.double().exp().numpy()
    if not np.isfinite(prices).all():
        raise UserError("the network's prices are beyond all numbers: its weights are damaged")
    return prices


def read_like(pipeline: Pipeline, source: TableSource) -> PriceTable:
    """Read a table with known prices; its target is the run's own unless another is named."""
    if source.file is None and source.data is None:
        raise UserError("name the table to evaluate on: a FILE, or --data NAME")
    if source.file is not None and source.target is None:
        source = dataclasses.replace(source, target=target_of(pipeline.source))
    return with_remarks(pipeline, load(source))


def with_remarks(pipeline: Pipeline, table: PriceTable) -> PriceTable:
    """Return a table with notes of what a run's preparation cannot read of it, or reads so that
    it could be meant otherwise.

    Raises:
        UserError: it lacks a column that the network needs.
    """
    read = pipeline.preprocessing.read(table)
    remarks = remarks_on_read(pipeline, table, read, lenient=True)
    learned, here = (scale_of(one)[1] for one in (pipeline.preprocessing.currency, table.currency))
    if learned and here and learned != here:
        remarks.append(
            f"the prices here are in {here}, those of training in {learned}: they are taken for one"
        )
    own = float(np.exp(np.median(pipeline.preprocessing.log_price)))
    times = float(np.median(table.price)) / own
    if not 1 / UNLIKE < times < UNLIKE:
        remarks.append(
            f"the prices here, about {np.median(table.price):,.10g}, are unlike those of training, "
            f"about {own:,.0f}: are they in another currency, or in thousands?"
        )
    return dataclasses.replace(table, notes=[*table.notes, *remarks])


def target_of(source: TableSource) -> str:
    """Return the column that a run's prices came from."""
    return source.target or COURSE_TARGETS.get(source.data or "moscow", "price")
