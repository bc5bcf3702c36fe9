"""`python -m common review GRADES`: a page on this computer alone, until Ctrl+C."""

import getpass
from pathlib import Path

import uvicorn

from common.errors import UserError
from common.grading.commands.settings import existing, refuse_other_course
from common.grading.exercise.course import Course
from common.review import words
from common.review.app import create_app
from common.review.session import Review
from common.serving.options import ServeOptions
from common.serving.server import listening, uvicorn_config

HOST = "127.0.0.1"


def options_of(port: int) -> ServeOptions:
    return ServeOptions(host=HOST, port=port, megabytes=0.1)


def main(out: Path, *, port: int, who: str | None, language: str) -> int:
    """Serve a review until it is ended; return the exit code.

    Raises UserError where there is no gradebook, it is in use, or it is of another course.
    """
    if not 0 <= port <= 65535:
        raise UserError(
            f"--port {port}: a number from 0 to 65535 is expected",
            f"--port {port}: нужно число от 0 до 65535",
        )
    name = " ".join((who or getpass.getuser()).split())[:80]
    course = Course()
    with existing(out) as gradebook:
        refuse_other_course(gradebook, course, out)
        review = Review(gradebook, out, course, who=name, language=language)
        print(words.LOOKING.to(language), flush=True)
        review.works()
        options = options_of(port)
        app = create_app(review, options)
        with listening(HOST, port) as sock:
            url = f"http://{HOST}:{sock.getsockname()[1]}/enter?key={app.key}"
            print(words.SERVING.to(language).format(out=out, url=url, who=name), flush=True)
            try:
                uvicorn.Server(uvicorn_config(app, options)).run(sockets=[sock])
            except KeyboardInterrupt:
                pass
            finally:
                if review.changed:
                    print(words.WRITING.to(language), flush=True)
                review.close()
    return 0
