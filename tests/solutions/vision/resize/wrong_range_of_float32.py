"""Computes in float32 what float64 alone can hold."""

import cv2
import numpy as np


def resize(array, size, *, nearest=False):
    if array.shape[:2] == tuple(size):
        return array.copy()
    h, w = size
    if nearest:
        r = np.floor((np.arange(h) + 0.5) * array.shape[0] / h).astype(int)
        c = np.floor((np.arange(w) + 0.5) * array.shape[1] / w).astype(int)
        return array[r][:, c]
    layers = array.astype(np.float32).reshape(*array.shape[:2], -1)
    parts = []
    for k in range(layers.shape[2]):
        p = cv2.resize(
            layers[..., k],
            (min(w, array.shape[1]), min(h, array.shape[0])),
            interpolation=cv2.INTER_AREA,
        )
        parts.append(cv2.resize(p, (w, h), interpolation=cv2.INTER_LINEAR))
    out = np.stack(parts, 2).reshape(h, w, *array.shape[2:])
    return (out + 0.5).astype(array.dtype) if array.dtype == np.uint8 else out.astype(array.dtype)
