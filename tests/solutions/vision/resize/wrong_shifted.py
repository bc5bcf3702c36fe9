"""The nearest by the corner."""

import cv2
import numpy as np


def resize(array, size, *, nearest=False):
    height, width = size
    if nearest:
        method = cv2.INTER_NEAREST
    elif height < array.shape[0] or width < array.shape[1]:
        method = cv2.INTER_AREA
    else:
        method = cv2.INTER_LINEAR
    layers = array.reshape(*array.shape[:2], -1)
    new = [
        cv2.resize(layers[..., k].copy(), (width, height), interpolation=method)
        for k in range(layers.shape[2])
    ]
    return np.stack(new, axis=2).reshape(height, width, *array.shape[2:])
