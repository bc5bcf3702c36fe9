"""Kept."""


def score_of_target(scores, target):
    return scores.gather(1, target[:, None])
