"""With NumPy, but for the reading."""

import numpy as np

from vision.images import WIDE


def to_rgb(image):
    way = image.getexif().get(0x0112, 1)
    if image.mode in WIDE:
        grey = np.asarray(image).astype(np.float64) * (255 if image.mode == "F" else 1 / 257)
        colours = np.stack([grey] * 3, axis=2)
    elif image.has_transparency_data:
        layers = np.asarray(image.convert("RGBA"), np.float64)
        colours = layers[..., :3] * layers[..., 3:] / 255
    else:
        colours = np.asarray(image.convert("RGB"))
    seen = np.floor(colours + 0.5).astype(np.uint8)
    if way >= 5:
        seen = seen.transpose(1, 0, 2)
    if way in (3, 4, 7, 8):
        seen = seen[::-1]
    if way in (2, 3, 6, 7):
        seen = seen[:, ::-1]
    return seen
