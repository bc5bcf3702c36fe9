"""What a person is told when their input is wrong: one clear line, never a traceback."""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """Something the user gave is wrong, and the message says what came and what was expected.

    The commands print the message as one line and exit with code 2; in Python it is an
    exception like any other. Raise it only for what the user can mend.

    >>> raise UserError("flats.csv: no such file")
    Traceback (most recent call last):
    common.errors.UserError: flats.csv: no such file
    """


def nearest(name: str, options: Iterable[str], count: int = 3) -> list[str]:
    """Return up to `count` of `options` that look like `name`, the most alike first.

    Case is ignored, and a name that contains the other counts as alike.

    >>> nearest("Prise", ["area", "price", "rooms"])
    ['price']
    """
    by_folded: dict[str, str] = {}
    for option in options:
        by_folded.setdefault(str(option).casefold(), str(option))
    folded = str(name).casefold()
    alike = difflib.get_close_matches(folded, by_folded, n=count, cutoff=0.6)
    for option in by_folded:
        if option not in alike and folded and option and (folded in option or option in folded):
            alike.append(option)
    return [by_folded[option] for option in alike[:count]]


def unknown(kind: str, name: str, options: Iterable[str]) -> UserError:
    """Build the error for a name that is not one of `options`, with the nearest names.

    >>> str(unknown("loss", "relativ", ["mse", "relative"]))
    "unknown loss 'relativ'; did you mean 'relative'? There are: mse, relative"
    """
    options = [str(option) for option in options]
    alike = nearest(name, options)
    guess = f"; did you mean {' or '.join(repr(option) for option in alike)}?" if alike else "."
    shown = ", ".join(options[:30]) + (f" and {len(options) - 30} more" if options[30:] else "")
    return UserError(f"unknown {kind} {name!r}{guess} There are: {shown or 'none'}")
