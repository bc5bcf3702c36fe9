"""Against formula injection: a spreadsheet runs a cell that begins like a formula."""

FORMULA_STARTS = "=+@\t\r\n-"


def starts_formula(text: str) -> bool:
    """Return whether a spreadsheet may run a text as a formula; some pass over spaces before it.

    >>> [starts_formula(text) for text in ("=1+1", " @SUM(A1)", "Ivan")]
    [True, True, False]
    """
    return text.lstrip(" ").startswith(tuple(FORMULA_STARTS))


def as_text(text: str) -> str:
    """Return a cell that shows a text and is never run: what may be a formula gets an apostrophe.

    >>> as_text('=HYPERLINK("x")'), as_text("Ivan")
    ('\\'=HYPERLINK("x")', 'Ivan')
    """
    return f"'{text}" if starts_formula(text) else text
