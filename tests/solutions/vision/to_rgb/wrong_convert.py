"""The usual line of tutorials."""

import numpy as np
from PIL import ImageOps


def to_rgb(image):
    return np.array(ImageOps.exif_transpose(image).convert("RGB"))
