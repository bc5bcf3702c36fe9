"""Text from a student's code, made fit to be shown in a terminal, a table or a log."""

import re
import unicodedata

# Cursor moves and colours (CSI), titles and links (OSC, DCS, ...), and any other escape.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.?"
)


def sanitize(text: str | bytes, *, limit: int = 2000) -> str:
    r"""Return `text` without anything that could steer a terminal, of at most `limit` characters.

    Escape sequences, control characters, marks that turn the direction of writing, and halves of
    characters go; line ends and tabs stay; what was cut off is counted. It is still text: a page
    must escape `<`, a spreadsheet must quote `=`.

    >>> sanitize("\x1b[31mred\x1b[0m \u202ebackwards\r\n<b>")
    'red backwards\n<b>'
    >>> sanitize("a" * 100, limit=10)
    'aaaaaaaaaa… (+90)'
    """
    cut = text[: 4 * limit]
    cut = cut.decode("utf-8", "replace") if isinstance(cut, bytes) else str(cut)
    cut = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", _ESCAPES.sub("", cut))
    kept = "".join(c for c in cut if c in "\n\t" or unicodedata.category(c)[0] != "C")
    if len(kept) <= limit and len(text) <= 4 * limit:
        return kept
    shown = kept[:limit]
    return f"{shown}… (+{len(text) - len(shown)})"
