"""Takes the nearest pixel of numbers that were made float32 before."""

import cv2
import numpy as np


def resize(array, size, *, nearest=False):
    height, width = size
    steps = [(size, cv2.INTER_NEAREST_EXACT)]
    if not nearest:
        smaller = (min(array.shape[0], height), min(array.shape[1], width))
        steps = [(smaller, cv2.INTER_AREA), (size, cv2.INTER_LINEAR)]
    flat = array.reshape(*array.shape[:2], -1)
    layers = []
    for k in range(flat.shape[2]):
        layer = np.ascontiguousarray(flat[..., k], np.float32)
        for (rows, columns), method in steps:
            layer = cv2.resize(layer, (columns, rows), interpolation=method)
        layers.append(layer)
    answer = np.stack(layers, axis=2).reshape(height, width, *array.shape[2:])
    return (np.rint(answer) if array.dtype == np.uint8 else answer).astype(array.dtype)
