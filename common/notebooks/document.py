"""A notebook, from a lesson and the exercises of its module.

The lesson and the exercises are written as one text in Markdown, which jupytext makes a notebook
of. The same course gives the same bytes.
"""

import ast
import re
from collections.abc import Sequence
from typing import Any

import jupytext
import nbformat

from common.exercise_demo import plots_of
from common.grading.commands.console import WARMUP, about
from common.grading.exercise.course import exercises_of, warmups_of
from common.grading.exercise.source import Marked, marked_in
from common.grading.exercise.specification import ExerciseSpec
from common.i18n import Text, counted
from common.notebooks.cell_binding import exercise_cell
from common.notebooks.first_cell import TITLE, first_cell
from common.notebooks.lesson import Place, lesson

BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}
"""What hides the code of a cell, in Colab and in JupyterLab."""
OPEN = Text("Open in Colab", "Открыть в Colab")
START = Text(
    "Run the next cell first, and again whenever the kernel has started anew: it finds the course, "
    "installs what is missing and leaves alone what is there.",
    "Сначала выполните следующую ячейку, и снова, если ядро запустилось заново: она находит курс, "
    "ставит, чего не хватает, и не трогает того, что есть.",
)
HOW = Text(
    "Write each function in its cell, which begins with `%%exercise`, and run it (Shift+Enter): "
    "from then on the whole course uses yours. `check` runs the checks that the terminal runs, "
    "`demo` shows what comes alive. What you write is kept in the course's own files: it is there "
    "in the terminal, and after a restart. Imports and helpers go inside the function.",
    "Пишите каждую функцию в её ячейке, которая начинается с `%%exercise`, и выполняйте её "
    "(Shift+Enter): с этого момента весь курс пользуется вашей. `check` запускает те же проверки, "
    "что и терминал, `demo` показывает, что ожило. Написанное хранится в файлах самого курса: оно "
    "есть и в терминале, и после перезапуска. Импорты и вспомогательные функции пишите внутри.",
)
EXERCISES = Text("Exercises", "Задания")
HINTS = Text("Hint {number}", "Подсказка {number}")
NAMES = Text("At hand in `{file}`: {names}.", "Под рукой в `{file}`: {names}.")
HAND_IN = Text("Hand in", "Сдача")
SUBMIT = Text(
    '`progress()` shows the road, `submit("your first and last name")` writes the archive to '
    "hand in; the name is asked for once.",
    '`progress()` показывает путь, `submit("ваши имя и фамилия")` записывает архив для сдачи; '
    "имя нужно назвать один раз.",
)


def notebook(module: str, language: str, place: Place) -> bytes:
    """Return the notebook of a module as bytes."""
    before, after = lesson(module, language, place)
    name = file_name(module, language)
    setup = f"{START.to(language)}\n\n{_cell(first_cell(module, language, place.repository))}"
    title, rest = before.split("\n", 1)
    badge = _badge(name, language, place)
    text = "\n\n".join(
        [
            title,
            *([badge] if badge else []),
            setup,
            rest.strip(),
            _exercises(module, language, place),
            after.strip(),
        ]
    )
    made = jupytext.reads(text + "\n", fmt="md")
    made.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    made.cells = _by_heading(made.cells)
    made.nbformat, made.nbformat_minor = 4, 5
    for number, cell in enumerate(made.cells):
        cell.id = f"{module}-{number:03d}"
        is_setup = cell.source.startswith(TITLE)
        cell.metadata = nbformat.from_dict(FOLDED if is_setup else {})
    nbformat.validate(made)
    return (nbformat.writes(made) + "\n").encode()


def file_name(module: str, language: str) -> str:
    """Return what a module's notebook is called."""
    return f"{module}.ru.ipynb" if language == "ru" else f"{module}.ipynb"


def _badge(name: str, language: str, place: Place) -> str:
    """Return the link that opens the notebook in Colab; nothing where nobody could read it."""
    found = re.fullmatch(r"https://github\.com/([^/]+/[^/]+)", place.repository)
    if not found or not place.out.resolve().is_relative_to(place.root.resolve()):
        return ""
    folder = place.out.resolve().relative_to(place.root.resolve()).as_posix()
    address = f"https://colab.research.google.com/github/{found[1]}/blob/main/{folder}/{name}"
    return f"[![{OPEN.to(language)}]({BADGE})]({address})"


def _exercises(module: str, language: str, place: Place) -> str:
    marks = marked_in(place.root, module)
    plots = plots_of(module)
    warmups, specs = warmups_of(module), exercises_of(module)
    parts = [f"## {EXERCISES.to(language)}", HOW.to(language)]
    for number, spec in enumerate([*warmups, *specs], start=1):
        mark = marks[spec.exercise]
        parts += _exercise(number, spec, mark, language, place)
        if spec.short in plots:
            parts.append(_cell(f'demo("{spec.short}")'))
    parts += [f"### {HAND_IN.to(language)}", SUBMIT.to(language)]
    return "\n\n".join([*parts, _cell("progress()"), _cell("submit()")])


def _exercise(
    number: int, spec: ExerciseSpec, mark: Marked, language: str, place: Place
) -> list[str]:
    worth = f"{mark.points} {counted(mark.points, language)}"
    worth = worth if mark.points else WARMUP.to(language)
    names = ", ".join(f"`{name}`" for name in _at_hand(place, mark))
    hints = [
        f"<details><summary>{HINTS.to(language).format(number=number)}</summary>\n\n"
        f"{hint.to(language)}\n\n</details>"
        for number, hint in enumerate(spec.hints, start=1)
    ]
    examples = mark.examples if language == "ru" else ""
    return [
        f"### {number}. {spec.title.to(language)}",
        f"**{worth}** · {about(mark, language, place.root)}",
        statement(spec.statement(language, mark.docstring)),
        *([statement(examples)] if examples else []),
        *([NAMES.to(language).format(file=mark.file, names=names)] if names else []),
        *hints,
        _cell(exercise_cell(place.root, mark, spec.short, language)),
        _cell(f'check("{spec.short}")'),
    ]


def statement(text: str) -> str:
    """Return an exercise's statement as Markdown: examples and what is laid out become code."""
    blocks = []
    for block in text.strip().split("\n\n"):
        laid_out = all(line.startswith("    ") for line in block.splitlines())
        code = block.startswith(">>> ") or (laid_out and block.strip())
        blocks.append(f"```\n{block}\n```" if code else _escaped(block))
    return "\n\n".join(blocks)


def _escaped(block: str) -> str:
    """Keep signs of Python from being read as Markdown, outside of `code`."""
    parts = re.split(r"(`[^`]*`)", block)
    plain = [re.sub(r"(?<!^)([*<])", r"\\\1", p).replace("__", r"\_\_") for p in parts[::2]]
    return "".join(a + b for a, b in zip(plain, [*parts[1::2], ""], strict=True))


def _at_hand(place: Place, mark: Marked) -> list[str]:
    """Return the public names that a function's file has for it when it runs: what it imports for
    the reader of types alone, under `if TYPE_CHECKING:`, it has not."""
    tree = ast.parse((place.root / mark.file).read_text(encoding="utf-8-sig"))
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            made = (part for target in targets for part in ast.walk(target))
            names.update(part.id for part in made if isinstance(part, ast.Name))
    skipped = {mark.name.rpartition(".")[2], "exercise", "annotations", "TYPE_CHECKING"}
    return sorted(n for n in names - skipped if not n.startswith("_"))


def _cell(code: str) -> str:
    return f"```python\n{code.rstrip()}\n```"


def _by_heading(cells: Sequence[Any]) -> list[Any]:
    """Split the cells of text at their headings, so that each section can be folded away."""
    found = []
    for cell in cells:
        if cell.cell_type != "markdown":
            found.append(cell)
            continue
        for part in re.split(r"^(?=#{2,3} )", cell.source, flags=re.MULTILINE):
            if part.strip():
                found.append(nbformat.v4.new_markdown_cell(part.strip()))
    return found
