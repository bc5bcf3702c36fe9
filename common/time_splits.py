"""Splits by time: the oldest examples are for learning, the newest for the exam.

    moments  ──────────────────────────────────────────────────────────────>
             [        train        ]  gap  [   valid   ]  gap  [   test   ]

A gap keeps apart what looks ahead: where a row's target is the demand of the next seven days, the
last seven days of the training part already hold answers of the validation part.
"""

import datetime
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from common.errors import UserError
from common.i18n import count_of

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_GAP = re.compile(rf"\s*(\d+(?:[.,]\d+)?)\s*({'|'.join(UNITS)})s?\s*", re.IGNORECASE)


def cut_by_time(
    times: np.ndarray, fractions: tuple[float, float, float], gap: Any = None
) -> list[np.ndarray]:
    """Cut rows by their moments; return those of training, validation and test.

    Rows of one moment stay together. Each cut is made where the running count comes nearest to
    its share, save that no part is left empty that the moments can fill. From the end of a part
    is left out what is less than `gap` older than the next part's first moment.

    Args:
        times: a number or a date for each row; dates may be text.
        fractions: the three shares; without a test part the third is 0.
        gap: a number in the unit of `times` where those are numbers; "7 days" or a timedelta
            where they are dates.

    Raises:
        UserError: where a time or the gap cannot be understood, or the moments are too few.
    """
    times = as_moments(times)
    distance = parse_gap(gap, times)
    moments, codes = np.unique(times, return_inverse=True)
    counts = np.bincount(codes, minlength=len(moments))
    ends = np.cumsum([0, *counts])
    # Of each moment: how many are so much older that a part before it may end with them.
    before = np.searchsorted(moments, moments - distance, side="right")
    before = np.minimum(before, np.arange(len(moments)))

    places = np.arange(len(moments))
    valid_from = places[before > 0]
    test_from = places[before > (valid_from[0] if len(valid_from) else len(moments))]
    if not len(valid_from) or (fractions[2] and not len(test_from)):
        raise _too_few(times, moments, fractions, gap)
    stop = len(moments)
    if fractions[2]:
        second = _nearest(ends, test_from, 1 - fractions[2])
        stop = before[second]
    first = _nearest(ends, valid_from[valid_from < stop], fractions[0])
    rank = codes
    parts = [rank < before[first], (rank >= first) & (rank < stop)]
    parts.append(rank >= second if fractions[2] else np.zeros(len(times), dtype=bool))
    return [np.flatnonzero(part) for part in parts]


def as_moments(times: Sequence | np.ndarray) -> np.ndarray:
    """Return times as numbers or as datetime64, so that they can be ordered.

    >>> as_moments(["2024-03-01", "2023-12-31"]).argsort()
    array([1, 0])
    """
    times = np.asarray(times)
    if times.dtype.kind in "iufb" and not np.any(times != times):
        return times
    if times.dtype.kind != "M":
        try:
            times = np.asarray(times, dtype="datetime64[ns]")
        except (TypeError, ValueError):
            raise UserError("times: expected numbers or dates such as 2024-05-31") from None
    if np.any(np.isnat(times)):
        row = int(np.flatnonzero(np.isnat(times))[0])
        raise UserError(f"times: example {row} has no date, so its place in time is unknown")
    return times


def parse_gap(gap: Any, times: np.ndarray) -> Any:
    """Return a gap as what can be subtracted from `times`; None is no gap.

    >>> parse_gap("2 days", as_moments(["2024-03-01"]))
    np.timedelta64(172800000,'ms')
    >>> parse_gap(7, as_moments(["2024-03-01"]))
    Traceback (most recent call last):
    common.errors.UserError: gap is 7, but the times are dates: say the unit, such as '7 days'
    """
    dates = times.dtype.kind == "M"
    if gap is None:
        return np.timedelta64(0, "s") if dates else 0
    lasting = isinstance(gap, (datetime.timedelta, np.timedelta64))
    number = isinstance(gap, (int, float, np.number)) and not lasting
    if not dates:
        if number and math.isfinite(gap) and gap >= 0:
            return gap
        raise UserError(
            f"gap is {gap!r}, but the times are numbers: expected a number in their unit, from 0 up"
        )
    if number:
        raise UserError(
            f"gap is {gap:g}, but the times are dates: say the unit, such as '{gap:g} days'"
        )
    if isinstance(gap, str) and (found := _GAP.fullmatch(gap)):
        seconds = float(found[1].replace(",", ".")) * UNITS[found[2].lower()]
        return np.timedelta64(round(seconds * 1000), "ms")
    if lasting and np.timedelta64(gap).astype(np.int64) >= 0:  # NaT is the least of all
        return np.timedelta64(gap)
    raise UserError(
        f"gap is {gap!r}, expected a number with {', '.join(f'{u}s' for u in UNITS)}, "
        "such as '7 days'"
    )


def _nearest(ends: np.ndarray, places: np.ndarray, share: float) -> int:
    """Return the place whose count of rows before it comes nearest to a share of all."""
    return int(places[np.argmin(np.abs(ends[places] - share * ends[-1]))])


def _too_few(
    times: np.ndarray, moments: np.ndarray, fractions: tuple[float, float, float], gap: Any
) -> UserError:
    names = "training, validation and test" if fractions[2] else "training and validation"
    span = f" from {_shown(moments[0])} to {_shown(moments[-1])}" if len(moments) else ""
    apart = f" with a gap of {gap}" if gap is not None else ""
    return UserError(
        f"a part is empty: {count_of(len(times), 'example')} with "
        f"{count_of(len(moments), 'moment')}{span} give too few moments for {names}{apart}"
    )


def _shown(moment: Any) -> str:
    """A date without its nanoseconds, or a number."""
    text = str(moment)
    return text.split(".")[0].removesuffix("T00:00:00") if "T" in text else text
