"""The zygote: a process inside the outer wall that has imported the libraries and forks checks.

It never reads a request or a result: these go through descriptors that it only hands on, so
nothing of one check is left in the memory that the next one inherits. On its socket it waits for
one word while the course is laid out, then for `run` with four descriptors (request, result,
stdout, stderr), and tells the check's end in JSON: the status and the seconds of processor. What
its children have to say goes to the watcher on a socket of their own.
"""

import contextlib
import gc
import importlib
import json
import os
import random
import socket
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, NoReturn

from common.grading.runner.inside import driver, guard, jit_cache, namespaces, preload, wire
from common.grading.runner.inside.watcher import Watcher

_DESCRIPTORS = 4


def main() -> None:
    """Prepare as the JSON in the first argument says, then serve until the judge is gone."""
    config = json.loads(sys.argv[1])
    os.umask(0o022)
    sys.pycache_prefix = config["cache"]
    os.chmod(config["scratch"], 0o777)  # libraries may keep what they like there; no check sees it
    if os.getuid() == 0:
        namespaces.become(config["user"])
    orders, births = (socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(2))
    if number := namespaces.move_in():
        for _, inside in (orders, births):
            inside.close()
        judge = socket.socket(fileno=0)
        Watcher(judge, orders[0], births[0], config["limits"]).watch(number)
        return
    for outside, _ in (orders, births):
        outside.close()
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)  # the judge is the watcher's alone
    # The frames are written with a copy of json that no library has: any code may change a module.
    for name in [name for name in sys.modules if name.partition(".")[0] == "json"]:
        del sys.modules[name]
    gc.disable()  # imports leave little garbage, and looking for it takes a third of their time
    news = _preload(config["preload"], config["scratch"])
    orders[1].recv(16)  # from now on the course lies there
    for name in list(sys.modules):  # a check must find the course as the student's files make it
        if name.partition(".")[0] in {"common", "tests", *config["packages"]}:
            del sys.modules[name]
    sys.path[0] = config["course"]
    sys.path_importer_cache.clear()
    sys.argv = [""]
    preload.import_starter_code({"common", "tests", *config["packages"]}, config["replaceable"])
    preload.use_torch()
    preload.use_pandas()
    namespaces.prepare()
    guard.prepare()
    _settle_chance()
    gc.collect()
    gc.freeze()
    gc.enable()
    preload.fill_holes()
    preload.make_huge()
    server = Server(orders[1], births[1], config)
    server.tell_ready(news)
    server.serve()


def _settle_chance() -> None:
    """Let every check of every server begin with the same; torch and NumPy ask the system else."""
    random.seed(0)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(0)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)


def _preload(libraries: Collection[str], scratch: str) -> int:
    """Import the libraries; return a descriptor with what they compiled, empty if nothing new."""
    known = jit_cache.unpack(scratch)
    cache, sys.pycache_prefix = sys.pycache_prefix, None  # they come with bytecode of their own
    for name in libraries:
        importlib.import_module(name)
    sys.pycache_prefix = cache
    news = os.memfd_create("compiled")
    found = jit_cache.collect(scratch)
    if found != known:
        with contextlib.suppress(OSError), open(news, "wb", closefd=False) as file:
            file.write(jit_cache.pack(found))
    os.lseek(news, 0, os.SEEK_SET)
    return news


class Server:
    """One check at a time, each in a child of its own."""

    def __init__(
        self, watcher: socket.socket, births: socket.socket, config: dict[str, Any]
    ) -> None:
        self.watcher, self.births, self.config = watcher, births, config
        self.home = os.open("/proc/self/ns/pid", os.O_RDONLY)
        self.facts = {name: Path("/proc", name).read_bytes() for name in ("cpuinfo", "meminfo")}

    def tell_ready(self, news: int) -> None:
        """Say that checks can come, and hand out the code that was compiled anew, if any."""
        socket.send_fds(self.watcher, [b"ready"], [news])
        os.close(news)

    def serve(self) -> None:
        """Run checks until the watcher is gone."""
        while True:
            word, descriptors, _, _ = socket.recv_fds(self.watcher, 16, _DESCRIPTORS)
            if not word:
                return
            if word == b"run":
                self._tell(self._run(descriptors))

    def _tell(self, message: dict[str, Any]) -> None:
        self.watcher.send(json.dumps(message).encode())

    def _run(self, descriptors: list[int]) -> dict[str, Any]:
        try:
            status, usage = namespaces.give_birth(lambda: self._check(descriptors), self.home)
        except OSError as error:
            return {"broken": f"starting a process: {error}"}
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        return {"status": status, "cpu": usage.ru_utime + usage.ru_stime}

    def _check(self, descriptors: list[int]) -> NoReturn:
        births = self.births.fileno()
        try:
            self.watcher.close()
            socket.send_fds(self.births, [b"born"], [os.pidfd_open(os.getpid())])
            request = _read(descriptors[0])
            key = request.pop("key").encode()
            result, births = _arrange(descriptors, births)
            limits, scratch = self.config["limits"], self.config["scratch"]
            namespaces.confine(limits, scratch=scratch, facts=self.facts)
            os.write(births, b"confined")
            os.close(births)
        except BaseException as error:
            os.write(births, repr(error).encode())
            os._exit(1)
        try:
            if request["probe"]:
                begin = self._guarding(
                    lambda what: driver.send(wire.sealed(driver.stopped(what), key), result)
                )
                frame = driver.run_probe(**request, begin=begin)
            else:
                frame = driver.compile_files(self.config["course"], request["inputs"], scratch)
            driver.send(wire.sealed(frame, key), result)
        finally:
            os._exit(1)

    def _guarding(self, stop: Callable[[str], Any]) -> Callable[[], None] | None:
        """Return what keeps a student's code from all of this."""
        if not self.config["guarded"]:
            return None
        course = self.config["course"]
        names = [name.replace(".", "/") for name in self.config["replaceable"]]
        students = [f"{course}/{name}{end}" for name in names for end in (".py", "/__init__.py")]
        trusted = (f"{course}/", f"{os.path.dirname(os.path.dirname(__file__))}/")
        return lambda: guard.begin(students, trusted, stop)


def _read(descriptor: int) -> Any:
    with open(descriptor, "rb") as file:
        return wire.decode(file.read())


def _arrange(descriptors: list[int], births: int) -> tuple[int, int]:
    """Leave open standard input (empty), output, error, the result and the way to report."""
    _, result, out, error = descriptors
    nothing = os.memfd_create("nothing")  # /dev/null would be open from before it is read-only
    spare = [os.dup(descriptor) for descriptor in (nothing, out, error, result, births)]
    for target, descriptor in enumerate(spare):
        os.dup2(descriptor, target + 100, inheritable=True)
    os.closerange(0, 100)
    for target in range(len(spare)):
        os.dup2(target + 100, target, inheritable=target < 3)
    os.closerange(len(spare), 1024)
    return 3, 4


if __name__ == "__main__":
    main()
