"""`/predict/file`: a whole file, answered in a private folder by what the command `predict` writes.

A client names no file: the suffix is that of the content type, and the name is ours.
"""

import asyncio
import base64
import errno
import json
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response, StreamingResponse

from common.errors import UserError
from common.serving.contract import Cancelled, FileEndpoint, NoRoomError, Upload, Watch, one_by_one
from common.serving.gate import plain_kind
from common.serving.problems import (
    LOGGER,
    OURS,
    PROBLEMS,
    Late,
    in_the_words_of,
    language_of,
    said_of,
)
from common.serving.request_queue import Answer
from common.serving.routes import Works, answered, binary, take_query

LINES = "application/x-ndjson"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def add_file(app: FastAPI, path: str, file: FileEndpoint, works: Works, name: str) -> None:
    """Add what answers whole files; `name` is the domain's, whose words errors are said in."""

    async def handle(request: Request, query: Any) -> Response:
        body = await request.body()
        kind = plain_kind(request.headers.get("content-type", ""))
        item = Upload(body, kind, query)
        if request.headers.get("accept", "") == LINES:
            answer = _streamed(request, path, file, item, works, name)
            # The queue may be full: that is known before the first line is sent.
            first = await anext(answer)
            lines = _chained(first, answer)
            return StreamingResponse(lines, media_type=LINES, headers={"cache-control": "no-store"})
        watch = Watch()
        work = _on_disk(file, watch)
        future = works.files.submit(work, item)
        try:
            said, content, suffix = await answered(request, future, works.options.file_seconds)
        except Exception as error:
            works.journal.add(path, item, error)
            raise
        finally:
            watch.stopped.set()
        works.journal.add(path, item, content)
        headers = {
            "cache-control": "no-store",
            "content-disposition": f'attachment; filename="answer{suffix}"',
            "x-message": _one_line(said),
        }
        return Response(content, media_type=_kind_of(file, suffix), headers=headers)

    take_query(handle, file.query)
    suffixes = {file.out(suffix) for suffix in file.kinds.values()}
    given = sorted({_kind_of(file, suffix) for suffix in suffixes})
    lines = {LINES: {"schema": {"type": "string"}}}
    app.add_api_route(
        path,
        handle,
        methods=["POST"],
        summary=file.summary,
        operation_id=path.strip("/").replace("/", "_"),
        response_class=Response,
        responses={
            **PROBLEMS,
            200: {
                "description": "the new file; or, where the header Accept asks for it, lines of "
                'JSON that tell of progress, {"done": 1, "of": 10}, the last of which holds the '
                'file in base64, {"message": …, "suffix": …, "file": …}',
                "content": {**binary(given), **lines},
            },
        },
        openapi_extra={"requestBody": {"required": True, "content": binary(list(file.kinds))}},
    )


def _one_line(said: str) -> str:
    """Return a message as a header can hold it: a column's name may hold anything."""
    return " ".join(said.encode("ascii", "backslashreplace").decode().split())[:2000]


def _kind_of(file: FileEndpoint, suffix: str) -> str:
    found = [kind for kind, own in file.kinds.items() if own == suffix]
    return found[0] if found else "application/octet-stream"


def _on_disk(file: FileEndpoint, watch: Watch) -> Answer:
    """Return what answers an upload in a private folder, under names of our making."""

    def answered_in(folder: str, item: Upload) -> tuple[str, bytes, str]:
        suffix = file.kinds[item.kind]
        source, out = Path(folder) / f"sent{suffix}", Path(folder) / "answer"
        out = out.with_suffix(file.out(suffix))
        source.write_bytes(item.content)
        try:
            watch(0)
            said = file.answer(source, out, item.query, watch)
            return _without(said, folder), out.read_bytes(), out.suffix
        except UserError as error:
            raise type(error)(_without(str(error), folder)) from None

    def work(item: Upload) -> tuple[str, bytes, str]:
        try:
            with tempfile.TemporaryDirectory(prefix="stickshift-serve-") as folder:
                return answered_in(folder, item)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise NoRoomError from None
            raise

    return one_by_one(work)


def _without(said: str, folder: str) -> str:
    """Return a message without the place at which a file lay for a moment."""
    for place in (f"{folder}/", f"{Path(folder).resolve()}/", f"{folder}\\"):
        said = said.replace(place, "")
    return said


async def _chained(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for line in rest:
        yield line


async def _streamed(
    request: Request, path: str, file: FileEndpoint, item: Upload, works: Works, name: str
) -> AsyncIterator[bytes]:
    """Yield lines of JSON: how far it is, and at last the answer or what is wrong."""
    loop, told = asyncio.get_running_loop(), asyncio.Queue[tuple[int, int]]()
    watch = Watch(lambda done, of: _tell(loop, told, (done, of)))
    future = works.files.submit(_on_disk(file, watch), item)
    waiting = asyncio.ensure_future(answered(request, future, works.options.file_seconds))
    try:
        yield _line({"done": 0, "of": 0})
        while not waiting.done():
            news = asyncio.ensure_future(told.get())
            await asyncio.wait({waiting, news}, return_when=asyncio.FIRST_COMPLETED)
            if news.done():
                done, of = news.result()
                yield _line({"done": done, "of": of})
            else:
                news.cancel()
        said, content, suffix = waiting.result()
        works.journal.add(path, item, content)
        file64 = base64.b64encode(content).decode()
        said = in_the_words_of(language_of(request), name)(said)
        yield _line({"message": said, "suffix": suffix, "file": file64})
    except (UserError, Late, Cancelled, NoRoomError) as error:
        works.journal.add(path, item, error)
        yield _line({"error": said_of(error, language_of(request), name)})
    except Exception as error:
        LOGGER.exception("no answer to %s", path)
        works.journal.add(path, item, error)
        said = in_the_words_of(language_of(request), "common.serving")(OURS)
        yield _line({"error": said})
    finally:
        watch.stopped.set()
        waiting.cancel()


def _tell(
    loop: asyncio.AbstractEventLoop, told: "asyncio.Queue[tuple[int, int]]", news: tuple[int, int]
) -> None:
    loop.call_soon_threadsafe(told.put_nowait, news)


def _line(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
