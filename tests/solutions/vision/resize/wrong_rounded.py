"""Rounds to the third digit behind the point."""

import cv2
import numpy as np


def resize(array, size, *, nearest=False):
    if array.shape[:2] == tuple(size):
        return array.copy()
    mode = cv2.INTER_NEAREST_EXACT
    layers = array.reshape(*array.shape[:2], -1)
    steps = (
        [(size, mode)]
        if nearest
        else [
            ((min(array.shape[0], size[0]), min(array.shape[1], size[1])), cv2.INTER_AREA),
            (size, cv2.INTER_LINEAR),
        ]
    )
    parts = [np.ascontiguousarray(layers[..., k]) for k in range(layers.shape[2])]
    for (h, w), m in steps:
        parts = [cv2.resize(p, (w, h), interpolation=m) for p in parts]
    return np.stack(parts, 2).reshape(*size, *array.shape[2:]).round(3).astype(array.dtype)
