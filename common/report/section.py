"""A piece of the report, which each domain hands over and `run_page` sets."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Section:
    """A piece of the report, with its words: a plot, a table, sounds, or several of these.

    figure: a Matplotlib figure. table: its rows, each the cells by column, ready to show.
    sounds: pairs (title, the bytes of a WAV file), to be played in the page. wide: the figure
    takes the page's whole width. worded: columns of the table whose cells are words of ours, and
    not a person's, so that they are translated.
    """

    title: str
    caption: str
    figure: Any = None
    table: list[dict[str, str]] = field(default_factory=list)
    sounds: list[tuple[str, bytes]] = field(default_factory=list)
    wide: bool = False
    worded: tuple[str, ...] = ()
