"""Pastes onto black by the alpha channel, and turns at the end."""

import numpy as np
from PIL import Image, ImageOps

from vision.images import WIDE


def to_rgb(image):
    exif = image.getexif()
    if image.mode == "F":
        flat = Image.fromarray((np.asarray(image) * 255 + 0.5).astype(np.uint8))
    elif image.mode in WIDE:
        whole = np.asarray(image).astype(np.int64)
        flat = Image.fromarray(((whole + 128) // 257).astype(np.uint8))
    else:
        layer = image.convert("RGBA")
        flat = Image.new("RGB", image.size)
        flat.paste(layer, mask=layer.getchannel("A"))
    flat = flat.convert("RGB")
    flat.getexif()[0x0112] = exif.get(0x0112, 1)
    return np.asarray(ImageOps.exif_transpose(flat))
