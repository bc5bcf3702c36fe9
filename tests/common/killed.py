"""A training by a command that dies as a killed process does, with one checkpoint behind it."""

import signal

from tests.common import forked

_SCRIPT = """
import os, signal, sys
from importlib import import_module
from common.cli import main
from common.training.checkpoint import Checkpoint

save = Checkpoint.save

def save_and_die(*words):
    save(*words)
    os.kill(os.getpid(), signal.SIGKILL)

Checkpoint.save = save_and_die
main(import_module(sys.argv[1] + ".__main__").DOMAIN, sys.argv[2:])
"""


def train_and_be_killed(package, *words):
    """Run `python -m PACKAGE train WORDS` until its first checkpoint is written, after a step."""
    done = forked.python("-c", _SCRIPT, package, "train", *words)
    assert done.returncode == -signal.SIGKILL, done.stderr
