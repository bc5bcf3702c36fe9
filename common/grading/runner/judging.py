"""One check of one submission: its secret inputs, the run in the sandbox, the verdict."""

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from common.errors import UserError
from common.files import write_bytes
from common.grading.exercise.specification import (
    STRANGE,
    Check,
    CheckResult,
    ExerciseSpec,
    Inputs,
    judge,
)
from common.grading.gradebook.grades import CheckGrade
from common.grading.gradebook.work import Work
from common.grading.runner.outcome import Outcome
from common.grading.runner.sandbox import Sandbox
from common.grading.sanitize import sanitize
from common.i18n import Mistake, Text

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
        raise UserError(f"{path}: the secret cannot be read: {error.strerror}") from None
    if len(secret) < _LEAST:
        raise UserError(f"{path}: a secret of {_LEAST} characters or more is expected")
    return secret


def fingerprint(secret: bytes) -> str:
    """Return what tells a secret from another, and does not tell the secret.

    >>> fingerprint(b"of the teacher!!") == fingerprint(b"of another class")
    False
    """
    return hmac.digest(secret, b"fingerprint", "sha256").hex()[:16]


def draw(secret: bytes, work: Work, exercise: ExerciseSpec, check: Check) -> Inputs:
    """Draw the inputs of a check: each time the same for this submission, and for no other.

    Not for all of a student's: the feedback shows inputs, which the next one could know by heart.
    """
    words = json.dumps([work.student, work.submission, exercise.exercise, check.name]).encode()
    seed = int.from_bytes(hmac.digest(secret, words, sha256))
    return check.inputs(np.random.default_rng(seed))


def run_check(
    sandbox: Sandbox,
    files: Mapping[str, bytes],
    exercise: ExerciseSpec,
    check: Check,
    inputs: Inputs,
) -> tuple[CheckGrade, Outcome]:
    """Run one check of a submission and judge what came back."""
    outcome = sandbox.run(files, exercise.place, check.probe, inputs)
    failure = outcome.failure
    answer = [failure.kind, failure.details] if failure else ["output", outcome.output]
    with np.errstate(all="ignore"):  # strange numbers are the judge's daily bread
        try:
            verdict = judge(check, inputs, answer)
        except Exception:  # not even its form could be told
            verdict = CheckResult(check.name, check.about, False, STRANGE)
    verdict = replace(
        verdict,
        what=Text(*map(sanitize, verdict.what)),
        mistake=verdict.mistake and Mistake(*map(sanitize, verdict.mistake)),
        **{name: sanitize(getattr(verdict, name)) for name in ("given", "actual", "expected")},
    )
    if verdict.passed or verdict.empty:
        kind = "empty" if verdict.empty else ""
    else:
        kind = failure.kind if failure else "wrong"
    printed = sanitize(outcome.stdout + outcome.stderr)
    return CheckGrade(verdict, kind, printed), outcome
