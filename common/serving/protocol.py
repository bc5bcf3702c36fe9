"""HTTP for clients that never come to the point, and for a server that ends.

Nothing heavy is imported here: each of several processes reads this before anything else.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from common.serving import limits


class PromptProtocol(H11Protocol):
    """HTTP, where a client that does not get on with its headers is hung up on.

    When the server ends, what has begun is answered, and so is a request that is on its way. Each
    of these answers says that it is the last.
    """

    _timer: asyncio.TimerHandle | None = None
    _ending = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        if self._timer is None and self._between_requests() and not self._ending:
            self._wait()
        super().data_received(data)
        if not self._between_requests():
            self._wait_no_more()
            if self._ending:
                self._make_last()

    def shutdown(self) -> None:
        """End, as uvicorn asks each connection to when the server is to end."""
        self._ending = True
        if self._between_requests():
            self._wait_no_more()
            self._timer = self.loop.call_later(limits.LAST_SECONDS, self._hang_up)
        else:
            self._make_last()

    def _make_last(self) -> None:
        if not self.cycle.keep_alive:
            return
        self.cycle.keep_alive = False
        # Where the client has asked for this header, uvicorn does not send it twice.
        self.cycle.default_headers = [*self.cycle.default_headers, (b"connection", b"close")]

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def _between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait(self) -> None:
        self._timer = self.loop.call_later(limits.HEADER_SECONDS, self._hang_up)

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _hang_up(self) -> None:
        self._timer = None
        if self._between_requests() and not self.transport.is_closing():
            self.transport.close()
