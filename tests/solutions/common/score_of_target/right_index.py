"""Index."""

import torch


def score_of_target(scores, target):
    return scores[torch.arange(len(target)), target]
