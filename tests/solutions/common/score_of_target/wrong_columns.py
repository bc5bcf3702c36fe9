"""Columns."""


def score_of_target(scores, target):
    return scores[:, target]
