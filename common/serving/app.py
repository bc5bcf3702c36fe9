"""The whole application: limits in front, behind them the application of the run that answers."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any, Literal

from fastapi import FastAPI, Request
from pydantic import create_model
from starlette.responses import HTMLResponse, Response

from common.i18n import pick_language
from common.serving import docs_page, pages
from common.serving.contract import Schema, Serving
from common.serving.file_routes import add_file
from common.serving.gate import Limits, Receive, Scope, Send, refuse
from common.serving.hot_swap import Holder, Served
from common.serving.journal import Journal
from common.serving.options import ServeOptions
from common.serving.problems import JSON, language_of
from common.serving.request_queue import FILE_QUEUE, Lane
from common.serving.routes import Works, answering
from common.task import Task

REPORT_POLICY = (
    "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'"
)


class Health(Schema):
    """Whether the server answers, and with what."""

    status: Literal["ready"]
    """Always "ready": a server that cannot answer yet says 503."""
    run: str
    """The name of the run's folder."""
    digest: str
    """SHA-256 of everything that the answers depend on: it changes when another run answers."""
    problem: str = ""
    """Why a newer run at the same path does not answer in its place; empty where none is wrong."""


class Metadata(Schema):
    """What is known of the run that answers."""

    task: str
    """The domain: tabular, vision, text or audio."""
    run: str
    """The name of the run's folder."""
    digest: str
    """SHA-256 of everything that the answers depend on, as in `/health`."""
    loss: str
    """What the network was trained with."""
    part: Literal["test", "valid"]
    """The part of the data that the figures are of."""
    figures: dict[str, float | None]
    """The run's figures on that part, by the names that `metrics.json` has."""
    examples: dict[str, int]
    """Examples in each part."""


class Application:
    """An ASGI application that serves a run; `holder.current` is the run that answers."""

    def __init__(self, task: Task, run: Path, options: ServeOptions, language: str) -> None:
        self.options, self.language = options, language
        self.works = Works(
            options,
            Journal(options.log),
            Lane("quick", options.queue, task.serving().threads),
            Lane("files", min(FILE_QUEUE, options.queue)),
        )
        self.holder = Holder(task, run, self._build, device=options.device)
        self._gate = Limits(self._current, options, self._kinds)

    def close(self) -> None:
        """Look for new runs no more, and end the threads."""
        self.holder.close()
        self.works.quick.close()
        self.works.files.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            # A server that is ended at once cancels this, and closes nothing.
            with contextlib.suppress(asyncio.CancelledError):
                await self._lifespan(receive, send)
        else:
            await self._gate(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.holder.watch()
                await send({"type": "lifespan.startup.complete"})
            else:
                self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _current(self, scope: Scope, receive: Receive, send: Send) -> None:
        current = self.holder.current
        if current is None:
            await refuse(send, 503, self.holder.problem or "the run is being loaded", 1)
        else:
            # What is our own mistake has been answered and logged, and is not raised once more.
            with contextlib.suppress(Exception):
                await current.app(scope, receive, send)

    def _kinds(self, path: str) -> tuple[str, ...] | None:
        current: Served | None = self.holder.current
        return None if current is None else current.app.state.kinds.get(path)

    def _build(self, serving: Serving) -> FastAPI:
        app = answering(serving, self.works)
        kinds = {path: one.taken for path, one in serving.endpoints().items()}
        file = serving.file()
        if file is not None:
            add_file(app, "/predict/file", file, self.works, serving.task.name)
            kinds["/predict/file"] = tuple(file.kinds)
        app.state.kinds = kinds
        self._add_pages(app, serving)
        return app

    def _add_pages(self, app: FastAPI, serving: Serving) -> None:
        run, task = serving.metadata, serving.task
        schema = app.openapi
        known: Any = create_model("Metadata", __base__=(Metadata, serving.known))

        @app.get("/", include_in_schema=False)
        async def page(lang: str = "") -> Response:
            language = lang if lang in ("en", "ru") else self.language
            text, policy = pages.render(serving, language)
            headers = {"content-security-policy": policy, "cache-control": "no-cache"}
            return HTMLResponse(text, headers=headers)

        @app.get("/report", include_in_schema=False)
        async def report() -> Response:
            if not run.report:
                return JSON({"error": "the run has no page"}, 404)
            headers = {"content-security-policy": REPORT_POLICY, "cache-control": "no-cache"}
            return Response(run.report, media_type="text/html; charset=utf-8", headers=headers)

        @app.get("/health", response_model=Health, summary="Whether the server answers")
        async def health(request: Request) -> Response:
            t = pages.translator_of(task.name, language_of(request))
            return JSON(
                {
                    "status": "ready",
                    "run": run.name,
                    "digest": run.digest,
                    "problem": t(self.holder.problem),
                }
            )

        @app.get("/metadata", response_model=known, summary="What is known of the run")
        async def metadata() -> Response:
            return JSON(
                {
                    "task": task.name,
                    "run": run.name,
                    "digest": run.digest,
                    "loss": run.loss,
                    "part": run.part,
                    "figures": run.figures,
                    "examples": run.examples,
                    **serving.about(),
                }
            )

        @app.get("/openapi.json", include_in_schema=False)
        async def openapi() -> Response:
            return JSON(schema())

        docs_page.add(app)


def create_app(
    task: Task, run: str | Path, options: ServeOptions | None = None, *, language: str | None = None
) -> Application:
    """Return an ASGI application that serves a run.

    It loads the run when the server starts, and says 503 until it has; `holder.load()` loads it
    before.

    Args:
        task: the domain's.
        run: the run's folder. When another run takes its place, that one answers from then on.
        options: limits; by default those of the command `serve`.
        language: of the page, where its address does not say `?lang=en` or `?lang=ru`.

    Raises:
        UserError: the file of `--log` cannot be written.
    """
    return Application(task, Path(run), options or ServeOptions(), pick_language(language))
