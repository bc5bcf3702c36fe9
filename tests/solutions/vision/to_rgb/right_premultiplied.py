"""Pillow's own colours times alpha, after a turn by hand."""

import numpy as np

from vision.images import WIDE

TURNS = {1: (0, 0), 2: (0, 1), 3: (2, 0), 4: (2, 1), 5: (3, 1), 6: (3, 0), 7: (1, 1), 8: (1, 0)}


def to_rgb(image):
    note = image.getexif().get(0x0112, 1)
    if image.mode in WIDE:
        grey = np.asarray(image).astype(np.float64) / (1 if image.mode == "F" else 65535)
        seen = np.repeat((grey * 255).round().astype(np.uint8)[..., None], 3, axis=-1)
    elif image.has_transparency_data:
        seen = np.asarray(image.convert("RGBA").convert("RGBa"))[..., :3]
    else:
        seen = np.asarray(image.convert("RGB"))
    quarters, mirrored = TURNS[note]
    seen = np.rot90(seen, quarters)
    return seen[:, ::-1] if mirrored else seen
