"""A lesson's page, cut into slides: by its sections, and where a section is long, within them."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from common.lesson.source import reader, without_links

LINES, SIGNS = 16.5, 84
"""What a slide holds: lines, and signs in a line. What is cut badly, the page makes smaller."""
_PICTURE = 11.0
_REST, _FULL = 4.0, 1.25


@dataclass
class Slide:
    """title: of the section; empty on the first slide, which has the lesson's as `heading`.

    html: what stands on it, in our own lesson's words.
    """

    title: str
    html: str = ""
    heading: str = ""
    picture: bytes | None = None


@dataclass
class _Block:
    """Tokens that stay together. lines: what they take. leads: whether the next belongs to it."""

    tokens: Sequence[Token]
    lines: float
    leads: bool = False


@dataclass
class Section:
    """A section of the lesson: its title and its slides."""

    title: str
    slides: list[Slide] = field(default_factory=list)


def sections(text: str) -> list[Section]:
    """Return a lesson's sections with their slides; the first has the title and what is before.

    >>> [(s.title, len(s.slides)) for s in sections("# A\\n\\nx\\n\\n## B\\n\\ny\\n\\n## C\\n\\nz")]
    [('', 1), ('B', 1), ('C', 1)]
    """
    markdown = reader()
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    found = [Section("")]
    heading = ""
    blocks: list[list[_Block]] = [[]]
    for tokens in _top_level(markdown.parse(text)):
        first = tokens[0]
        if first.type == "heading_open" and first.tag == "h1":
            heading = _plain(tokens)
        elif first.type == "heading_open" and first.tag == "h2":
            found.append(Section(_plain(tokens)))
            blocks.append([])
        elif not _is_navigation(tokens):
            blocks[-1] += _blocks(tokens)
    for section, own in zip(found, blocks, strict=True):
        for group in _cut(own):
            tokens = [token for block in group for token in block.tokens]
            html = markdown.renderer.render(tokens, markdown.options, {})
            section.slides.append(Slide(section.title, without_links(html)))
    if not found[0].slides:
        found[0].slides.append(Slide(""))
    found[0].slides[0].heading = heading
    return found


def _top_level(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    own: list[Token] = []
    for token in tokens:
        own.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield own
            own = []


def _is_navigation(tokens: Sequence[Token]) -> bool:
    """Whether a paragraph only leads to the other language and to the overview."""
    return bool(re.match(r"(По-русски|In English): README", _plain(tokens)))


def _blocks(tokens: Sequence[Token]) -> list[_Block]:
    """Return what a block takes of a slide; a list in its items, so that it can be cut."""
    first, text = tokens[0], _plain(tokens)
    if first.type == "fence":
        return [_Block(tokens, 0.82 * first.content.count("\n") + 0.8)]
    if first.type == "html_block":
        return [_Block(tokens, _PICTURE if "<img" in first.content else 0)]
    if first.type == "table_open":
        return [_Block(tokens, _table_lines(tokens))]
    if first.type in ("bullet_list_open", "ordered_list_open"):
        return list(_items(tokens))
    return [_Block(tokens, _lines(text) + 0.5, text.endswith(":") or first.type == "heading_open")]


def _items(tokens: Sequence[Token]) -> Iterator[_Block]:
    first, last = tokens[0], tokens[-1]
    start = int(first.attrGet("start") or 1)
    own: list[Token] = []
    for token in tokens[1:-1]:
        own.append(token)
        if token.type == "list_item_close" and token.level == 1:
            opening = Token(first.type, first.tag, 1, attrs=dict(first.attrs))
            if first.tag == "ol":
                opening.attrSet("start", str(start))
            yield _Block([opening, *own, last], _lines(_plain(own)) + 0.25)
            start, own = start + 1, []


def _table_lines(tokens: Sequence[Token]) -> float:
    cells = [_plain([token]) for token in tokens if token.type == "inline"]
    columns = sum(token.type == "th_open" for token in tokens) or 1
    rows = [cells[i : i + columns] for i in range(0, len(cells), columns)]
    return 1 + sum(1.1 * max(_lines(cell, SIGNS // columns) for cell in row) for row in rows)


def _lines(text: str, signs: int = SIGNS) -> int:
    return max(1, math.ceil(len(text) / max(signs, 8)))


def _cut(blocks: Sequence[_Block]) -> list[list[_Block]]:
    """Put blocks on slides, in order; one that leads to the next never stands last."""
    slides: list[list[_Block]] = []
    own: list[_Block] = []
    for block in blocks:
        if own and sum(one.lines for one in own) + block.lines > LINES:
            along = [own.pop()] if own[-1].leads and len(own) > 1 else []
            slides.append(own)
            own = along
        own.append(block)
    rest = sum(one.lines for one in own)
    if slides and rest <= _REST and sum(one.lines for one in slides[-1]) + rest <= _FULL * LINES:
        slides[-1] += own  # a slide of one sentence is worse than one in smaller letters
        return slides
    return [*slides, own] if own else slides


def _plain(tokens: Sequence[Token]) -> str:
    parts = []
    for token in tokens:
        children = token.children or []
        parts += [one.content or (" " if one.type == "softbreak" else "") for one in children]
    return "".join(parts)
