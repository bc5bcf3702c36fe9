"""A server on this computer that cuts, lies, stalls, and changes its mind."""

import contextlib
import hashlib
import http.server
import threading
from collections.abc import Iterator

import numpy as np

from common.downloads import Download

CONTENT = np.random.default_rng(0).bytes(300_000)


class Server(http.server.ThreadingHTTPServer):
    """Serves CONTENT; each request is answered by the next of `answers`, the last one for ever."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = [Handler.honest]
        self.ranges: list[str | None] = []
        self.closing = threading.Event()

    def download(self, content: bytes = CONTENT, path: str = "/file.bin") -> Download:
        sha256 = hashlib.sha256(content).hexdigest()
        url = f"http://127.0.0.1:{self.server_port}{path}"
        return Download("file.bin", url, sha256, len(content), "CC0")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.ranges.append(self.headers["Range"])
        answers = self.server.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer(self)

    def log_message(self, *_) -> None:
        pass

    def start_from(self, length: int | None = None) -> int:
        asked = self.headers["Range"]
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.send_header("Content-Length", str(length or len(CONTENT) - start))
        self.end_headers()
        return start

    def honest(self) -> None:
        self.wfile.write(CONTENT[self.start_from() :])

    def cut(self) -> None:
        start = self.start_from()
        self.wfile.write(CONTENT[start : start + 100_000])

    def stall(self) -> None:
        start = self.start_from()
        self.wfile.write(CONTENT[start : start + 100_000])
        self.wfile.flush()
        self.server.closing.wait(20)

    def silent(self) -> None:
        self.server.closing.wait(20)

    def hang_up(self) -> None:
        self.connection.close()

    def wrong_bytes(self) -> None:
        self.start_from()
        self.wfile.write(bytes(len(CONTENT)))

    def too_long_a_length(self) -> None:
        start = self.start_from(length=10 * len(CONTENT))
        self.wfile.write(CONTENT[start:])

    def too_short_a_length(self) -> None:
        start = self.start_from(length=1000)
        self.wfile.write(CONTENT[start : start + 1000])

    def nonsense(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "many")
        self.end_headers()

    def endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while not self.server.closing.is_set():
                self.wfile.write(CONTENT)
        except OSError:
            pass

    def whole(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT)

    def status(code: int):  # noqa: N805
        def answer(self) -> None:
            self.send_error(code)

        return answer


@contextlib.contextmanager
def bad_server() -> Iterator[Server]:
    """A server that runs for as long as the context."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
