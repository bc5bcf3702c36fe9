"""What is looked at before a request is: who is called, who calls, how much comes and how fast.

A body is read here, counted while it comes, and handed on when it is whole. So whatever is behind
has it in one piece, and what is too large or too slow never gets there.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from common.serving import limits
from common.serving.options import ServeOptions
from common.serving.problems import in_the_words_of, language_in
from common.translation import Translate

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"microphone=(self), camera=(), geolocation=()"),
)
"""What every answer says to a browser."""


ONCE = (b"content-type", b"content-encoding", b"origin")
"""Headers of which this place and those behind it might each believe another."""


class Limits:
    """An ASGI application in front of another.

    Args:
        app: the one behind.
        kinds: the content types that a path takes at the moment, None for a path without a body.
    """

    def __init__(
        self,
        app: App,
        options: ServeOptions,
        kinds: Callable[[str], tuple[str, ...] | None],
    ) -> None:
        self.app, self.options, self.kinds = app, options, kinds
        self._held = 0  # bytes of bodies that are in memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":  # is answered as GET, and uvicorn leaves the body out
            scope = {**scope, "method": "GET"}
        headers = {key.decode("latin-1").lower(): value for key, value in scope["headers"]}
        origin = headers.get("origin", b"").decode("latin-1")
        allowed = origin if origin in self.options.cors else ""
        sending = _with_headers(send, allowed)
        say = in_the_words_of(
            language_in(headers.get("accept-language", b"").decode("latin-1")), "common.serving"
        )
        problem = self._refusal(scope, headers, origin)
        if problem is not None:
            status, reason = problem
            await refuse(sending, status, say(reason))
        elif scope["method"] == "OPTIONS":
            await _preflight(sending, allowed)
        else:
            await _unless_ended(
                sending, say, lambda send: self._with_body(scope, headers, receive, send, say)
            )

    def _refusal(
        self, scope: Scope, headers: Mapping[str, bytes], origin: str
    ) -> tuple[int, str] | None:
        """Return the status and the reason of a refusal that needs no body."""
        host = headers.get("host", b"").decode("latin-1")
        if "*" not in self.options.allow_host and host_of(host) not in self.options.hosts:
            return 400, f"this server is not called {host[:100]!r}; see --allow-host"
        for name in ONCE:
            if sum(key.lower() == name for key, _ in scope["headers"]) > 1:
                return 400, f"the header {name.decode()!r} comes twice"
        if origin and origin not in self.options.cors and _server_in(origin) != host:
            return 403, f"pages of {origin[:100]!r} may not use this server; see --cors"
        if scope["method"] != "POST":
            return None
        kinds = self.kinds(scope["path"])
        kind = headers.get("content-type", b"").decode("latin-1")
        if kinds is not None and plain_kind(kind) not in kinds:
            return 415, f"a body of {kind[:100] or 'no type'!r}, expected {', '.join(kinds)}"
        coding = headers.get("content-encoding", b"").decode("latin-1").strip().lower()
        if coding not in ("", "identity"):
            return 415, f"a body that is packed ({coding[:100]!r}), expected one that is not"
        return None

    async def _with_body(
        self,
        scope: Scope,
        headers: Mapping[str, bytes],
        receive: Receive,
        send: Send,
        say: Translate,
    ) -> None:
        most = self.options.most_bytes
        told = headers.get("content-length", b"0")
        if told.isdigit() and int(told) > most:
            await self._hear_out(receive, send, 413, say(_too_large(most)))
            return
        held = [0]
        try:
            try:
                body = await asyncio.wait_for(self._read(receive, held), self.options.seconds)
            except _Refused as refused:
                self._held, held[0] = self._held - held[0], 0
                status, reason, *again = refused.args
                await self._hear_out(receive, send, status, say(reason), *again)
                return
            except TimeoutError:
                said = f"the body did not come within {self.options.seconds:g} seconds"
                await refuse(send, 408, say(said))
                return
            if body is not None:
                await self.app(scope, _replayed(body, receive), send)
        finally:
            self._held -= held[0]

    async def _hear_out(self, receive: Receive, send: Send, *refusal: Any) -> None:
        """Refuse, and let the client come to the end of what it sends, as far as that is near."""

        async def rest() -> None:
            left = limits.BODIES * self.options.most_bytes
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return

        async def sending(message: Message) -> None:
            """Send all but the end, after which nothing more is received."""
            if message["type"] == "http.response.body":
                await send({**message, "more_body": True})
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(rest(), limits.LINGER)
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        await refuse(sending, *refusal)

    async def _read(self, receive: Receive, held: list[int]) -> bytes | None:
        """Return the whole body; None where the client went away."""
        parts: list[bytes] = []
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            part = message.get("body", b"")
            held[0] += len(part)
            self._held += len(part)
            if held[0] > self.options.most_bytes:
                raise _Refused(413, _too_large(self.options.most_bytes))
            if self._held > limits.BODIES * self.options.most_bytes:
                raise _Refused(503, "too much is being sent at the moment", 1)
            parts.append(part)
            if not message.get("more_body"):
                return b"".join(parts)


async def _unless_ended(
    send: Send, say: Translate, answer: Callable[[Send], Awaitable[None]]
) -> None:
    """Answer; refuse where the server ends and waits for the answer no longer."""
    begun = False

    async def sending(message: Message) -> None:
        nonlocal begun
        begun = True
        await send(message)

    try:
        await answer(sending)
    except asyncio.CancelledError:
        if not begun:
            await refuse(send, 503, say("the server ends"), 1)


class _Refused(Exception):  # noqa: N818, it is an answer
    """A status, a reason, and seconds after which to try again."""


def _server_in(origin: str) -> str | None:
    """Return the server that a page comes from; None where the header names none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def host_of(header: str) -> str:
    """Return the name in a Host header, without its port.

    >>> host_of("Example.org:8000"), host_of("[::1]:8000"), host_of("")
    ('example.org', '::1', '')
    """
    name = header.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.rpartition(":")[0] if name.count(":") == 1 else name


def plain_kind(header: str) -> str:
    """Return a content type without its parameters.

    >>> plain_kind("Application/JSON; charset=utf-8")
    'application/json'
    """
    return header.partition(";")[0].strip().lower()


def _too_large(most: int) -> str:
    return f"a body is too large, the limit is {most / 1e6:g} MB"


async def refuse(send: Send, status: int, reason: str, retry_after: int | None = None) -> None:
    """Answer with a status and one line of JSON that says why."""
    content = json.dumps({"error": reason}, ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if retry_after is not None:
        headers.append((b"retry-after", str(retry_after).encode()))
    if status in (408, 413):
        headers.append((b"connection", b"close"))  # the rest of the body is not waited for
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Give the whole body first, and then what comes after it: that the client goes away."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


def _with_headers(send: Send, origin: str) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {key.lower() for key, _ in message.get("headers", ())}
            more = [(key, value) for key, value in HEADERS if key not in there]
            if origin:
                more = [one for one in more if one[0] != b"cross-origin-resource-policy"]
                more += [(b"access-control-allow-origin", origin.encode("latin-1"))]
                more += [(b"vary", b"origin")]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return sending


async def _preflight(send: Send, origin: str) -> None:
    """Answer a browser that asks whether a page may ask."""
    if not origin:
        await refuse(send, 405, "no page of another origin may use this server; see --cors")
        return
    headers = [
        (b"access-control-allow-methods", b"GET, POST"),
        (b"access-control-allow-headers", b"content-type, accept-language"),
        (b"access-control-max-age", b"600"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
