"""The drawn cases of the student edition, and what the oracles say of each: made once, at release.

Each check is drawn a few times, the library's own functions answer, and the judges look at the
answers as they look at a student's; what they ask the oracles meanwhile is what they will ask in
the edition, for they ask the same whatever the answer is. So an edition whose own solutions would
be refused is never made.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from common.errors import UserError
from common.grading.exercise.oracle import FOLDER, Said, noting
from common.grading.exercise.specification import Check, ExerciseSpec, Inputs, Wrong
from common.grading.exercise.stored_answers import dump
from common.grading.runner.inside.wire import decode, encode
from common.grading.runner.loop import run_here

DRAWS = 5
ENOUGH = 200_000
"""Bytes of a check's draws, beyond which it gets no other one; a draw has ten cases and more."""
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the same repository gives the same bytes


def answers_of(exercises: Iterable[ExerciseSpec]) -> dict[str, bytes]:
    """Return the files of the edition with draws and answers, by their names.

    Raises UserError where the library's own function fails a check.
    """
    files = {}
    for spec in exercises:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for check in spec.checks:
                for part, value in zip(("draws", "said"), _recorded(spec, check), strict=True):
                    name = zipfile.ZipInfo(f"{check.name}.{part}", _MOMENT)
                    archive.writestr(name, dump(value), zipfile.ZIP_DEFLATED, 6)
        files[f"{FOLDER}/{spec.exercise}.zip"] = content.getvalue()
    return files


def _recorded(spec: ExerciseSpec, check: Check) -> tuple[Any, Any]:
    """Return the draws of a check, and all that oracles say of them."""
    draws: list[Inputs] = []
    said: Said = {}
    size = 0
    while len(draws) < DRAWS and size < ENOUGH:
        inputs = check.inputs(np.random.default_rng(len(draws)))
        frame = encode(inputs)
        plain: Any = decode(frame)
        draws.append(plain)
        said |= _said_of(spec, check, draws[-1])
        size += len(frame)
    return _without_repeats(draws), [[*key, said[key]] for key in sorted(said)]


def _said_of(spec: ExerciseSpec, check: Check, inputs: Inputs) -> Said:
    outcome = run_here(spec.place, check.probe, inputs)
    with noting() as said, np.errstate(all="ignore"):
        try:
            check.judge(inputs, outcome.output)
        except Wrong as wrong:
            raise UserError(f"{spec.exercise}, {check.name}: {wrong.what.en}") from None
    return said


def _without_repeats(draws: Sequence[Inputs]) -> dict[str, Any]:
    """Return the draws with each case once: those that are always there are in every draw."""
    if not all(draw.keys() == {"cases"} for draw in draws):
        return {"whole": [*draws]}
    places: dict[bytes, int] = {}
    cases: list[Any] = []
    for case in (case for draw in draws for case in draw["cases"]):
        if places.setdefault(encode(case), len(places)) == len(cases):
            cases.append(case)
    return {
        "cases": cases,
        "draws": [[places[encode(case)] for case in draw["cases"]] for draw in draws],
    }
