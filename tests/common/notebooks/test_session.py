"""Notebooks run from end to end, as a student and as a teacher would run them."""

import json
import shutil
import zipfile

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from common.discovery import ROOT, modules_with_exercises
from common.grading.commands import progress
from common.grading.exercise.source import emptied, marked_in
from common.notebooks.cell_binding import KEPT, exercise_cell
from common.notebooks.document import notebook
from common.notebooks.lesson import Place
from tests.common import forked


def course(folder, *, solved, module="common"):
    """A course of common and one module, in a folder of its own."""
    for name in sorted({"common", module, "tests/graded", "docs"}):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests" / "__init__.py").write_text("")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for path in () if solved else (folder / "common").rglob("*.py"):
        text = emptied(path.read_text(encoding="utf-8"), path.relative_to(folder).as_posix())
        path.write_text(text, encoding="utf-8")
    return folder


def run(folder, book, *, goes_on=False):
    """Execute a notebook in a folder of the course; return what each cell of code said."""
    where = folder / "notebooks"
    where.mkdir(exist_ok=True)
    client = NotebookClient(
        book, timeout=120, allow_errors=goes_on, resources={"metadata": {"path": str(where)}}
    )
    client.execute()
    return [said(cell) for cell in book.cells if cell.cell_type == "code"]


def said(cell):
    texts = []
    for output in cell.outputs:
        if output.output_type == "stream":
            texts.append(output.text)
        elif output.output_type == "error":
            texts.append("\n".join(output.traceback))
        else:
            texts.append(output.data.get("text/html", output.data["text/plain"]))
    return "\n".join(texts)


@pytest.fixture(scope="module")
def student(tmp_path_factory):
    return course(tmp_path_factory.mktemp("student"), solved=False)


@pytest.fixture(autouse=True)
def _no_other_course(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def _kernels_are_copies(monkeypatch):
    """A new kernel imports PyTorch, pandas and Matplotlib; a copy of this process has them."""
    monkeypatch.setattr("jupyter_client.launcher.Popen", forked.Popen)


@pytest.mark.parametrize("module", modules_with_exercises())
def test_the_teachers_notebook_runs_through(tmp_path, module):
    folder = course(tmp_path, solved=True, module=module)
    before = {path: path.read_bytes() for path in (folder / module).rglob("*.py")}
    book = nbformat.reads(notebook(module, "en", Place(folder, folder / "notebooks")).decode(), 4)
    for cell in book.cells:  # the lesson's own training, only shorter
        cell.source = cell.source.replace("epochs=600", "epochs=6")
    out = "\n".join(run(folder, book))
    assert "Warning" not in out
    assert "have not all passed" not in out
    results = progress.load(folder)
    assert results.keys() == marked_in(folder, module).keys()
    assert all(result.is_full for result in results.values())
    assert {path: path.read_bytes() for path in before} == before  # its own code, bound to itself
    pictures = [
        o for c in book.cells for o in c.get("outputs", []) if "image/png" in o.get("data", {})
    ]
    assert len(pictures) == sum(c.source.startswith("demo(") for c in book.cells)
    with zipfile.ZipFile(folder / "notebooks" / f"submission-{module}.zip") as archive:
        assert json.loads(archive.read("summary.json"))["points"] == 100


def test_a_students_notebook_ends_kindly_at_the_first_empty_exercise(student):
    book = nbformat.reads(
        notebook("common", "ru", Place(student, student / "notebooks")).decode(), 4
    )
    book.cells = [c for c in book.cells if "Trainer(" not in c.source]  # a cell of the lesson
    with pytest.raises(CellExecutionError):
        run(student, book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    done = [cell for cell in code if cell.execution_count]
    assert done[-1].source == 'check("picture_batch")'
    assert "замените raise NotImplementedError" in said(done[-2])
    assert said(done[-1]).startswith("«Разминка")
    assert "Traceback" not in said(done[-1])


def test_what_is_written_in_a_cell_counts_everywhere_and_is_never_lost(student):
    setup = notebook("common", "en", Place(student, student / "notebooks")).decode()
    first = next(c for c in nbformat.reads(setup, 4).cells if c.cell_type == "code")
    path = student / "common" / "early_stopping.py"
    mark = marked_in(student, "common")["common.early_stopping.early_stopping"]
    text = exercise_cell(student, mark, "early_stopping", "en")
    head = text.removesuffix("    raise NotImplementedError")
    wrong = head + "    return len(values), False"
    from_terminal = path.read_text(encoding="utf-8").replace(
        "    raise NotImplementedError", "    return 1, True"
    )
    cells = [
        text,  # where nothing is loaded yet, as after a restart
        first.source,
        "from common.early_stopping import early_stopping as held\nheld([1.0], 2)",
        wrong,
        "held([1.0, 2.0, 3.0], 2)",
        'check("early_stopping")',
        'check("early")\ncheck("lates")',
        f"open({str(path)!r}, 'w', encoding='utf-8').write({from_terminal!r})",
        head + "    raise NotImplementedError",
        'check("early_stopping")\nprint(held([1.0, 2.0, 3.0], 2))',
        wrong,
        'submit("Ада Лавлейс")',
        head + "    if len(values):\n    return 1, True",
        "check(held)",
        'demo("early_stopping")',
        head + "    return undefined",
        'demo("early_stopping")',
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    lost, *out = run(student, book, goes_on=True)
    assert "magic `%%exercise` not found" in lost
    assert "# “Cell magic not found”? The kernel is new: run the notebook's first cell" in text
    assert "Early stopping" in out[1]  # which exercise it needs
    assert "in this notebook;" in out[1]
    assert "yours now" in out[2]
    assert "(3, False)" in out[3]  # whoever holds the function has the new one
    assert "/ 15</b>" in out[4]
    assert "✗" in out[4]
    assert "expected" in out[4]
    assert out[5].rstrip().splitlines()[-1].startswith("unknown exercise 'lates'")
    assert "holds a solution already" in out[7]
    assert "(1, True)" in out[8]  # what a terminal wrote is what the notebook has
    assert f"is kept in {KEPT}" in out[9]
    kept = [file.read_text(encoding="utf-8") for file in (student / KEPT).iterdir()]
    assert any("return 1, True" in text for text in kept)
    assert "return undefined" in path.read_text(encoding="utf-8")
    assert "submit(attempts=False) leaves it out" in out[10]
    first_line = len(head.splitlines())
    assert out[11].startswith(f"%%exercise early_stopping, line {first_line + 2}: ")
    assert out[12] == 'the name of an exercise stands in quotes, as in check("early_stopping")'
    assert "its checks have not all passed yet" in out[13]
    assert "does not work yet: NameError" in out[15]
    assert "its checks" not in out[15]  # nothing was drawn
    result = progress.load(student)["common.early_stopping.early_stopping"]
    assert 0 <= result.points < 15
    with zipfile.ZipFile(student / "notebooks" / "submission-common.zip") as archive:
        assert json.loads(archive.read("summary.json"))["student"] == "Ада Лавлейс"
        assert b"return len(values), False" in archive.read("common/early_stopping.py")
