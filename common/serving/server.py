"""The command `serve`: a port, and one process or several."""

import asyncio
import contextlib
import errno
import importlib
import json
import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psutil
import uvicorn
from uvicorn.supervisors import Multiprocess

from common.errors import UserError
from common.serving import limits
from common.serving.app import Application, create_app
from common.serving.options import ServeOptions
from common.serving.protocol import PromptProtocol
from common.task import Task

VARIABLE = "STICKSHIFT_SERVE"
"""What the processes of `--workers` are told, in their environment."""
START_SECONDS = 60
"""Time after which a process that does not answer is taken for dead."""
ASK_SECONDS = 0.5
"""Time for which one waits for a process's answer before one looks for signals."""
DOOR_SECONDS = 0.1
"""Time in which a process takes the connections that wait at its port."""


def serve(
    task: Task,
    module: str,
    run: Path,
    options: ServeOptions,
    *,
    language: str,
    say: Callable[[str], None] = print,
) -> None:
    """Serve a run until somebody stops it.

    Args:
        task: the domain's.
        module: the name of the module that holds it as TASK, for other processes to import.

    Raises:
        UserError: the run cannot be loaded, or the port is not free.
    """
    app = create_app(task, run, options, language=language)
    app.holder.load()
    with listening(options.host, options.port) as sock:
        port = sock.getsockname()[1]
        shown = "127.0.0.1" if options.host in ("0.0.0.0", "::") else options.host
        shown = f"[{shown}]" if ":" in shown else shown
        say(f"serving {run} at http://{shown}:{port}/, its API at http://{shown}:{port}/docs")
        say("stop with Ctrl+C")
        if options.workers == 1:
            EndingServer(uvicorn_config(app, options)).run(sockets=[sock])
            return
        app.close()
        app.holder.current = None  # the processes load the run themselves
        told = {"module": module, "run": str(run.absolute()), "language": language}
        os.environ[VARIABLE] = json.dumps({**told, "options": options.to_dict()})
        config = uvicorn_config("common.serving.server:worker", options, factory=True)
        config.workers = options.workers
        Workers(config, [sock]).run()


class EndingServer(uvicorn.Server):
    """A server that loses nobody who has come when it ends."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer those who have come, and refuse whoever comes then."""
        for sock in sockets or []:
            no_more_wait(sock)
        await asyncio.sleep(DOOR_SECONDS)
        await super().shutdown(sockets)


def no_more_wait(sock: socket.socket) -> None:
    """Let no connection wait at a port for its process.

    The system takes connections before the process does. Those that it has taken when the port is
    closed are reset, though their clients have sent a request.
    """
    with contextlib.suppress(OSError):
        sock.listen(0)


class Workers(Multiprocess):
    """The processes behind one port.

    uvicorn asks each now and then whether it is there, and hears no signal while it waits. One that
    is starting, in another's place, answers only when it has imported PyTorch.
    """

    def keep_subprocess_alive(self) -> None:
        """Start another process in the place of one that died, unless we are told to end."""
        end = monotonic() + START_SECONDS
        for process in self.processes:
            while process.process.is_alive() and monotonic() < end:
                if self.signal_queue or self.should_exit.is_set():
                    return
                if process.ping(ASK_SECONDS):
                    break
        super().keep_subprocess_alive()

    def terminate_all(self) -> None:
        """End the processes: those that answer clients when they have, those that start at once.

        The port is closed by all: where one held it open, clients would wait there for nobody.
        """
        for sock in self.sockets:
            no_more_wait(sock)
        sleep(DOOR_SECONDS)
        for process in self.processes:
            if _starting(process.parent_conn):
                process.process.kill()
        super().terminate_all()
        for sock in self.sockets:
            sock.close()

    def join_all(self) -> None:
        """Wait for the processes, and no longer once Ctrl+C is pressed again."""
        for process in self.processes:
            while process.process.is_alive():
                if signal.SIGINT in self.signal_queue:
                    process.process.kill()
                process.process.join(ASK_SECONDS)


def _starting(connection: Any) -> bool:
    """Whether a process says that it does not answer clients yet; who says nothing is at work."""
    try:
        while connection.poll():
            connection.recv()  # what was asked before
        connection.send(b"ping")
        return bool(connection.poll(ASK_SECONDS)) and connection.recv() is False
    except (OSError, EOFError):
        return False


def worker() -> Application:
    """Return the application in one of several processes, as the environment says."""
    # A terminal sends Ctrl+C to all of them; the parent tells them to end when nobody waits.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    told = json.loads(os.environ[VARIABLE])
    threading.Thread(target=_end_with_parent, args=[os.getppid()], daemon=True).start()
    task: Task = importlib.import_module(told["module"]).TASK
    options = {k: tuple(v) if isinstance(v, list) else v for k, v in told["options"].items()}
    return create_app(task, told["run"], ServeOptions.from_dict(options), language=told["language"])


def _end_with_parent(parent: int) -> None:
    """A process whose parent was killed would hold the port for ever."""
    while os.getppid() == parent:
        sleep(2)
    os.kill(os.getpid(), signal.SIGTERM)


def uvicorn_config(app: Any, options: ServeOptions, *, factory: bool = False) -> uvicorn.Config:
    """Return how uvicorn is to run an application."""
    return uvicorn.Config(
        app,
        factory=factory,
        http=PromptProtocol,
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=limits.CONNECTIONS,
        timeout_keep_alive=limits.IDLE_SECONDS,
        # A process imports PyTorch and loads the run before it answers, on a busy machine slowly.
        timeout_worker_healthcheck=START_SECONDS,
        timeout_graceful_shutdown=int(options.seconds) + 1,
    )


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        UserError: the port is taken, is not ours to take, or the address is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family)
    if os.name != "nt":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(1024)
        sock.set_inheritable(True)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise UserError(
                f"port {port} is in use{_by_whom(port)}; stop that, or name another with --port"
            ) from None
        if error.errno == errno.EACCES:
            raise UserError(
                f"port {port} may not be listened at; name one above 1023 with --port"
            ) from None
        raise UserError(f"--host {host}: cannot be listened at: {error.strerror}") from None
    return sock


def _by_whom(port: int) -> str:
    """Name the program that listens at a port, as far as one may know."""
    try:
        for one in psutil.net_connections("inet"):
            if (
                one.status == psutil.CONN_LISTEN
                and one.laddr
                and one.laddr.port == port
                and one.pid
            ):
                return f" by {psutil.Process(one.pid).name()} (process {one.pid})"
    except (psutil.Error, OSError):
        pass
    return ""
