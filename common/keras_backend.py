"""Keras on PyTorch, for the losses of `*/keras_loss.py`: the backend is chosen before the import.

Keras reads the variable KERAS_BACKEND once, when it is first imported, and takes TensorFlow where
it says nothing. Whoever needs Keras writes

    from common.keras_backend import keras
"""

import os
import sys

from common.errors import UserError

if "keras" not in sys.modules:
    os.environ["KERAS_BACKEND"] = "torch"

try:
    import keras
except ModuleNotFoundError as error:
    if error.name != "keras":
        raise
    raise UserError(
        'Keras is not installed; what brings it: python -m pip install "stickshift[keras]"'
    ) from None

if keras.backend.backend() != "torch":
    raise UserError(
        f"Keras was imported before with the backend {keras.backend.backend()!r}; "
        "set KERAS_BACKEND=torch before Python starts"
    )

__all__ = ["keras"]
