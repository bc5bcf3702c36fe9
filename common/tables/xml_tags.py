"""The tags of a workbook's parts, one after another: a sheet may have gigabytes."""

import html
import re
from collections.abc import Callable, Iterator
from typing import IO

BLOCK = 1 << 20
"""Bytes that are looked at together."""
LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14
"""Where a sheet ends."""


def parts(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the text part by part, cut between two tags; what is longer than a block is none."""
    rest = b""
    while block := file.read(BLOCK):
        text = rest + block
        end = text.rfind(b"<")
        yield text[:end]
        rest = text[end:] if len(text) - end < BLOCK else b""
    yield rest


def tags(
    file: IO[bytes], names: str, *look_at: Callable[[bytes], None]
) -> Iterator[dict[str, str]]:
    """Yield the attributes, without their prefixes, of each tag of these names; `tag` is its own.

    look_at: are given the text as well, part by part.

    The file is walked through in blocks, for a sheet may have gigabytes.
    """
    pattern = re.compile(rf"<((?:\w+:)?(?:{names}))(\s[^<>]*)?/?>".encode())
    attribute = re.compile(rb"""(?:[\w-]+:)?([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
    for text in parts(file):
        for each in look_at:
            each(text)
        for match in pattern.finditer(text):
            yield _attributes(match, attribute)


def _attributes(match: re.Match[bytes], attribute: re.Pattern[bytes]) -> dict[str, str]:
    given = {"tag": match[1].decode("utf-8", "replace")}
    for name, one, other in attribute.findall(match[2] or b""):
        given[name.decode()] = html.unescape((one or other).decode("utf-8", "replace"))
    return given
