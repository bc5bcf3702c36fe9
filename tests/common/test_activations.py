"""The names that the commands offer are the functions that there are: one list says both."""

import subprocess
import sys

import pytest
import torch

from common.activations import ACTIVATIONS, activation_function
from common.errors import UserError
from common.settings import Settings
from tests.common import forked

ADDED = """
import common.activations
common.activations.ACTIVATIONS += ("softsign",)
from audio.settings import AudioSettings
from tabular.settings import TabularSettings
from text.settings import TextSettings
from vision.settings import VisionSettings
for settings in (AudioSettings, TabularSettings, TextSettings, VisionSettings):
    assert settings(activation="softsign").activation == "softsign"
import sys
assert "torch" not in sys.modules
"""
FUNCTION = """
import common.activations
common.activations.ACTIVATIONS += ("softsign",)
import torch
function = common.activations.activation_function("softsign")
assert function(torch.tensor([1.0])).tolist() == [0.5]
"""


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_name_that_is_offered_is_a_function(name):
    assert Settings(activation=name).activation == name
    x = torch.linspace(-2, 2, 5)
    assert activation_function(name)(x).shape == x.shape


def test_a_name_that_is_added_to_the_list_is_offered_by_every_domain():
    subprocess.run([sys.executable, "-c", ADDED], check=True)
    done = forked.python("-c", FUNCTION)
    assert done.returncode == 0, done.stderr


def test_a_name_that_is_not_there_is_refused():
    with pytest.raises(UserError, match="did you mean 'relu'"):
        activation_function("rellu")
