"""Against formula injection: a spreadsheet runs a cell that begins like a formula."""

import unicodedata

FORMULA_STARTS = "=+@\t\r\n-"
_LOOKED_AT = 1000


def starts_formula(text: str) -> bool:
    """Return whether a spreadsheet may run a text as a formula.

    Some pass over spaces and signs that are not seen before it, and take the wide signs of
    Japanese writing for the usual ones.

    >>> [starts_formula(text) for text in ("=1+1", " @SUM(A1)", "＝1+1", "Ivan")]
    [True, True, True, False]
    """
    seen = unicodedata.normalize("NFKC", text[:_LOOKED_AT])
    while seen[:1] and (seen[0] == " " or unicodedata.category(seen[0]) in ("Cf", "Zs")):
        seen = seen[1:]
    return seen.startswith(tuple(FORMULA_STARTS))


def as_text(text: str) -> str:
    """Return a cell that shows a text and is never run: what may be a formula gets an apostrophe.

    >>> as_text('=HYPERLINK("x")'), as_text("Ivan")
    ('\\'=HYPERLINK("x")', 'Ivan')
    """
    return f"'{text}" if starts_formula(text) else text
