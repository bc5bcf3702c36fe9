"""How a notebook shows what became of a check: what came beside what was expected, and pictures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from common.grading.exercise.specification import CheckResult, points
from common.grading.reports.messages import (
    ACTUAL,
    EXPECTED,
    GIVEN,
    LOOKS_LIKE,
    NOT_BEGUN,
    PRINTED,
    SAME,
    printed_lines,
    sides,
    told_before,
)
from common.i18n import Text
from common.report.pages import template
from common.report.plots import WIDTH, label, new_figure, png

FEWEST = 5
"""Numbers below which a drawing tells less than the two figures beside each other."""
MOST = 4_000_000
"""Numbers above which nothing is drawn."""
BESIDE = Text("{actual} on the left, {expected} on the right", "слева {actual}, справа {expected}")
_HERE = Path(__file__).parent

Whole = tuple[np.ndarray, np.ndarray]


def results_as_html(
    title: str,
    most: int,
    results: Sequence[CheckResult],
    wholes: Mapping[str, Whole],
    language: str,
) -> str:
    """Return what became of an exercise's checks as HTML.

    wholes: by a check's name the arrays that were compared, to be drawn where that tells anything.
    """
    rows = []
    printed = printed_lines(results, language)
    for result, first, lines in zip(results, told_before(results), printed, strict=True):
        row: dict[str, Any] = dict.fromkeys(
            ("said", "trace", "beside", "picture", "given", "mistake", "printed")
        )
        row |= {"passed": result.passed, "about": result.about.to(language)}
        if lines:
            row["printed"] = (PRINTED.to(language), "\n".join(lines))
        if result.empty:
            row["said"] = NOT_BEGUN.to(language)
        elif first:
            row["said"] = SAME.to(language).format(about=first.about.to(language))
        elif not result.passed:
            row |= _failed(result, wholes.get(result.check), language)
        rows.append(row)
        if result.empty:
            break
    page = template("check.html", _HERE)
    return page.render(title=title, reached=points(most, results), most=most, rows=rows)


def _failed(result: CheckResult, whole: Whole | None, language: str) -> dict:
    told = dict(sides(result, language))
    beside = [(name.to(language), told[name]) for name in (ACTUAL, EXPECTED) if name in told]
    names = {"actual": ACTUAL.to(language), "expected": EXPECTED.to(language)}
    return {
        "said": result.what.to(language),
        "trace": result.trace,
        "beside": beside,
        "beside_words": BESIDE.to(language).format(**names),
        "picture": drawn(*whole, language=language) if whole else None,
        "given": (GIVEN.to(language), told[GIVEN]) if GIVEN in told else None,
        "mistake": (LOOKS_LIKE.to(language), result.mistake.to(language))
        if result.mistake
        else None,
    }


def drawn(actual: np.ndarray, expected: np.ndarray, *, language: str) -> bytes | None:
    """Draw two arrays of one shape beside each other; None where there is nothing to be seen.

    Rows of numbers become curves, of which the first that differs is shown; pictures in colour and
    planes of numbers become pictures, a plane on one scale with the other.

    >>> drawn(np.zeros(3), np.ones(3), language="en") is None
    True
    """
    actual, expected = np.asarray(actual), np.asarray(expected)
    if actual.shape != expected.shape or not FEWEST <= actual.size <= MOST:
        return None
    if actual.dtype.kind not in "biuf" or expected.dtype.kind not in "biuf":
        return None
    words = ACTUAL.to(language), EXPECTED.to(language)
    if actual.ndim == 3 and actual.shape[2] == 3 and actual.dtype == np.uint8:
        return _pictures(actual, np.clip(expected, 0, 255).astype(np.uint8), words)
    while actual.ndim > 2 or (actual.ndim == 2 and min(actual.shape) < FEWEST):
        at = _first_unlike(actual, expected)
        actual, expected = actual[at], expected[at]
    if actual.size < FEWEST:
        return None
    return (_pictures if actual.ndim == 2 else _curves)(actual, expected, words)


def _first_unlike(actual: np.ndarray, expected: np.ndarray) -> int:
    axes = tuple(range(1, actual.ndim))
    unlike = ~np.isclose(actual, expected, rtol=1e-3, equal_nan=True).all(axis=axes)
    return int(np.argmax(unlike))


def _pictures(actual: np.ndarray, expected: np.ndarray, words: tuple[str, str]) -> bytes:
    figure = new_figure(2.6, 1.6 * WIDTH)
    finite = expected[np.isfinite(expected)] if expected.dtype.kind == "f" else expected
    low, high = (finite.min(), finite.max()) if finite.size else (0, 1)
    for axes, array, name in zip(figure.subplots(1, 2), (actual, expected), words, strict=True):
        axes.imshow(array, vmin=low, vmax=high, interpolation="nearest", aspect="auto")
        axes.set_axis_off()
        label(axes, title=name)
    return png(figure)


def _curves(actual: np.ndarray, expected: np.ndarray, words: tuple[str, str]) -> bytes:
    figure = new_figure(2.2, 1.6 * WIDTH)
    axes = figure.subplots()
    few = "o" if actual.size < 60 else ""
    axes.plot(expected, color="#888888", linewidth=3, marker=few, label=words[1])
    axes.plot(actual, color="#d9542b", linewidth=1.3, marker=few, markersize=4, label=words[0])
    axes.legend(fontsize=8)
    label(axes)
    return png(figure)
