"""Computes with real numbers and cuts off what is behind the point."""

import cv2
import numpy as np


def resize(array, size, *, nearest=False):
    height, width = size
    steps = [(size, cv2.INTER_NEAREST_EXACT)]
    if not nearest:
        smaller = (min(array.shape[0], height), min(array.shape[1], width))
        steps = [(smaller, cv2.INTER_AREA), (size, cv2.INTER_LINEAR)]
    flat = array.reshape(*array.shape[:2], -1)
    kind = np.float32 if nearest else np.result_type(array, np.float32)
    layers = []
    for k in range(flat.shape[2]):
        layer = np.ascontiguousarray(flat[..., k]).astype(kind)
        for (rows, columns), method in steps:
            layer = cv2.resize(layer, (columns, rows), interpolation=method)
        layers.append(layer.astype(array.dtype))
    return np.stack(layers, axis=2).reshape(height, width, *array.shape[2:]).copy()
