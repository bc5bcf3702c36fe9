"""A server in a process of its own, and clients that ask it one after the other."""

import os
import socket
import subprocess
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

import psutil

from served.domains import Body

ROOT = Path(__file__).parents[2]


class Server:
    """A server in a process of its own, ended with all that it started."""

    def __init__(self, name: str, words: list[str], port: int, path: str) -> None:
        self.name, self.port, self.path = name, port, path
        found = os.pathsep.join(map(str, (ROOT, ROOT / "benchmarks")))
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": found}
        self.process = subprocess.Popen(
            words,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait(self, body: Body) -> Body:
        """Wait until it answers; return what it says."""
        for _ in range(1500):
            try:
                return self.ask(HTTPConnection("127.0.0.1", self.port, timeout=60), body)
            except (OSError, ValueError) as error:
                said = error
                time.sleep(0.2)
        raise SystemExit(f"{self.name} does not answer: {said}")

    def ask(self, connection: HTTPConnection, body: Body) -> Body:
        connection.request("POST", self.path, body.content, {"content-type": body.kind})
        reply = connection.getresponse()
        content = reply.read()
        if reply.status != 200:
            raise ValueError(f"{self.name}: {reply.status} {content[:200]!r}")
        return Body(content, reply.headers.get_content_type())

    def processor_seconds(self) -> float:
        """Return what all its processes have computed so far."""
        own = psutil.Process(self.process.pid)
        times = [one.cpu_times() for one in (own, *own.children(recursive=True))]
        return sum(one.user + one.system for one in times)

    def end(self) -> None:
        os.killpg(self.process.pid, 9)
        self.process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def timed(
    server: Server, bodies: list[Body], seconds: float, clients: int
) -> tuple[list[float], float]:
    """Return how long each request took, by clients that ask one after the other, and all of it."""
    spent: list[float] = []
    start = time.perf_counter()

    def client(number: int) -> None:
        connection, place = HTTPConnection("127.0.0.1", server.port, timeout=60), number
        while (began := time.perf_counter()) < start + seconds:
            server.ask(connection, bodies[place % len(bodies)])
            spent.append(time.perf_counter() - began)
            place += clients

    threads = [threading.Thread(target=client, args=[number]) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent, time.perf_counter() - start
