"""What a client is told where there is no answer: a status, and one line of JSON that says why."""

import json
import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from common.errors import UserError
from common.runs.store import plain
from common.serving.contract import Cancelled, NoRoomError, Schema, TooLargeError
from common.serving.request_queue import Busy
from common.translation import Translate, same, translator, with_comma

LOGGER = logging.getLogger("stickshift.serving")
OURS = "a mistake of ours; see the server's log"


class Problem(Schema):
    """Why there is no answer."""

    error: str
    """One line for a person, in the language of the header Accept-Language, English or Russian."""


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": said}
    for status, said in {
        400: "the server is not called so, or the request cannot be read",
        403: "a page of another origin asks",
        408: "the body did not come in time",
        413: "the body, or what is in it, is too large",
        415: "the body is of another type than is taken",
        422: "the body is not what the run was trained for",
        500: "a mistake of ours",
        503: "too many requests are waiting; see Retry-After",
        504: "the answer took too long",
        507: "the server has no room left for a file",
    }.items()
}


class Late(Exception):  # noqa: N818, it is an answer
    """The time of a request is over."""


class JSON(JSONResponse):
    """JSON that any reader takes: a number that is not finite becomes null."""

    def __init__(self, content: Any, status_code: int = 200, headers: Any = None) -> None:
        super().__init__(content, status_code, {"cache-control": "no-store", **(headers or {})})

    def render(self, content: Any) -> bytes:
        return json.dumps(plain(content), ensure_ascii=False, allow_nan=False).encode(
            "utf-8", "backslashreplace"
        )


def language_of(request: Request) -> str:
    """Return the language in which a client wants to be told what is wrong."""
    return language_in(request.headers.get("accept-language", ""))


def language_in(accepted: str) -> str:
    """Return the language that a header Accept-Language begins with, where it is one of ours.

    >>> language_in("ru-RU,ru;q=0.9"), language_in("de, ru"), language_in("")
    ('ru', 'en', 'en')
    """
    return "ru" if accepted.lower().startswith("ru") else "en"


def in_the_words_of(language: str, module: str) -> Translate:
    """Return what turns English into a language, with its decimal mark, by a module's phrases."""
    t = translator(language, module)
    return t if t is same else lambda text: with_comma(t(text))


def said_of(error: Exception, language: str, module: str) -> str:
    """Return what a client is told of an error, in a language that the module knows."""
    if isinstance(error, UserError):
        own = error.to(language)
        return own if error.ru and language == "ru" else in_the_words_of(language, module)(own)
    late = isinstance(error, Late)
    own = f"the answer took longer than {error.args[0]:g} seconds" if late else str(error)
    return in_the_words_of(language, "common.serving")(own)


def handle_errors(app: FastAPI, name: str) -> None:
    """Let an application tell what is wrong in the words of the domain `name`."""

    async def user(request: Request, error: Exception) -> Response:
        status = 413 if isinstance(error, TooLargeError) else 422
        return JSON({"error": said_of(error, language_of(request), name)}, status)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0] if error.errors() else {"loc": (), "msg": "cannot be read"}
        place = ".".join(str(part) for part in first["loc"][1:])
        t = in_the_words_of(language_of(request), "common.serving")
        return JSON({"error": f"{place}: {t(str(first['msg']))}".removeprefix(": ")}, 422)

    async def busy(request: Request, error: Exception) -> Response:
        assert isinstance(error, Busy)
        said = said_of(error, language_of(request), name)
        return JSON({"error": said}, 503, {"retry-after": str(error.retry_after)})

    async def late(request: Request, error: Exception) -> Response:
        return JSON({"error": said_of(error, language_of(request), name)}, 504)

    async def no_room(request: Request, error: Exception) -> Response:
        LOGGER.error("%s: %s", request.url.path, error)
        return JSON({"error": said_of(error, language_of(request), name)}, 507)

    async def gone(request: Request, error: Exception) -> Response:
        return Response(status_code=499)  # nobody reads it

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        t = in_the_words_of(language_of(request), "common.serving")
        return JSON({"error": t(str(error.detail))}, error.status_code, error.headers)

    async def ours(request: Request, error: Exception) -> Response:
        LOGGER.error("no answer to %s", request.url.path, exc_info=error)
        said = in_the_words_of(language_of(request), "common.serving")(OURS)
        return JSON({"error": said}, 500)

    for kind, handler in (
        (UserError, user),
        (RequestValidationError, invalid),
        (Busy, busy),
        (Late, late),
        (Cancelled, gone),
        (NoRoomError, no_room),
        (HTTPException, http),
        (Exception, ours),
    ):
        app.add_exception_handler(kind, handler)
