"""`python -m common notebooks`: every module as a notebook."""

import argparse
import re
from pathlib import Path

from common.discovery import ROOT, modules_with_exercises
from common.errors import UserError
from common.files import refuse_file, write_bytes
from common.grading.exercise.source import marked_in
from common.i18n import Text

WRITTEN = Text("{out}: {count} notebooks: {names}", "{out}: блокнотов {count}: {names}")
SOLVED = Text(
    "Beware: the exercises are solved here, so these notebooks hold the solutions. For students, "
    "run this in the student edition.",
    "Внимание: здесь задания решены, и эти блокноты содержат решения. Для студентов выполните "
    "команду в папке студенческого издания.",
)


def main(arguments: argparse.Namespace, *, root: Path = ROOT) -> int:
    """Run the command; return the exit code."""
    try:
        from common.notebooks.document import file_name, notebook
    except ModuleNotFoundError as error:
        raise UserError(
            f"notebooks needs {error.name}, which is not installed: "
            'python -m pip install -e ".[notebooks]"'
        ) from None
    from common.notebooks.lesson import Place

    out, language = Path(arguments.out), arguments.lang
    refuse_file(out)
    repository = (arguments.repository or "").rstrip("/")
    if repository and not re.fullmatch(r"https://[\w.-]+(/[\w.~-]+)+", repository):
        raise UserError(
            f"--repository {repository}: expected an address such as https://github.com/NAME/COURSE"
        )
    modules = modules_with_exercises(root)
    place = Place(root, out, repository)
    made = {file_name(name, language): notebook(name, language, place) for name in modules}
    out.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        write_bytes(out / name, content)
    line = WRITTEN.to(language)
    print(line.format(out=out, count=len(made), names=", ".join(made)))
    marks = [mark for name in modules for mark in marked_in(root, name).values()]
    if not any(mark.empty for mark in marks):
        print(SOLVED.to(language))
    return 0
