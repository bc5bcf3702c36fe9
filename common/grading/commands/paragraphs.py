"""Text that was wrapped for an editor, made fit for a terminal of another width."""

import re
import textwrap

_ITEM = re.compile(r"\s*(- |\d+\. )")
_ARGUMENT = re.compile(r"\s*[a-z_][\w.]*(, [a-z_][\w.]*)*: ", re.ASCII)
_LAID_OUT = re.compile(r"\S   *\S")
_SLACK = 6
"""How many characters short of the text's own width a full line may be."""


def rewrapped(text: str, width: int) -> str:
    """Return `text` with its paragraphs broken anew, so that they are no wider than `width`.

    A line goes on with the sentence of the one before, unless that ended with a full stop (or
    `:` or `;`) while there was room left. Empty lines stay, and so do indents, lists, and what is
    no prose, however wide: examples of code, and formulas that are laid out with spaces.

    >>> print(rewrapped("One two\\nthree four.\\n\\n- x: a number or a\\n  list\\n\\nf   = 2", 13))
    One two three
    four.
    <BLANKLINE>
    - x: a number
      or a list
    <BLANKLINE>
    f   = 2
    """
    own = max(map(len, text.splitlines()), default=0)
    blocks = text.split("\n\n")
    return "\n\n".join(b if b.startswith(">>> ") else _block(b, own, width) for b in blocks)


def _block(block: str, own: int, width: int) -> str:
    paragraphs: list[list[str]] = []
    for line in block.split("\n"):
        if paragraphs and _goes_on(paragraphs[-1][-1], line, own):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return "\n".join(_filled(paragraph, width) for paragraph in paragraphs)


def _goes_on(last: str, line: str, own: int) -> bool:
    if not last.strip() or not line.strip() or _indent(line) < _indent(last):
        return False
    if _ITEM.match(line) or _ARGUMENT.match(line) or _is_laid_out(line) or _is_laid_out(last):
        return False
    full = len(last) + 1 + len(line.split()[0]) > own - _SLACK
    return full or last.rstrip()[-1] not in ".:;"


def _filled(lines: list[str], width: int) -> str:
    if _is_laid_out(lines[0]):
        return lines[0]
    item = _ITEM.match(lines[0])
    hang = len(item[0]) if item else _indent(lines[-1])
    return textwrap.fill(
        " ".join(line.strip() for line in lines),
        width,
        initial_indent=" " * _indent(lines[0]),
        subsequent_indent=" " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_laid_out(line: str) -> bool:
    return _LAID_OUT.search(line) is not None
