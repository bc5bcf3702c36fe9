"""Makes it larger first, smaller afterwards, in real numbers."""

import cv2
import numpy as np


def resize(array, size, *, nearest=False):
    height, width = size
    if array.shape[:2] == (height, width):
        return array.copy()
    steps = [(size, cv2.INTER_NEAREST_EXACT)]
    if not nearest:
        larger = (max(array.shape[0], height), max(array.shape[1], width))
        steps = [(larger, cv2.INTER_LINEAR), (size, cv2.INTER_AREA)]
    flat = array.reshape(*array.shape[:2], -1)
    layers = []
    for k in range(flat.shape[2]):
        layer = np.ascontiguousarray(flat[..., k]).astype(float)
        for (rows, columns), method in steps:
            layer = cv2.resize(layer, (columns, rows), interpolation=method)
        layers.append(layer)
    new = np.stack(layers, axis=2).reshape(height, width, *array.shape[2:])
    return (np.rint(new) if array.dtype == np.uint8 else new).astype(array.dtype)
