"""Coordinates as people write them: `55°45'21" N`, `55.7558° с. ш.`, `55.7558, 37.6173`.

One cell at a time, with the standard library alone: an exported model takes this file along.
"""

import re

_HEMISPHERES = {
    **dict.fromkeys(("n", "e", "с", "в", "сш", "вд"), 1.0),
    **dict.fromkeys(("s", "w", "ю", "з", "юш", "зд"), -1.0),
}
_DEGREES = re.compile(
    r"\s*+(?P<before>[NSEW])?\s*+(?P<sign>[-−])?(?P<degrees>\d{1,3}(?:[.,]\d+)?)\s*+"
    r"(?P<sure>[°º](?:\s*+(?P<minutes>\d{1,2}(?:[.,]\d+)?)\s*+['′’])?"
    r"(?:\s*+(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*+(?:\"|″|”|''))?)?\s*+"
    r"(?P<after>[NSEW]|[СЮ]\.?\s?(?:Ш\.?)?|[ВЗ]\.?\s?(?:Д\.?)?)?\s*+",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\s*+\(?\[?\s*+(-?\d{1,3}[.]\d+)(?:\s*+[,;]|\s)\s*+(-?\d{1,3}[.]\d+)\s*+\]?\)?\s*+"
    r"|\s*+(?P<sure>[\(\[])?\s*+(?P<north>-?\d{1,3},\d+)(?:\s*+;|\s)\s*+(?P<east>-?\d{1,3},\d+)"
    r"\s*+\]?\)?\s*+"
    r"|\s*+(?:SRID=\d+;\s*+)?POINT\s*+\(\s*+"
    r"(?P<x>-?\d{1,3}[.]?\d*)\s++(?P<y>-?\d{1,3}[.]?\d*)\s*+\)\s*+",
    re.IGNORECASE,
)


_DECIMALS = 4
"""With so many decimals after a comma, a number is hardly a price, or an area."""
_BETWEEN = re.compile(r"(?<!\s)\s*+[,;/]\s*+|(?<=[NSEW])\s++", re.IGNORECASE)
_SIDE = re.compile(r"[NSEWСЮВЗ]", re.IGNORECASE)


def read_degrees(cell: str) -> float | None:
    """Return the degrees of a coordinate with its sign of degrees or its hemisphere, else None.

    >>> read_degrees("55°45'18\\" N"), read_degrees("33.5° S"), read_degrees("W 0.25")
    (55.755, -33.5, -0.25)
    >>> read_degrees("55.7") is None
    True
    """
    match = _DEGREES.fullmatch(cell)
    if match is None or not (match["sure"] or match["before"] or match["after"]):
        return None
    parts = (match["degrees"], match["minutes"], match["seconds"])
    whole, minutes, seconds = (float((part or "0").replace(",", ".")) for part in parts)
    side = re.sub(r"[\s.]", "", (match["before"] or match["after"] or "n").casefold())
    sign = _HEMISPHERES[side] * (-1.0 if match["sign"] else 1.0)
    return sign * round(whole + minutes / 60 + seconds / 3600, 9)


def read_place(cell: str) -> tuple[float, float] | None:
    """Return latitude and longitude from one cell that holds both, else None.

    Decimals after a comma have four figures in one of the two, or brackets stand around both.

    >>> read_place("55.7558, 37.6173"), read_place("POINT (37.6173 55.7558)")
    ((55.7558, 37.6173), (55.7558, 37.6173))
    """
    match = _PLACE.fullmatch(cell)
    if match is None:
        return _read_two_degrees(cell)
    if match["north"]:
        decimals = max(len(number.partition(",")[2]) for number in match.group("north", "east"))
        if decimals < _DECIMALS and not match["sure"]:
            return None  # from one price to another: 12,5 30,4
        return float(match["north"].replace(",", ".")), float(match["east"].replace(",", "."))
    latitude, longitude = (match[1], match[2]) if match[1] else (match["y"], match["x"])
    return float(latitude), float(longitude)


def _read_two_degrees(cell: str) -> tuple[float, float] | None:
    """Read `55°45'18" N, 37°37'00" E`, whichever comes first; both have their hemispheres."""
    halves = _BETWEEN.split(cell.strip())
    if len(halves) != 2 or not all(_SIDE.search(half) for half in halves):
        return None
    first, second = map(read_degrees, halves)
    if first is None or second is None or _is_east(halves[0]) == _is_east(halves[1]):
        return None
    return (second, first) if _is_east(halves[0]) else (first, second)


def _is_east(coordinate: str) -> bool:
    """Whether a coordinate with a hemisphere is a longitude."""
    match = _DEGREES.fullmatch(coordinate)
    return match is not None and (match["before"] or match["after"])[0].casefold() in "ewвз"
