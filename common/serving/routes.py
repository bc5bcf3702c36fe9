"""One FastAPI application for one loaded run: `/predict`, `/predict/batch` and what they share."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from time import monotonic
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from common.serving.bodies import CheckedRoute, files_of
from common.serving.contract import (
    Cancelled,
    Endpoint,
    QuerySchema,
    Reply,
    Serving,
    Upload,
    Watch,
)
from common.serving.gate import plain_kind
from common.serving.journal import Journal
from common.serving.limits import MOST_AT_ONCE
from common.serving.options import ServeOptions
from common.serving.problems import (
    JSON,
    PROBLEMS,
    Late,
    handle_errors,
    in_the_words_of,
    language_of,
)
from common.serving.request_queue import Lane
from common.translation import Translate, same

LOOK = 0.5
"""Seconds between two looks at whether a client is still there."""


@dataclass(frozen=True)
class Works:
    """What the applications of all runs share: the queues, the journal, the limits.

    quick: for what is answered at once. files: for whole files, so that nobody waits for those.
    """

    options: ServeOptions
    journal: Journal
    quick: Lane
    files: Lane


async def answered(request: Request, future: Future[Any], seconds: float) -> Any:
    """Wait for an answer, as long as the client does and the time limit allows."""
    end = monotonic() + seconds
    waiting = asyncio.wrap_future(future)
    try:
        while True:
            left = end - monotonic()
            if left <= 0:
                raise Late(seconds)
            done, _ = await asyncio.wait({waiting}, timeout=min(LOOK, left))
            if done:
                return waiting.result()
            if await request.is_disconnected():
                raise Cancelled
    finally:
        future.cancel()
        waiting.cancel()


def answering(serving: Serving, works: Works) -> FastAPI:
    """Return an application that answers for a loaded run at once."""
    app = FastAPI(
        title=f"{serving.task.name}: {serving.metadata.name}",
        version=serving.metadata.digest[:12],
        description="A trained run. Answers are those of the command `predict`, to the last digit.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    handle_errors(app, serving.task.name)
    app.router.route_class = CheckedRoute
    for path, endpoint in serving.endpoints().items():
        if endpoint.body is not None:
            _add_json(app, path, endpoint, works, serving.task.name)
        else:
            _add_bytes(app, path, endpoint, works, serving.task.name)
    return app


def _add_json(app: FastAPI, path: str, endpoint: Endpoint, works: Works, name: str) -> None:
    async def handle(request: Request, body: Any, query: Any) -> Response:
        return await _quick(request, path, endpoint, body, works, name)

    take_query(handle, None)
    handle.__annotations__["body"] = endpoint.body
    _add(app, path, handle, endpoint)


def _add_bytes(app: FastAPI, path: str, endpoint: Endpoint, works: Works, name: str) -> None:
    async def handle(request: Request, query: Any) -> Response:
        item: Any
        watch = Watch()
        if endpoint.many:
            item = [Upload(*one, query, watch) for one in await files_of(request)]
        else:
            kind = plain_kind(request.headers.get("content-type", ""))
            item = Upload(await request.body(), kind, query, watch)
        try:
            return await _quick(request, path, endpoint, item, works, name)
        finally:
            watch.stopped.set()  # nobody waits any more, and nobody need work on

    take_query(handle, endpoint.query)
    if endpoint.many:
        files: dict[str, Any] = {"type": "array", "items": {"type": "string", "format": "binary"}}
        files |= {"minItems": 1, "maxItems": MOST_AT_ONCE}
        form = {"type": "object", "properties": {"files": files}, "required": ["files"]}
        content: dict[str, Any] = {"multipart/form-data": {"schema": form}}
    else:
        content = binary(endpoint.kinds)
    _add(app, path, handle, endpoint, content)


def take_query(handle: Any, query: type[BaseModel] | None) -> None:
    """Let FastAPI read the argument `query` of a handler from the address."""
    handle.__annotations__["query"] = Annotated[query or _NoQuery, Query()]


class _NoQuery(QuerySchema):
    """No options."""


def binary(kinds: Sequence[str]) -> dict[str, Any]:
    """Return what OpenAPI says of bytes of some content types."""
    return {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}


def _add(
    app: FastAPI, path: str, handle: Any, endpoint: Endpoint, content: Mapping[str, Any] = {}
) -> None:
    reply = endpoint.reply
    responses = dict(PROBLEMS)
    if isinstance(reply, str):
        responses[200] = {"description": "the answer", "content": binary([reply])}
    else:
        responses[200] = {"description": "the answer", "model": reply}
    extra = {"requestBody": {"required": True, "content": content}} if content else None
    app.add_api_route(
        path,
        handle,
        methods=["POST"],
        summary=endpoint.summary,
        operation_id=path.strip("/").replace("/", "_"),
        responses=responses,
        response_class=Response,
        openapi_extra=extra,
    )


async def _quick(
    request: Request, path: str, endpoint: Endpoint, item: Any, works: Works, name: str
) -> Response:
    future = works.quick.submit(endpoint.answer, item, together=endpoint.together)
    try:
        found = await answered(request, future, works.options.seconds)
    except Exception as error:
        works.journal.add(path, item, error)
        raise
    works.journal.add(path, item, found)
    t = in_the_words_of(language_of(request), name)
    if t is not same:
        found = _with_remarks(found, t)
    if isinstance(found, Reply):
        return Response(found.content, media_type=found.kind, headers={"cache-control": "no-store"})
    return JSON(found)


def _with_remarks(found: Any, t: Translate) -> Any:
    """Return an answer with all `remarks` in it in other words."""
    if isinstance(found, list):
        return [_with_remarks(one, t) for one in found]
    if isinstance(found, dict):
        return {
            key: [t(remark) for remark in value]
            if key == "remarks" and isinstance(value, list)
            else _with_remarks(value, t)
            for key, value in found.items()
        }
    return found
