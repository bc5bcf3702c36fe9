"""The names that the commands offer are the functions that there are."""

from common.activations import FUNCTIONS
from common.settings import ACTIVATIONS


def test_every_name_that_is_offered_is_a_function_and_none_is_hidden():
    assert tuple(FUNCTIONS) == ACTIVATIONS
