"""An axis of length one is dropped."""

import cv2


def resize(array, size, *, nearest=False):
    height, width = size
    if nearest:
        method = cv2.INTER_NEAREST_EXACT
    elif height < array.shape[0] or width < array.shape[1]:
        method = cv2.INTER_AREA
    else:
        method = cv2.INTER_LINEAR
    return cv2.resize(array.copy("C"), (width, height), interpolation=method)
