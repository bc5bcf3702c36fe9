"""Channel by channel, the height before the width."""

import cv2
import numpy as np


def one_side(layer, size, *, nearest):
    if nearest:
        method = cv2.INTER_NEAREST_EXACT
    else:
        method = cv2.INTER_AREA if size < layer.shape[0] else cv2.INTER_LINEAR
    return cv2.resize(layer, (layer.shape[1], size), interpolation=method)


def resize(array, size, *, nearest=False):
    flat = array.reshape(*array.shape[:2], -1)
    layers = []
    for k in range(flat.shape[2]):
        tall = one_side(np.ascontiguousarray(flat[..., k]), size[0], nearest=nearest)
        wide = one_side(np.ascontiguousarray(tall.T), size[1], nearest=nearest)
        layers.append(wide.T)
    return np.stack(layers, axis=2).reshape(*size, *array.shape[2:]).copy()
