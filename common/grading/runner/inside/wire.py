"""The closed format in which data crosses the wall between the judge and a student's code.

A frame is a JSON header, which holds everything but arrays, and after it the arrays' bytes as they
lie in memory. Reading a frame calls nothing and makes only the types that are listed here, so a
forged frame is at worst wrong data, which is what the judge is there to find.
"""

import hashlib
import hmac
import json
import math
from typing import Any, TypeAlias

import numpy as np

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | np.ndarray | None"

MAGIC = b"plain1\n"
DTYPES = {
    name: np.dtype(name) for name in ("float32", "float64", "int64", "int32", "uint8", "bool")
}
_NAMES = {dtype: name for name, dtype in DTYPES.items()}  # to ask a dtype its name takes longer
HEADER_BYTES = 4 * 2**20
MAX_NODES = 200_000
MAX_DEPTH = 32
MAX_DIMENSIONS = 8
_SPECIAL = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


_SEAL = 32
_digest = hashlib.blake2b  # a student's code may put another in its place


class NotPlainError(TypeError):
    """A value cannot be sent, because it is not plain data; the message says what it is."""


class BadFrameError(ValueError):
    """Bytes that claim to be a frame and are none."""


def encode(value: Plain) -> bytes:
    """Return `value` as one frame.

    value: None, bool, int (64 bits), float, str, list, dict with str keys, and numpy arrays of
    float32, float64, int64, int32, uint8 or bool; of exactly these types, for a subclass may do
    anything. NaN and infinity are floats like others.

    Raises NotPlainError for anything else, with the place where it was found.

    >>> decode(encode({"loss": 0.1, "prices": np.array([1.5, 2.0])}))
    {'loss': 0.1, 'prices': array([1.5, 2. ])}
    >>> encode({"loss": [1, 2j]})
    Traceback (most recent call last):
    common.grading.runner.inside.wire.NotPlainError: ['loss'][1] is a complex, not plain data
    """
    # No class: any code finds all classes there are, and could give one other methods.
    arrays: list[bytes] = []
    nodes = 0

    def pack(value: Any, place: str, depth: int) -> Any:
        nonlocal nodes
        nodes += 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise NotPlainError(f"{place[:60]} is too deep or too long; use an array")
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int and -(2**63) <= value < 2**63:
            return value
        if kind is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if kind is list:
            return [pack(v, f"{place}[{i}]", depth + 1) for i, v in enumerate(value)]
        if kind is dict and all(type(key) is str for key in value):
            items = [[k, pack(v, f"{place}[{k!r}]", depth + 1)] for k, v in value.items()]
            return {"dict": items}
        if kind is np.ndarray:
            return {"array": _pack_array(value, place, arrays)}
        named = {int: "an int of over 64 bits", dict: "a dict with keys other than str"}
        what = named.get(kind, f"a {kind.__name__}")
        raise NotPlainError(f"{place or 'the result'} is {what}, not plain data")

    packed = pack(value, "", 0)
    try:
        header = json.dumps(packed, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        raise NotPlainError("a text holds half a character (a lone surrogate)") from None
    if len(header) > HEADER_BYTES:
        raise NotPlainError(f"more than {HEADER_BYTES} bytes outside of arrays")
    return b"".join([MAGIC, len(header).to_bytes(4, "little"), header, *arrays])


def _pack_array(value: np.ndarray, place: str, arrays: list[bytes]) -> list:
    name = _NAMES.get(value.dtype) or value.dtype.name
    if name not in DTYPES or value.ndim > MAX_DIMENSIONS:
        raise NotPlainError(
            f"{place or 'the result'} is a {value.ndim}-d array of {name}, not plain data"
        )
    arrays.append(value.astype(DTYPES[name], order="C", copy=False).tobytes())
    return [name, list(value.shape)]


def sealed(frame: bytes, key: bytes) -> bytes:
    """Return a frame that says who sent it: who sees it go by can put no other in its place.

    >>> unsealed(sealed(b"frame", b"key"), b"key")
    b'frame'
    """
    return _seal(frame, key) + frame


def unsealed(content: bytes, key: bytes) -> bytes:
    """Return the frame in `content`; raise BadFrameError where it was not sealed with the key."""
    seal, frame = content[:_SEAL], content[_SEAL:]
    if not hmac.compare_digest(_seal(frame, key), seal):
        raise BadFrameError("a result that the check did not send")
    return frame


def _seal(frame: bytes, key: bytes) -> bytes:
    return _digest(frame, digest_size=_SEAL, key=key).digest()


def decode(frame: bytes) -> Plain:
    """Return what `frame` holds; its arrays are copies that may be written to.

    Raises BadFrameError unless the bytes are exactly one frame. Nothing in a frame makes this
    take much more memory than the frame's own size and 200 MB, or run any code.

    >>> decode(b"gibberish")
    Traceback (most recent call last):
    common.grading.runner.inside.wire.BadFrameError: not a frame
    """
    start = len(MAGIC) + 4
    size = int.from_bytes(frame[len(MAGIC) : start], "little")
    if frame[: len(MAGIC)] != MAGIC or size > min(HEADER_BYTES, len(frame) - start):
        raise BadFrameError("not a frame")
    try:
        packed = json.loads(frame[start : start + size].decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadFrameError("the header is not JSON") from None
    unpacker = _Unpacker(memoryview(frame)[start + size :])
    value = unpacker.unpack(packed, 0)
    if len(unpacker.rest):
        raise BadFrameError("more bytes than the header speaks of")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(constant)


class _Unpacker:
    def __init__(self, rest: memoryview) -> None:
        self.rest = rest
        self.nodes = 0

    def unpack(self, packed: Any, depth: int) -> Plain:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise BadFrameError("too deep or too long")
        if packed is None or type(packed) is bool:
            return packed
        if type(packed) is str:
            return _text(packed)
        if type(packed) is int and -(2**63) <= packed < 2**63:
            return packed
        if type(packed) is float and math.isfinite(packed):
            return packed
        if type(packed) is list:
            return [self.unpack(item, depth + 1) for item in packed]
        if type(packed) is dict and len(packed) == 1:
            return self._unpack_tagged(*next(iter(packed.items())), depth)
        raise BadFrameError("a value of a kind that no frame holds")

    def _unpack_tagged(self, tag: str, content: Any, depth: int) -> Plain:
        if tag == "float" and type(content) is str and content in _SPECIAL:
            return _SPECIAL[content]
        if tag == "dict" and type(content) is list:
            items = {}
            for item in content:
                if type(item) is not list or len(item) != 2 or type(item[0]) is not str:
                    raise BadFrameError("a dict that is none")
                items[_text(item[0])] = self.unpack(item[1], depth + 1)
            if len(items) == len(content):
                return items
        if tag == "array" and type(content) is list and len(content) == 2:
            return self._unpack_array(*content)
        raise BadFrameError("a value of a kind that no frame holds")

    def _unpack_array(self, name: Any, shape: Any) -> np.ndarray:
        if type(name) is not str or name not in DTYPES:
            raise BadFrameError("an array of a kind that no frame holds")
        if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
            raise BadFrameError("an array without a shape")
        if not all(type(length) is int and 0 <= length < 2**31 for length in shape):
            raise BadFrameError("an array with an impossible shape")
        size = math.prod(shape) * DTYPES[name].itemsize
        if size > len(self.rest):
            raise BadFrameError("an array that is longer than the frame")
        content, self.rest = self.rest[:size], self.rest[size:]
        flat = np.frombuffer(content, np.uint8 if name == "bool" else DTYPES[name])
        if name == "bool":
            if flat.size and flat.max() > 1:
                raise BadFrameError("a bool that is neither true nor false")
            flat = flat.astype(bool)
        try:
            return flat.reshape(shape).copy()
        except ValueError:  # no elements, and lengths whose product is beyond NumPy
            raise BadFrameError("an array with an impossible shape") from None


def _text(text: str) -> str:
    """Refuse half a character, which JSON can spell and no file or terminal can take."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadFrameError("a text holds half a character") from None
    return text
