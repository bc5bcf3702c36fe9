"""What a person is told when their input is wrong: one clear line, never a traceback."""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """Something the user gave is wrong, and the message says what came and what was expected.

    The commands print the message as one line and exit with code 2; in Python it is an
    exception like any other. Raise it only for what the user can mend. What a student meets is
    given in Russian too; `to` picks the language.

    >>> UserError("flats.csv: no such file", ru="flats.csv: нет такого файла").to("ru")
    'flats.csv: нет такого файла'
    >>> raise UserError("flats.csv: no such file")
    Traceback (most recent call last):
    common.errors.UserError: flats.csv: no such file
    """

    def __init__(self, message: str = "", ru: str | None = None) -> None:
        super().__init__(message)
        self.ru = ru

    def to(self, language: str) -> str:
        """Return the message in "en" or "ru"; in English where there is no Russian."""
        return self.ru if language == "ru" and self.ru is not None else str(self)


def nearest(name: str, options: Iterable[str], count: int = 3) -> list[str]:
    """Return up to `count` of `options` that look like `name`, the most alike first.

    Case is ignored, and a name that contains the other, three letters of it at least, is alike.

    >>> nearest("Prise", ["area", "price", "rooms"])
    ['price']
    """
    by_folded: dict[str, str] = {}
    for option in options:
        by_folded.setdefault(str(option).casefold(), str(option))
    folded = str(name).casefold()
    alike = difflib.get_close_matches(folded, by_folded, n=count, cutoff=0.6)
    for option in by_folded:
        within = folded in option or option in folded
        if within and option not in alike and min(len(folded), len(option)) >= 3:
            alike.append(option)
    return [by_folded[option] for option in alike[:count]]


def unknown(kind: str, name: str, options: Iterable[str], ru: str | None = None) -> UserError:
    """Build the error for a name that is not one of `options`, with the nearest names.

    `ru` says in Russian what there is none of, where a student may meet the error.

    >>> str(unknown("loss", "relativ", ["mse", "relative"]))
    "unknown loss 'relativ'; did you mean 'relative'? There are: mse, relative"
    """
    options = [str(option) for option in options]
    alike = nearest(name, options)
    quoted = [repr(option) for option in alike]
    guess = f"; did you mean {' or '.join(quoted)}?" if alike else "."
    shown, more = ", ".join(options[:30]), len(options) - 30
    message = f"unknown {kind} {name!r}{guess} There are: {shown or 'none'}"
    message += f" and {more} more" if more > 0 else ""
    if ru is not None:
        guess = f"; может быть, {' или '.join(quoted)}?" if alike else "."
        ru = f"{ru} {name!r}{guess} Есть: {shown or 'ничего'}"
        ru += f" и ещё {more}" if more > 0 else ""
    return UserError(message, ru)
