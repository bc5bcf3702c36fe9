"""Small things from the air: from pictures with masks to what was found where.

Three lines do what the commands do:

    import vision
    finder = vision.fit("images", "masks")
    finder.find("new.jpg")
"""

from typing import Any

__all__ = ["Finder", "PictureSource", "VisionSettings", "fit", "load"]


def __getattr__(name: str) -> Any:
    # Only when asked for: `python -m vision --help` passes here too, and needs no torch.
    if name in __all__:
        from vision import finder

        return getattr(finder, name)
    raise AttributeError(f"module 'vision' has no attribute {name!r}")
