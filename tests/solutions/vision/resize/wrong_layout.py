"""Hands OpenCV the memory as it lies."""

import cv2


def resize(array, size, *, nearest=False):
    height, width = size
    if nearest:
        method = cv2.INTER_NEAREST_EXACT
    elif height < array.shape[0] or width < array.shape[1]:
        method = cv2.INTER_AREA
    else:
        method = cv2.INTER_LINEAR
    new = cv2.resize(array, (width, height), interpolation=method)
    return new.reshape(height, width, *array.shape[2:])
