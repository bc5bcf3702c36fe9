"""The application of a review: the page of the class, a page for each submission, and one post."""

from fastapi import FastAPI
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from common.errors import UserError
from common.i18n import LANGUAGES
from common.review import pages, words
from common.review.access import Gate
from common.review.session import Review
from common.serving.gate import Limits
from common.serving.options import ServeOptions
from common.serving.problems import JSON

POST = "/decide"


class Decision(BaseModel, extra="forbid"):
    """Points and a comment by hand. exercise: its full name, empty for the whole module."""

    number: int = Field(ge=0)
    exercise: str = Field(max_length=300)
    points: str = Field(max_length=40)
    comment: str = Field(max_length=20_000)


def create_app(review: Review, options: ServeOptions) -> Gate:
    """Return the application of a sitting; its `key` lets in."""
    app = FastAPI(openapi_url=None)
    limits = Limits(app, options, lambda path: ("application/json",) if path == POST else None)
    gate = Gate(limits, language=review.language)

    def language_of(asked: str) -> str:
        return asked if asked in LANGUAGES else review.language

    @app.get("/")
    def whole(lang: str = "") -> Response:
        return _page(pages.whole_class(review, language_of(lang), gate.token))

    @app.get("/submission/{number}")
    def one(number: int, beside: int | None = None, lang: str = "") -> Response:
        language = language_of(lang)
        try:
            return _page(pages.work(review, number, beside, language, gate.token))
        except LookupError:
            return JSON({"error": words.NOT_THERE.to(language)}, 404)

    @app.post(POST)
    def decide(decision: Decision, lang: str = "") -> Response:
        language = language_of(lang)
        try:
            grade = review.decide(
                decision.number, decision.exercise, decision.points, decision.comment
            )
        except UserError as error:
            return JSON({"error": error.to(language)}, 422)
        except LookupError:
            return JSON({"error": words.NOT_THERE.to(language)}, 404)
        return JSON(pages.after(grade, decision.exercise, language))

    return gate


def _page(page: tuple[str, str]) -> Response:
    text, policy = page
    headers = {"content-security-policy": policy, "cache-control": "no-store"}
    return HTMLResponse(text, headers=headers)
