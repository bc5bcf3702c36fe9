"""Lets a judge of one case judge many: the first that is wrong is told, and the others look at why.

The judge names mistakes with the helpers of `expectations`, which note what each answer fits. A
mistake is told only where it fits the answers to all cases, the right ones too: one that fits a
single case by chance would send a student the wrong way.
"""

from collections.abc import Callable
from typing import Any

from common.grading.exercise.expectations import NOTED
from common.grading.exercise.specification import Inputs, Wrong
from common.i18n import Mistake


def each(judge: Callable[[Any, Any], None]) -> Callable[[Inputs, Any], None]:
    """Return what judges {"cases": […]} and a list of as many answers."""

    def judge_all(inputs: Inputs, output: Any) -> None:
        noted: list[dict[Mistake, bool]] = []
        token, first, likely = NOTED.set(noted), None, list[Mistake]()
        try:
            pairs = zip(inputs["cases"], output, strict=True)
            for number, (case, answer) in enumerate(pairs):
                try:
                    judge(case, answer)
                except Wrong as wrong:
                    if first is None:
                        first, likely = wrong, _likely(wrong, noted)
                        first.case = number
                except Exception:  # an answer of another form; what was found before tells more
                    if first is None:
                        raise
                    break
        finally:
            NOTED.reset(token)
        if first is not None:
            agree = [m for m in likely if all(notes.get(m, True) for notes in noted)]
            first.mistake = agree[0] if agree else None
            raise first

    return judge_all


def _likely(wrong: Wrong, noted: list[dict[Mistake, bool]]) -> list[Mistake]:
    """The mistake that was named, and the others that fit the answer where it went wrong."""
    if wrong.mistake is None:
        return []
    others = [mistake for mistake, fits in noted[-1].items() if fits] if noted else []
    return [wrong.mistake, *(m for m in others if m != wrong.mistake and wrong.mistake in others)]
