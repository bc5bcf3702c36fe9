"""One side after the other."""

import cv2
import numpy as np


def resize(array, size, *, nearest=False):
    flat = array.reshape(array.shape[0], array.shape[1], -1)
    out = np.empty((*size, flat.shape[2]), array.dtype)
    for k in range(flat.shape[2]):
        layer = flat[:, :, k].astype(np.float64, order="C")
        for axis in (0, 1):
            rows, columns = layer.shape
            goal = [rows, columns]
            goal[axis] = size[axis]
            if goal == [rows, columns]:
                continue
            way = cv2.INTER_AREA if goal[axis] < layer.shape[axis] else cv2.INTER_LINEAR
            way = cv2.INTER_NEAREST_EXACT if nearest else way
            layer = cv2.resize(layer, tuple(goal[::-1]), interpolation=way)
        out[..., k] = np.rint(layer) if array.dtype == np.uint8 else layer
    return out.reshape(*size, *array.shape[2:])
