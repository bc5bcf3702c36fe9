"""Largest."""


def score_of_target(scores, target):
    return scores.amax(1) + 0 * target
