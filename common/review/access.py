"""Who may see a review: this computer alone, and whoever opened the address with its key."""

import hmac
import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from common.review import words
from common.serving.gate import App, Receive, Scope, Send, host_of, refuse

HOSTS = ("127.0.0.1", "localhost", "::1")


class Gate:
    """An ASGI application in front of another.

    A page of another origin cannot get in: it knows no key, its requests carry no cookie, and what
    changes anything must also repeat a token that stands only in our own pages.

    key: stands in the address that the terminal shows. token: stands in each page.
    """

    def __init__(self, app: App, *, language: str) -> None:
        self.app, self.language = app, language
        self.key, self.token = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self._session = secrets.token_urlsafe(24)
        self._cookie = f"review-{secrets.token_hex(4)}"  # a port's neighbours share its cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {key.decode("latin-1").lower(): value for key, value in scope["headers"]}
        said = {name: value.decode("latin-1") for name, value in headers.items()}
        host, origin = said.get("host", ""), said.get("origin", "")
        if host_of(host) not in HOSTS:
            await refuse(send, 400, f"this server is not called {host[:100]!r}")
        elif origin and urlsplit(origin).netloc != host:
            await refuse(send, 403, f"pages of {origin[:100]!r} may not use this server")
        elif scope["path"] == "/enter" and self._has_key(scope):
            await self._enter(send)
        elif not self._is_known(said.get("cookie", "")):
            await refuse(send, 403, words.FORBIDDEN.to(self.language))
        elif scope["method"] not in ("GET", "HEAD") and not hmac.compare_digest(
            said.get("x-token", "").encode(), self.token.encode()
        ):
            await refuse(send, 403, "the token of the page is missing")
        else:
            await self.app(scope, receive, send)

    def _has_key(self, scope: Scope) -> bool:
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0]
        return hmac.compare_digest(asked.encode(), self.key.encode())

    def _is_known(self, header: str) -> bool:
        try:
            found = SimpleCookie(header).get(self._cookie)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(
            found.value.encode(), self._session.encode()
        )

    async def _enter(self, send: Send) -> None:
        """Exchange the key for a cookie, so that it does not stay in the address."""
        cookie = f"{self._cookie}={self._session}; Path=/; HttpOnly; SameSite=Strict"
        headers = [
            (b"location", b"/"),
            (b"set-cookie", cookie.encode()),
            (b"cache-control", b"no-store"),
            (b"referrer-policy", b"no-referrer"),
            (b"content-length", b"0"),
        ]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
