"""Small things from the air: from pictures with masks to what was found where.

Three lines do what the commands do:

    import vision
    model = vision.fit("images", "masks")
    model.predict("new.jpg").objects
"""

from common.api import lazily

__all__ = ["PictureSource", "Predictor", "VisionSettings", "autopilot", "fit", "load"]

__getattr__ = lazily(__name__)
