"""Plain data in a file of the student edition: JSON, and after it the arrays as NumPy saves them.

Reading runs nothing that is in the file: no pickle is read.
"""

import io
import json
from typing import Any

import numpy as np


def dump(value: Any) -> bytes:
    """Return plain data as bytes: None, bool, int, float, str, list, dict with str keys, array.

    >>> load(dump({"x": [1, np.array([0.5]), None]}))
    {'x': [1, array([0.5]), None]}
    """
    arrays: list[np.ndarray] = []

    def bare(part: Any) -> Any:
        if isinstance(part, np.ndarray):
            arrays.append(part)
            return {"array": None}
        if isinstance(part, list):
            return [bare(item) for item in part]
        if isinstance(part, dict):
            return {"dict": {key: bare(item) for key, item in part.items()}}
        return part

    header = json.dumps(bare(value), ensure_ascii=False).encode()
    content = io.BytesIO()
    content.write(len(header).to_bytes(8, "little") + header)
    for array in arrays:
        np.save(content, array, allow_pickle=False)
    return content.getvalue()


def load(content: bytes) -> Any:
    """Return what `dump` has made bytes of."""
    file = io.BytesIO(content)
    header = file.read(int.from_bytes(file.read(8), "little"))

    def whole(part: Any) -> Any:
        if isinstance(part, list):
            return [whole(item) for item in part]
        if not isinstance(part, dict):
            return part
        if "array" in part:
            return np.load(file, allow_pickle=False)
        return {key: whole(item) for key, item in part["dict"].items()}

    return whole(json.loads(header))
