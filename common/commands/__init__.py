"""What the commands of every domain do: some train, the others work with a run that is there."""

from common.commands.runs import evaluate, export, of_domain, predict, serve
from common.commands.training import autopilot, compare, demo, lesson, train

__all__ = [
    "autopilot",
    "compare",
    "demo",
    "evaluate",
    "export",
    "lesson",
    "of_domain",
    "predict",
    "serve",
    "train",
]
