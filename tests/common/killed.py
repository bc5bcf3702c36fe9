"""A training by a command that dies as a killed process does, with one checkpoint behind it."""

import signal
import subprocess
import sys

from common.discovery import ROOT

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
    command = [sys.executable, "-c", _SCRIPT, package, "train", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
