"""The usual line of tutorials."""

import numpy as np
from PIL import ImageOps


def as_seen(image):
    return np.array(ImageOps.exif_transpose(image).convert("RGB"))
