"""The secret that a class's inputs are drawn from, so that they can be drawn again on appeal."""

import hmac
import json
import secrets
from hashlib import sha256
from pathlib import Path

import numpy as np

from common.errors import UserError
from common.files import write_bytes
from common.grading.exercise.specification import Check, ExerciseSpec, Inputs
from common.grading.submissions.submission import Submission

SECRET = "secret"
_LEAST = 16


def load_secret(folder: Path, file: Path | None = None) -> bytes:
    """Return the secret that the inputs are drawn from: a file's, or the folder's own.

    The folder's own is made when it is not there yet; only its owner can read it.
    """
    path = file or folder / SECRET
    if file is None and not path.exists():
        write_bytes(path, f"{secrets.token_hex(32)}\n".encode(), durable=True, mode=0o600)
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise UserError(
            f"{path}: the secret cannot be read: {error.strerror}",
            f"{path}: секрет не читается: {error.strerror}",
        ) from None
    if len(secret) < _LEAST:
        raise UserError(
            f"{path}: a secret of {_LEAST} characters or more is expected",
            f"{path}: секрет должен быть не короче {_LEAST} знаков",
        )
    return secret


def known_secret(known: str | None, folder: Path, file: Path | None) -> bytes:
    """Return the secret; raise UserError where it is not the one that grades were made with.

    known: the fingerprint of the secret that the gradebook in `folder` was made with, if any.
    """
    if known and file is None and not (folder / SECRET).exists():
        raise UserError(
            f"{folder / SECRET}: is missing, and the grades were made with it; put it back, or "
            "name it with --secret",
            f"{folder / SECRET}: нет файла, из которого составлены проверки; верните его или "
            "назовите: --secret",
        )
    secret = load_secret(folder, file)
    if known and known != fingerprint(secret):
        raise UserError(
            f"{file or folder / SECRET}: another secret than the grades in {folder} were made with",
            f"{file or folder / SECRET}: не тот секрет, из которого составлены проверки в {folder}",
        )
    return secret


def fingerprint(secret: bytes) -> str:
    """Return what tells a secret from another, and does not tell the secret.

    >>> fingerprint(b"of the teacher!!") == fingerprint(b"of another class")
    False
    """
    return hmac.digest(secret, b"fingerprint", "sha256").hex()[:16]


def draw(secret: bytes, submission: Submission, exercise: ExerciseSpec, check: Check) -> Inputs:
    """Draw the inputs of a check: each time the same for this submission, and for no other.

    Not for all of a student's: the feedback shows inputs, which the next one could know by heart.
    """
    names = [submission.student, submission.sha256, exercise.exercise, check.name]
    seed = int.from_bytes(hmac.digest(secret, json.dumps(names).encode(), sha256))
    return check.inputs(np.random.default_rng(seed))
