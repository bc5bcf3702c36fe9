"""Several commands in one process of its own."""

import json
import os

from tests.common import forked

_RUN = """
import importlib, json, sys
from common import cli
for module, code, *words in json.loads(sys.argv[1]):
    print("== " + module, flush=True)
    room = importlib.import_module(module + ".__main__")
    came = room.main(words) if module == "common" else cli.main(room.DOMAIN, words)
    assert came == code, (module, words, came)
"""


def run_all(folder, *commands, **variables):
    """Run what `python -m MODULE WORDS` runs, for each (MODULE, exit code, *WORDS), in `folder`.

    Returns what each of them printed, and what all of them said of mistakes.
    """
    words = json.dumps([list(map(_plain, one)) for one in commands])
    done = forked.python(
        "-c", _RUN, words, folder=folder, environment=environment(folder, **variables)
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return [part.partition("\n")[2] for part in done.stdout.split("== ")[1:]], done.stderr


def environment(folder, **variables):
    """Return the variables of a process that imports the code of a folder."""
    named = {"PYTHONPATH": str(folder), "PYTHONIOENCODING": "utf-8", "LANG": "C", "LC_ALL": "C"}
    return {**os.environ, **named, **variables}


def _plain(word):
    return word if isinstance(word, int) else str(word)
