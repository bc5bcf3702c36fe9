"""A server in a thread of this process, and rows to send."""

import json
import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import httpx

from common.serving.app import create_app
from common.serving.options import ServeOptions
from common.serving.server import EndingServer, listening, uvicorn_config


@contextmanager
def served(task, run, *, language="en", **options):
    """Give the application that serves a run, its address, and a client for it."""
    chosen = ServeOptions(device="cpu", **options)
    app = create_app(task, Path(run), chosen, language=language)
    app.holder.load()
    with running(app, chosen) as (url, client):
        yield app, url, client


@contextmanager
def running(app, options):
    """Give the address of an application that runs in a thread, and a client for it."""
    with listening("127.0.0.1", 0) as sock:
        server = EndingServer(uvicorn_config(app, options))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        try:
            with httpx.Client(base_url=url, timeout=30) as client:
                yield url, client
        finally:
            server.should_exit = True
            thread.join()


def said(url, words):
    """Send bytes over a bare connection; return what comes back until it is closed."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(words)
        return received(connection)


def received(connection):
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def lines_of(reply):
    return [json.loads(line) for line in reply.text.splitlines()]
