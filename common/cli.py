"""The commands that every domain has. Nothing heavy is imported before a command has to work.

    python -m tabular                     the demo: every loss at equal budget, one page
    python -m tabular train …             learn, and write a run
    python -m tabular autopilot …         search for the settings, for --minutes
    python -m tabular compare …           the same by hand, in Keras and by an AutoML
    python -m tabular evaluate RUN …      examine a run on other data
    python -m tabular predict RUN FILE    let a run answer
    python -m tabular serve RUN           a page and an API for a run
    python -m tabular export RUN          a run without PyTorch, to be taken elsewhere
    python -m tabular lesson              the lesson in the browser, with figures that move
    python -m tabular exercises, check, submit       the student's, see common.grading.commands

Exit codes: 0 for success; 1 where a check is not passed; 2 and one line on the standard error for
the user's mistake; 130 when interrupted.
"""

import contextlib
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

from common import commands
from common.commands.arguments import ERROR, parser_of
from common.discovery import modules_with_exercises
from common.domain import Domain
from common.errors import UserError
from common.exercise_demo import brought_by
from common.grading.commands.arguments import language_of, run_student_command
from common.i18n import LANGUAGES, Text
from common.launch import SaidElsewhereError, refuse_launched, speaks, wait_for_the_speaker
from common.translation import translator

WARNING = Text("note", "заметьте")
LONGEST_NOTE = 1000
"""Signs of a warning that is looked up: a longer one is a library's, and looking takes too long."""
INTERRUPTED = Text(
    "interrupted; what has a checkpoint goes on with train --resume RUN",
    "прервано; обучение с чекпойнтом продолжит train --resume RUN",
)


def main(domain: Domain, argv: Sequence[str] | None = None) -> int:
    """Run one command of a domain; return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    return guarded(domain.name, lambda: _run(domain, words), words)


def _run(domain: Domain, words: Sequence[str]) -> int:
    language = language_of(words)
    parser = parser_of(domain, language)
    first = words[2] if words[:1] == ["--lang"] and len(words) > 2 else next(iter(words), "-")
    if first.startswith("-") and not {"-h", "--help"} & set(words[:3]):
        words = ["demo", *words]
    arguments = parser.parse_args(words)
    if getattr(arguments, "run", None) is not commands.train:
        named = [word for word in words if not word.startswith("-") and word not in LANGUAGES]
        refuse_launched(named[0])
    if "run" not in arguments:
        return run_student_command(domain.name, arguments, brought_by)
    arguments.run(domain, arguments)
    return 0


def guarded(module: str, work: Callable[[], int], words: Sequence[str] = ()) -> int:
    """Do a command's work and return its exit code; what the user did wrong is one line.

    words: of the command, where --lang may be among them.
    """
    for stream in (sys.stdout, sys.stderr):
        # A sign that the terminal cannot show must not end a training; cp1251 has no ₽ everywhere.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    language = "en"
    try:
        language = language_of(words)
        with _notes_in_a_line(module, language):
            return work()
    except UserError as error:
        if not speaks():
            wait_for_the_speaker()
        said = error.to(language) if error.ru else translator(language, module)(str(error))
        # A file's name may hold a line break.
        print(f"{ERROR.to(language)}: {' '.join(said.splitlines())}", file=sys.stderr)
        return 2
    except NotImplementedError as error:
        return _name_empty_exercise(module, error, language)
    except SaidElsewhereError as error:
        return error.code
    except KeyboardInterrupt:
        if speaks():
            print(INTERRUPTED.to(language), file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of a pipe has had enough, as `| head` does; what follows has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        said = f"{error.filename or 'output'}: {error.strerror or error}"
        print(f"{ERROR.to(language)}: {said}", file=sys.stderr)
        return 2
    return 0


@contextlib.contextmanager
def _notes_in_a_line(module: str, language: str) -> Iterator[None]:
    """Say a warning, as the trainer gives them of a model, in one line of the person's language."""
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *where: Any, **how: Any) -> None:
            if category is not UserWarning:
                usual(message, category, *where, **how)
                return
            said = " ".join(str(message).split())
            if len(said) <= LONGEST_NOTE:
                said = translator(language, module)(said)
            print(f"{WARNING.to(language)}: {said}", file=sys.stderr)

        warnings.showwarning = show  # type: ignore[assignment]
        yield


def _name_empty_exercise(module: str, error: NotImplementedError, language: str) -> int:
    """Say which exercise is next, where one without a body was called; raise for anything else."""
    from common.exercises import empty_exercises

    empty = {exercise.name: exercise for exercise in empty_exercises()}
    frames = traceback.extract_tb(error.__traceback__)
    if not empty or not any(frames[-1].name == name.rpartition(".")[2] for name in empty):
        raise error
    from common.grading.commands import student
    from common.grading.exercise.course import exercises_of

    owners = [owner for owner in (module, "common") if owner in modules_with_exercises()]
    order = [g.exercise for owner in owners for g in exercises_of(owner)]
    name = min(empty, key=order.index)
    print(student.explain_empty(module, name, language=language), file=sys.stderr)
    return 2


def run(domain: Domain) -> NoReturn:
    """Run the command of this process, and end it.

    Not by `sys.exit`: when a table was refused half-read, threads of Arrow's reader may still be
    at work, and abort the process when Python is taken down under them.
    """
    code = main(domain)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)
