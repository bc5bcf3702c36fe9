"""The toy domain's commands, as torchrun starts them; at first rank 1 is killed in the middle."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

from common import cli
from common.domain import Domain
from tests.common.toy import ToySettings, ToySource

DOMAIN = Domain("toy", "A line.", "tests.common.toy", ToySource, ToySettings, ("mse",))


def die_after(checkpoint: Path) -> None:
    while not checkpoint.exists():
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    if (os.environ["RANK"], os.environ["TORCHELASTIC_RESTART_COUNT"]) == ("1", "0"):
        out = Path(sys.argv[sys.argv.index("--out") + 1])
        checkpoint = out.with_name(out.name + ".unfinished") / "checkpoint.safetensors"
        threading.Thread(target=die_after, args=[checkpoint], daemon=True).start()
    if code := cli.main(DOMAIN):  # to be returned from is how a rank says that it is done
        sys.exit(code)
