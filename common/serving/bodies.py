"""What a client sends, so that nothing of it is passed over: JSON, the files of a form, options."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from common.json_objects import FieldTwiceError, object_of
from common.serving.limits import MOST_AT_ONCE

UNCLEAR = "and nothing tells which counts"


class CheckedRequest(Request):
    """A request whose JSON can be read in one way."""

    async def json(self) -> Any:
        try:
            return json.loads(await self.body(), object_pairs_hook=object_of)
        except FieldTwiceError as error:
            said = f"an object has two fields {str(error)!r}, {UNCLEAR}"
        except json.JSONDecodeError as error:
            said = f"the body is no JSON from character {error.pos + 1} on"
        except RecursionError:
            said = "the JSON is nested too deeply"
        except UnicodeDecodeError:
            said = "the body is no text in UTF-8"
        except ValueError:  # Python reads no number of more than 4,300 digits
            said = "the JSON holds a number of too many digits"
        raise HTTPException(422, said)


class CheckedRoute(APIRoute):
    """A route whose options stand in the address once each."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_checked(request: Request) -> Response:
            seen: set[str] = set()
            for name, _ in request.query_params.multi_items():
                if name in seen:
                    raise HTTPException(422, f"the address names {name[:100]!r} twice, {UNCLEAR}")
                seen.add(name)
            return await handle(CheckedRequest(request.scope, request.receive))

        return handle_checked


async def files_of(request: Request) -> list[tuple[bytes, str]]:
    """Return the content and the content type of each file in a form, all of its fields `files`.

    Raises HTTPException for a form that breaks off, whose last file would be passed over in
    silence, and for one that holds something else where a file, or another, is expected.
    """
    boundary = parse_options_header(request.headers.get("content-type"))[1].get(b"boundary")
    if boundary and b"--" + boundary + b"--" not in await request.body():
        raise HTTPException(422, "the form breaks off before its end")
    form = await request.form(max_files=MOST_AT_ONCE, max_fields=8)
    try:
        found = []
        for name, one in form.multi_items():
            is_file = isinstance(one, UploadFile)
            if name == "files" and not is_file:
                raise HTTPException(422, "files: a text came in this field of the form, not a file")
            if name != "files" and is_file:
                raise HTTPException(
                    422, f"a file came in the field {name[:100]!r} of the form, expected 'files'"
                )
            if isinstance(one, UploadFile):
                found.append((await one.read(), one.content_type or ""))
    finally:
        await form.close()
    if not found:
        raise HTTPException(422, "files: no file came in this field of the form")
    return found
