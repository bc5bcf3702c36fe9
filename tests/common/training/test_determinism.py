"""PyTorch's flags are the whole process's, and put back."""

import torch

from common.training.determinism import reproducible


def test_trainings_of_two_threads_leave_pytorchs_flags_as_they_were_in_whatever_order_they_end():
    first, second = (reproducible(torch.device("cpu"), deterministic=True) for _ in range(2))
    for training in (first, second):
        training.__enter__()
    first.__exit__(None, None, None)
    assert torch.are_deterministic_algorithms_enabled()  # for the second
    second.__exit__(None, None, None)
    assert not torch.are_deterministic_algorithms_enabled()
    assert torch.utils.deterministic.fill_uninitialized_memory
