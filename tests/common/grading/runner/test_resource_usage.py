"""What the processes of a check use together, counted beside a server that holds much itself."""

import os
import signal
import subprocess
import sys

import pytest

if sys.platform != "linux":
    pytest.skip("the sandbox needs Linux", allow_module_level=True)

from common.discovery import ROOT
from common.grading.runner.inside.resource_usage import ResourceUsage, memory_of

MB = 2**20


def child_that_takes(megabytes):
    """Begin a process that fills so much memory, and wait until it has."""
    done, tell = os.pipe()
    process = os.fork()
    if process == 0:
        kept = bytearray(os.urandom(MB) * megabytes)
        os.write(tell, b"x")
        signal.pause()
        os._exit(len(kept))
    os.close(tell)
    assert os.read(done, 1) == b"x"
    os.close(done)
    return process


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_what_children_share_with_the_server_is_not_taken_off_what_they_took_themselves():
    """In a process of its own: of what a worker has run before, a child may copy pages."""
    script = f"from {__name__} import look; look()"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


def look():
    held = bytearray(os.urandom(MB) * 200)
    mine, known = str(os.getpid()), frozenset(os.listdir("/proc"))
    own = memory_of(mine)
    assert own > len(held)
    children = [child_that_takes(40) for _ in range(2)]
    try:
        said = {}
        for most in (70, 110):
            limits = {"memory": most * MB, "cpu_seconds": 1000}
            trusted = known | set(os.listdir("/proc")) - {str(child) for child in children}
            said[most] = ResourceUsage(trusted, mine, own, limits).over()
        assert said == {70: "memory", 110: ""}
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
