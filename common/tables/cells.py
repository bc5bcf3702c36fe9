"""From cells of text to columns of numbers or text, many cells at once."""

import pyarrow as pa
import pyarrow.compute as pc

from common.report.formula_guard import FORMULA_STARTS
from common.tables.number_parsing import GUARDED, MISSING, SPACES, UNSEEN

A_FEW = 50
"""Cells to try before all: most columns of text show themselves in these."""

_MISSING = pa.array(sorted(MISSING), pa.large_string())
_EXACT_INTEGER = 2**53
_CODE = r"^0[0-9xX]"
_LONG_INTEGER = r"^[+-]?[0-9]{16,}$"
_LETTERED = r"^[0-9]+[eE][0-9]{1,2}$"


def convert_cells(texts: pa.Array, decimal: str) -> pa.Array:
    """Return cells as int64 or float64 if all of them are plain numbers, else as text.

    Plain numbers have a sign, thousands set apart, decimals, an exponent, and nothing else:
    `12 500,5`, not `12 500,5 ₽`. Codes stay text: numbers with a leading zero (`007`), whole
    numbers too long to be held exactly, and `1E5`, a block of houses: programs write 1E+05 or
    1.0E5. Cells that say "missing" come out as nulls; a block without any value has the type null.

    >>> convert_cells(pa.array(["1 250,5", "-", "3"], pa.large_string()), ",").to_pylist()
    [1250.5, None, 3.0]
    """
    texts = pc.ascii_trim_whitespace(texts)
    texts = pc.if_else(pc.equal(texts, ""), None, texts)
    numbers = _plain_numbers(texts, decimal)
    if numbers is None:
        texts = _without_missing(_as_seen(texts))
        numbers = _plain_numbers(texts, decimal)
    if numbers is None:
        numbers = _grouped_numbers(texts, decimal)
    if numbers is None:
        return _unguarded(texts)
    return numbers


def text_cells(texts: pa.Array) -> pa.Array:
    """Return cells as text, trimmed, nulls where they say "missing"."""
    return _unguarded(_without_missing(_as_seen(texts)))


def written_cells(texts: pa.Array) -> pa.Array:
    """Return cells as they are written, trimmed; null is the empty one alone.

    >>> written_cells(pa.array(["1.10", " none", ""], pa.large_string())).to_pylist()
    ['1.10', 'none', None]
    """
    texts = _bare(pc.utf8_trim_whitespace(texts))
    return _unguarded(pc.if_else(pc.equal(texts, ""), None, texts))


def enclosed_cells(texts: pa.Array) -> pa.Array:
    """Take the marks off cells that are enclosed in them as a whole, where others are not.

    >>> enclosed_cells(pa.array(['"a ""b"" c"', '"a" b'], pa.large_string())).to_pylist()
    ['a "b" c', '"a" b']
    """
    whole = pc.match_substring_regex(texts, '^"([^"]|"")*"$')
    if not pc.any(whole).as_py():
        return texts
    bare = pc.replace_substring(pc.utf8_slice_codeunits(texts, 1, -1), '""', '"')
    return pc.if_else(whole, bare, texts)


def join_blocks(blocks: list[pa.Array]) -> pa.ChunkedArray | None:
    """Make one column of its blocks; None where they disagree on whether it is text.

    None, too, where whole numbers would have to be rounded to stand beside gaps or fractions.
    """
    kinds = {block.type for block in blocks} - {pa.null()}
    if not kinds:
        kinds = {pa.float64()}
    if len(kinds) > 1 and pa.large_string() in kinds:
        return None
    kind = kinds.pop() if len(kinds) == 1 else pa.float64()
    gaps = any(block.null_count for block in blocks)
    if pa.types.is_integer(kind) and gaps:
        kind = pa.float64()
    if pa.types.is_floating(kind) and any(_too_long(block) for block in blocks):
        return None
    return pa.chunked_array([block.cast(kind) for block in blocks], kind)


def settled(block: pa.Array) -> pa.Array:
    """Return a copy that lies apart from the memory of intermediate results.

    What stays for long between what comes and goes would leave holes, half as much again.
    """
    return pa.concat_arrays([block, block[:0]], memory_pool=pa.system_memory_pool())


def _too_long(block: pa.Array) -> bool:
    if not pa.types.is_integer(block.type):
        return False
    extremes = pc.min_max(block).as_py()
    return any(abs(number or 0) > _EXACT_INTEGER for number in extremes.values())


def _plain_numbers(texts: pa.Array, decimal: str) -> pa.Array | None:
    """Numbers as computers write them, but for the decimal mark: the way that most columns go."""
    if texts.null_count == len(texts):
        return pa.nulls(len(texts))
    if _cast(_with_point(texts[:A_FEW], decimal), pa.float64()) is None:
        return None
    if _any(texts.filter(pc.starts_with(texts, "0")), _CODE):
        return None
    integers = _cast(texts, pa.int64())
    if integers is not None:
        return integers
    if _any(texts.filter(pc.greater(pc.binary_length(texts), 15)), _LONG_INTEGER):
        return None
    lettered = pc.or_(pc.match_substring(texts, "e"), pc.match_substring(texts, "E"))
    if _any(texts.filter(lettered), _LETTERED):
        return None
    if decimal == "," and pc.any(pc.match_substring(texts, ".")).as_py():
        return None
    return _cast(_with_point(texts, decimal), pa.float64())


def _with_point(texts: pa.Array, decimal: str) -> pa.Array:
    return texts if decimal == "." else pc.replace_substring(texts, decimal, ".")


def _cast(texts: pa.Array, kind: pa.DataType) -> pa.Array | None:
    try:
        pc.cast(texts[:A_FEW], kind)  # a failure costs as much as ten successes
        return pc.cast(texts, kind)
    except pa.ArrowInvalid:
        return None


def _grouped_numbers(texts: pa.Array, decimal: str) -> pa.Array | None:
    """Numbers as people write them, with thousands set apart and a comma for decimals."""
    other = "," if decimal == "." else "."
    groups = "|".join(rf"[0-9]{{1,3}}(?:[{mark}][0-9]{{3}})+" for mark in (SPACES, "'’", other))
    pattern = rf"^[+−-]?(?:[0-9]+|{groups})?(?:[{decimal}][0-9]*)?(?:[eE][+-]?[0-9]+)?$"
    for some in (texts[:A_FEW], texts):
        matching = pc.match_substring_regex(some, pattern)
        if not pc.all(matching).as_py():
            return None
    plain = pc.replace_substring_regex(texts, rf"^\+|[{SPACES}'’{other}]", "")
    plain = pc.replace_substring(plain, "−", "-")
    return _plain_numbers(_with_point(plain, decimal), ".")


def _as_seen(texts: pa.Array) -> pa.Array:
    """Take off what nobody sees, as `common.tables.number_parsing.as_seen` does of one cell."""
    texts = _bare(texts)
    data = texts.buffers()[2]
    content = b"" if data is None else data.to_pybytes()
    if content.isascii():  # far sooner told than by cells
        return texts
    if _any(texts, f"[{UNSEEN}]"):
        texts = pc.replace_substring_regex(texts, f"[{UNSEEN}]", "")
    return pc.utf8_normalize(texts, "NFC")


def _bare(texts: pa.Array) -> pa.Array:
    """Take off the sign and marks by which a program tells Excel that `="007"` is text."""
    if not pc.any(pc.starts_with(texts, '="')).as_py():
        return texts
    return pc.replace_substring_regex(texts, GUARDED, r"\1")


def _without_missing(texts: pa.Array) -> pa.Array:
    texts = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.is_in(pc.utf8_lower(texts), _MISSING), None, texts)


def _unguarded(texts: pa.Array) -> pa.Array:
    """Take off the apostrophe by which `write_table` keeps text from being run as a formula."""
    if not pc.any(pc.starts_with(texts, "'")).as_py():
        return texts
    return pc.replace_substring_regex(texts, f"^'( *[{FORMULA_STARTS}])", r"\1")


def _any(texts: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(texts, pattern)).as_py())
