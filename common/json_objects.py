"""Objects of JSON whose fields have a name each."""

from typing import Any


class FieldTwiceError(ValueError):
    """An object has two fields of one name, and JSON does not say which of them counts."""


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, as `object_pairs_hook` of `json.loads`.

    Raises FieldTwiceError, whose text is the name that stands twice, or its first 100 letters: it
    is told to whoever sent it.

    >>> import json
    >>> json.loads('{"price": 5, "price": 7}', object_pairs_hook=object_of)
    Traceback (most recent call last):
    common.json_objects.FieldTwiceError: price
    """
    fields = dict(pairs)
    if len(fields) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise FieldTwiceError(name[:100])
            seen.add(name)
    return fields
