"""The user's cache folder: what can be fetched or made again."""

import os
from pathlib import Path

import platformdirs

from common.errors import UserError

VARIABLE = "STICKSHIFT_CACHE"


def cache_folder() -> Path:
    """Return the user's cache folder; the environment variable STICKSHIFT_CACHE overrides it.

    Raises UserError where the variable speaks of a user's home that cannot be found.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        try:
            return Path(named).expanduser()
        except RuntimeError:
            raise UserError(f"{VARIABLE} is {named}, and there is no such home") from None
    return platformdirs.user_cache_path("stickshift", appauthor=False)
