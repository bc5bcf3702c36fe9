"""A mistake is named only where it alone explains the answers to all cases of a check."""

import numpy as np
import pytest

from common.grading.exercise.expectations import BROADCAST, DETACHED
from common.grading.exercise.specification import Wrong
from common.grading.runner.loop import check_here
from common.grading.sanitize import in_short
from common.i18n import Mistake, Text
from tests.common.grading.exercise.test_solutions import (
    GRADED,
    folder_of,
    lines,
    owner_of,
    put_in_place,
)
from tests.graded.cases import judged

PAIRS = "vision.metrics.match_objects"
MIXED = "audio.mixing.mixed"
WEIGHTS, POOLING = (f"text.model.AttentionPooling.{name}" for name in ("weights", "forward"))
WORDS = "text.morphology.Morphology.analyse"
COST = "text.loss.ExpectedCostLoss.per_example"
MASK = "audio.model.MaskNetwork.apply_mask"


@pytest.mark.parametrize(
    ("exercise", "solution", "check", "kind"),
    [
        (PAIRS, "wrong_dice", "half", "dice"),
        (PAIRS, "wrong_dice", "some", None),  # all areas are alike there: it may be any mean
        (PAIRS, "wrong_first_only", "blob", "first-only"),
        (PAIRS, "wrong_larger_area", "half", "share-of-larger"),
        (PAIRS, "wrong_by_second", "some", "by-second"),
        (MIXED, "wrong_floor_added", "silences", "floor-added"),
        (MIXED, "wrong_by_heart", "silences", None),
        ("vision.geometry.resize", "wrong_cut_off", "smaller", "cut-off"),
        ("vision.geometry.resize", "wrong_rounded_up", "smaller", None),
        ("vision.images.to_rgb", "wrong_turned_after_wide", "turned-kinds", "turned-too-late"),
        ("vision.images.to_rgb", "wrong_alpha_truncated", "half-seen", "alpha-cut"),
        ("vision.images.to_rgb", "wrong_rounded_at_a_quarter", "sixteen", None),
        ("vision.model.UNet.forward", "wrong_eval", "training", "mode"),
        ("audio.features.loudness", "wrong_bin_0", "steady", "bin-0"),
        (WEIGHTS, "wrong_nan_in_padding", "anything", "padding-comes-back"),
        (WEIGHTS, "wrong_infinity", "anything", "empty-text"),
        (WEIGHTS, "wrong_zero_scores", "padded", "score-of-zero"),
        (POOLING, "wrong_nan_in_padding", "anything", "padding-comes-back"),
        (POOLING, "wrong_attention_of_heads", "square", None),  # as many heads as tokens there
        (COST, "wrong_of_answers", "square", None),  # and as many classes as examples
        (COST, "wrong_of_pairs", "square", BROADCAST.kind),
        (WORDS, "wrong_initials", "lengths", "initial"),
        (WORDS, "wrong_initials_and_uncut", "lengths", None),
        (WORDS, "wrong_kept_as_written", "repeated", "kept-as-written"),
        (WORDS, "wrong_not_kept", "repeated", "not-kept"),
        (MASK, "wrong_logits_detached", "gradient", DETACHED.kind),
        (MASK, "wrong_tail_detached", "gradient", DETACHED.kind),
    ],
)
def test_a_mistake_is_named_where_it_explains_everything(
    exercise, solution, check, kind, monkeypatch
):
    graded = GRADED[exercise]
    put_in_place(monkeypatch, graded, folder_of(graded) / f"{solution}.py")
    (one,) = (one for one in graded.checks if one.name == check)
    found = check_here(graded, one, seed=0)
    assert not found.passed
    assert (found.mistake.kind if found.mistake else None) == kind
    assert found.given.count("\n") <= 2


DOUBLED, SQUARED = Mistake("doubled", "twice", "вдвое"), Mistake("squared", "square", "квадрат")


def kind_of(answers):
    """The mistake that is named for answers where each case is to be returned as it is."""

    def judge(case, answer):
        if answer != case:
            raise Wrong(Text("wrong", "неверно"))

    check = judged(
        judge,
        lambda case: [(DOUBLED, [2 * case[0]]), (SQUARED, [case[0] ** 2])],
        right=lambda case: case,
        agrees=lambda case, answer, known: answer == known,
    )
    with pytest.raises(Wrong, match="wrong") as caught:
        check({"cases": [[0], [2], [3]]}, answers)
    return caught.value.mistake


def test_two_mistakes_that_come_to_the_same_are_told_apart_by_another_case():
    assert kind_of([[0], [4], [6]]) == DOUBLED
    assert kind_of([[0], [4], [9]]) == SQUARED


def test_no_mistake_is_named_that_one_case_speaks_against():
    assert kind_of([[0], [4], [3]]) is None
    assert kind_of([[1], [4], [6]]) is None


@pytest.mark.parametrize("exercise", [e for e in GRADED if e.startswith(("audio.", "vision."))])
def test_an_error_is_shown_with_the_case_that_it_came_from(exercise, monkeypatch):
    graded = GRADED[exercise]
    owner, name = owner_of(graded)
    right, calls = getattr(owner, name), []

    def breaks(*given, **named):
        calls.append(given)
        if len(calls) == 3:
            raise ValueError("no")
        return right(*given, **named)

    monkeypatch.setattr(owner, name, breaks)
    check = graded.checks[0]
    found = check_here(graded, check, seed=0)
    third = check.inputs(np.random.default_rng(0))["cases"][2]
    assert found.failure == "raised"
    assert found.given == in_short(third)
    assert lines(found.given) <= 3
