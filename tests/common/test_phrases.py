"""The tables of phrases: both languages, nothing left over, and all that the code says in them."""

import argparse
import ast
import importlib
import re
import warnings
from http import HTTPStatus
from pathlib import Path

import fastapi.routing
import pytest
import starlette.formparsers
import torch
from pydantic_core._pydantic_core import list_all_errors
from torch import nn

from common.cli import guarded
from common.commands.arguments import parser_of
from common.discovery import ROOT, domains
from common.domain import load_domain
from common.trainer import Trainer
from common.translation import phrases_of, translator

MODULES = ["common", "common.serving", *domains()]
WORD = re.compile(r"[a-z]{4,}")
NAMES = {"macro", "precision", "recall", "accuracy", "tolerance"}
"""English words that Russian textbooks use as they are."""


def texts_in(path: Path) -> list[str]:
    """Return the texts of a module, `{}` in place of what is put in."""
    if path.suffix in (".html", ".js"):
        return [path.read_text(encoding="utf-8").replace("{:,}", "{}")]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    texts = [
        "".join(p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)  # type: ignore[misc]
        for node in joined
    ]
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return texts + [value for value in constants if isinstance(value, str)]


def corpus_of(module: str) -> str:
    paths = [
        path
        for path in sorted((ROOT / module.replace(".", "/")).rglob("*"))
        if path.suffix in (".py", ".html", ".js")
    ]
    paths = [path for path in paths if not path.name.startswith("russian")]
    if module == "common":
        paths.append(Path(argparse.__file__))
    else:
        paths.append(ROOT / "common" / "file_signatures.py")
    texts = [text for path in paths for text in texts_in(path)]
    if module == "common.serving":  # what its libraries say of a request is put into Russian, too
        texts += [
            re.sub(r"\{\w+\}", "{}", one["message_template_python"]) for one in list_all_errors()
        ]
        for library in (fastapi.routing, starlette.formparsers):
            texts += texts_in(Path(library.__file__))
        texts += [one.phrase for one in HTTPStatus]
    return "\n".join(texts)


@pytest.mark.parametrize("module", MODULES)
def test_every_phrase_has_both_languages_and_holds_the_same(module):
    for english, russian in phrases_of(module).items():
        assert re.search("[а-я]", russian), english
        assert not re.search("[а-яё]", english), english
        count = english.count("{}")
        assert len(re.findall(r"\{\d?\}", russian)) == count, english
        filled = russian.format(*(f"<{number}>" for number in range(count)))
        assert all(f"<{number}>" in filled for number in range(count)), english


@pytest.mark.parametrize("module", MODULES)
def test_no_phrase_is_left_over_that_nobody_says(module):
    """A good part of a phrase stands in the code as it is; the rest is what the code puts in."""
    corpus, table = corpus_of(module), phrases_of(module)
    for english in table:
        if english.startswith("{} ") and english.removesuffix("s") in {*table} - {english}:
            continue  # what `count_of` makes of the other
        runs = []
        for piece in re.split(r"\{\}| \(|\)", english):
            words = piece.split()
            size = min(3, len(words))
            runs += [" ".join(words[i : i + size]) for i in range(len(words) - size + 1)]
        runs = [run.strip(" ,.:;") for run in runs if WORD.search(run)]
        assert sum(run in corpus for run in runs) >= len(runs) / 3, english


RAISED = {"UserError", "UnwritableError"}


def refusals(*places: Path) -> list[str]:
    """Return what errors say of a person's files, `7` in place of what is put in.

    What is put in right behind a word, such as a guess, may be nothing.
    """
    found = []
    for path in (path for place in places for path in sorted([place, *place.rglob("*.py")])):
        if path.is_dir():
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED:
                (text, *russian), words = node.args, node.keywords
                if isinstance(text, ast.Constant | ast.JoinedStr) and not (russian or words):
                    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
                    said = (p.value if isinstance(p, ast.Constant) else "7" for p in parts)
                    found.append(re.sub(r"(?<=[a-wyz)])7", "", "".join(map(str, said))))
    return found


NOT_OF_FILES = re.compile(
    r"preprocessing|^(7|size|classes|std|width|sample_rate)\b.* (is a )?7, exp"
    r"|three numbers|^std: |^7: 7 folder"
)
"""What a damaged run is told, and a call from Python."""


@pytest.mark.parametrize("module", ["common", *domains()])
def test_what_is_wrong_with_a_persons_files_is_told_in_russian(module):
    translate = translator("ru", module)
    folder = ROOT / "common" / "tables" if module == "common" else ROOT / module
    said = [text for text in refusals(folder) if WORD.search(re.sub(r"--\w+", "", text))]
    assert len(said) > 20
    left = [text for text in said if not re.search("[а-я]", translate(text))]
    assert [text for text in left if not NOT_OF_FILES.search(text)] == []


ONLY_IN_PYTHON = re.compile(
    r"optimizer|schedule, and the trainer|differentiable|maximize|step\(closure|a train\(\) and"
    r"|super\(\)|TensorBoard|augment|monitor|metric|resume=|epochs=1|a sweep|predict|iter__|7=7"
    r"|lr=7|X is a 7|same memory|^(the )?7:? (7|the|comp)|^the training data: 7$|kinds, 7"
    r"|outputs 7;"
)
"""What an argument of `Trainer` alone can cause, and frames for what is a phrase by itself."""


def test_what_is_wrong_with_a_model_a_loss_or_a_checkpoint_is_told_in_russian():
    """A student's exercise, or a domain of one's own, may come upon any of it in a command."""
    translate = translator("ru", "common")
    said = [re.sub("^the 7", "the training data", t) for t in refusals(ROOT / "common/training")]
    told = {text: translate(text) for text in said if not ONLY_IN_PYTHON.search(text)}
    assert len(told) > 40
    assert [text for text, russian in told.items() if not re.search("[а-я]", russian)] == []


class Squeezing(nn.Linear):
    def forward(self, x):
        return super().forward(x).squeeze()


@pytest.mark.parametrize(
    ("model", "loss", "y"),
    [
        (nn.Linear(2, 1).double(), nn.MSELoss(), torch.zeros(5, 1)),
        (nn.Linear(3, 1), nn.MSELoss(), torch.zeros(5, 1)),
        (Squeezing(2, 3), nn.CrossEntropyLoss(), torch.zeros(5, dtype=torch.int64)),
        (nn.Linear(2, 3), nn.CrossEntropyLoss(), torch.full((5,), 7)),
        (nn.Linear(2, 1), nn.BCEWithLogitsLoss(), torch.full((5, 1), -1.0)),
        (nn.Linear(2, 1), lambda p, y: (p - y).abs(), torch.zeros(5, 1)),
        (nn.Linear(2, 1), lambda p, y: (p - y).detach().mean(), torch.zeros(5, 1)),
        (nn.Linear(2, 1), lambda p, y: ((p - y) ** 2).mean(), torch.arange(5.0)),
        (nn.Linear(2, 1), nn.MSELoss(), torch.tensor([[0.0], [torch.nan], [0], [0], [0]])),
        (nn.Linear(2, 1), lambda p, y: (p.sum() * 0).sqrt(), torch.zeros(5, 1)),
        (nn.BatchNorm1d(2), nn.MSELoss(), torch.zeros(5, 2)),
    ],
)
def test_a_training_that_fails_in_a_command_says_why_in_russian(model, loss, y, capsys):
    def work():
        Trainer(model, loss, batch_size=2, epochs=1, device="cpu", progress=False).fit(
            (torch.ones(5, 2), y)
        )
        return 0

    assert guarded("common", work, ["--lang", "ru"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("ошибка: ")
    assert said.count("\n") == 1
    own = said.replace("(shapes cannot be multiplied (2x2 and 3x1))", "")  # PyTorch's words
    assert not re.search(r"\b(the|an?|and|or|of|is|are|has|takes|give|expected|tensor)\b", own), own


def test_a_note_in_a_command_is_one_line_in_its_language(capsys):
    def work():
        warnings.warn(
            "every gradient of the first epoch was 0, so nothing was learned: a round, a "
            "comparison or an argmax in the model or the loss has none, nor has a ReLU that gets "
            "negative numbers alone",
            stacklevel=1,
        )
        warnings.warn("as it is", DeprecationWarning, stacklevel=1)
        return 0

    shown = warnings.showwarning
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *_: print(f"shown: {message}")
        assert guarded("common", work, ["--lang", "ru"]) == 0
    assert warnings.showwarning is shown
    captured = capsys.readouterr()
    assert captured.err.startswith("заметьте: все градиенты первой эпохи были нулевыми")
    assert captured.err.count("\n") == 1
    assert captured.out == "shown: as it is\n"


def test_a_long_warning_of_a_library_is_not_looked_up_for_long(capsys, monkeypatch):
    """Every phrase of which a part may stand anywhere is tried at every place of it."""
    asked = []
    monkeypatch.setattr("common.cli.translator", lambda *_: lambda said: asked.append(said) or "да")

    def work():
        warnings.warn("short: a part of it", stacklevel=1)
        warnings.warn("long: a part of it " * 300, stacklevel=1)
        return 0

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        guarded("common", work, ["--lang", "ru"])
    assert asked == ["short: a part of it"]
    assert capsys.readouterr().err.splitlines()[0] == "заметьте: да"


OF_COMMANDS = [
    *("autopilot", "cluster", "commands", "downloads.py", "files.py", "runs", "scaffold.py"),
    *("grading/runner/bubblewrap.py", "training/barrier.py", "training/process_group.py"),
    *("training/checkpoint.py", "training/data_parallel.py"),
]
NOT_SO = re.compile(
    r"known sizes|the state of|7 cannot name|no such run7|this run 7|7\)7|^7(: 7)?; "
)
"""What a call from Python is told, and what is put together of the words below."""
PUT_TOGETHER = [
    "'Time-Series' cannot name a package; did you mean 'time_series'?",
    "'Ы' cannot name a package; expected letters a to z, digits and _",
    "runs/x: no such run",
    "runs/x: no such run; its training was interrupted, go on with train --resume runs/x",
    "runs/x: nothing to resume, this run is complete",
    "runs/x: nothing to resume, this run was never begun",
    "runs/x: exists and is not a run of tabular; name another folder",
    "a/b: cannot be written (No space left on device)",
    "a/b: cannot be written (Permission denied); "
    "is it open in another program, or is the folder read-only?",
    "a: students' code can read what lies in /usr; move the course elsewhere",
    "a: students' code can read what lies in /usr; name another folder with TMPDIR",
    *(
        f"the sandbox {what}, and grading goes no further without it: why; {how}"
        for what in ("cannot start", "broke down; the check under way does not count")
        for how in (
            "this system forbids it: sudo sysctl -w user.max_user_namespaces=15000",
            "close other programs, or give a smaller --jobs",
            "inside of a container, start it with --security-opt seccomp=unconfined",
        )
    ),
    "2 ranks: the loss worst is no mean over rows, so that several batches of it are not one large "
    "batch; choose one process, or give the loss a method weight_of(target) that returns what its "
    "mean is divided by",
]


def test_what_commands_refuse_is_told_in_russian():
    translate = translator("ru", "common")
    said = refusals(*(ROOT / "common" / name for name in OF_COMMANDS))
    assert len(said) > 30
    said = PUT_TOGETHER + [text for text in said if WORD.search(text) and not NOT_SO.search(text)]
    for text in said:
        assert re.search("[а-я]", translate(text)), text


def notes_of(folder: Path) -> list[str]:
    """Return what is said of a person's data, `7` in place of what is put in: texts in lists of
    notes, and what is added to them."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and "notes" in node.name:
                places = [x.value for x in ast.walk(node) if isinstance(x, ast.Return)]
            elif isinstance(node, ast.Assign | ast.AugAssign):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                places = [node.value] if "notes" in ast.unparse(target) else []
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                said = node.func.attr == "append" and "notes" in ast.unparse(node.func.value)
                places = [ast.List(node.args)] if said else []
            else:
                continue
            lists = [place for place in places if isinstance(place, ast.List)]
            for text in (text for each in lists for text in each.elts):
                if isinstance(text, ast.Constant | ast.JoinedStr):
                    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
                    said = (p.value if isinstance(p, ast.Constant) else "7" for p in parts)
                    found.append("".join(map(str, said)))
    return found


MADE_OF_PARTS = {
    "column 77",
    "rows alike but for 7: 7 of 77",
    "7 7 taken for 7",
    "7: the training part has it, 7",
    "HTML in 7 7 7: its tags are left out",
    "7 of 7 for 7 7 trained on by 7; the figures are optimistic",
    "coded (7) 7 7 7: 7; decode them first, for their codes are read as words",
    "letters that a wrong encoding made ? or \ufffd of in 7 7 7: 7; they are gone: export the "
    "texts anew",
    "without any letter 7 7 7: 7; is this the column of texts?",
    "longer than 7 characters, of which the rest is not read: 7 7 7",
    "UTF-8 that was read in another encoding and saved in 7 7 7: 7 for 7; mend the file first",
    "the 7 part has texts of one class alone, 7: its figures say nothing of the others",
    "7 of 7 have 7 (7)",
    "7: 7 with masks, 7",
}
"""Notes of which a part is put in that is words itself: here it cannot be seen what they say."""


@pytest.mark.parametrize("module", ["common", *domains()])
def test_what_was_understood_of_a_persons_data_is_told_in_russian(module):
    translate = translator("ru", module)
    said = {text for text in notes_of(ROOT / module) if WORD.search(text)} - MADE_OF_PARTS
    assert len(said) > 5
    for text in said:
        of_a_folder = text.replace("7: ", "clean: ", 1)
        assert re.search("[а-я]", translate(text) + translate(of_a_folder)), text


def test_notes_that_are_made_of_parts_are_told_in_russian():
    said = {
        "text": [
            "'none' is taken for a class like the others",
            "class 'a' has 1 text (row 7): the training part has it, no other part has it: no "
            "figure speaks of it",
            "class 'a' has 2 texts: the training part has it, one part lacks it",
            "HTML in 3 of 12 texts, such as row 2: its tags are left out",
            "coded (URL) 7 of 9 texts, such as row 2: '0L/Q'; decode them first, for their "
            "codes are read as words",
            "letters that a wrong encoding made ? or \ufffd of in 3 of 9 texts, such as row 2: "
            "'???'; they are gone: export the texts anew",
            "without any letter 7 of 9 texts, such as row 2: '7'; is this the column of texts?",
            "40 of 40 texts name their own class, such as 'a', and 0 another: did somebody write "
            "it there afterwards?",
            "longer than 20,000 characters, of which the rest is not read: 1 of 31 texts, such as "
            "row 32",
            "the test part has texts of one class alone, 'a': its figures say nothing of the "
            "others",
        ],
        "vision": [
            "7 of 12 have transparent parts, which become black (a.png)",
            "folder: 13 pictures with masks, 128x96 pixels",
            "folder: 13 pictures with masks, 128x96 to 256x256 pixels",
            "masks hold 0 and 255: 1.60% of the pixels; 100% of them are not empty",
        ],
        "audio": [
            "clean: 12 clips of 4 s from 7 files at 16,000 Hz; level -23 dB of full scale (-30 to "
            "-20)",
            "clean: 3 speakers by part 2 of the files' names (1, 2 and so on); if these are not "
            "the speakers, put each speaker into a sub-folder",
        ],
        "tabular": [
            "rows alike but for the columns 'a', 'b' and 'c': 2 of 40; they stay in one part of "
            "the split",
            "rows alike but for the price and the column 'a': 9 of 40; they stay in one part of "
            "the split",
        ],
    }
    for module, texts in said.items():
        for text in texts:
            told = re.sub("'[^']*'|HTML|a.png|folder", "", translator("ru", module)(text))
            assert not re.search("[a-wyz]{2}", told), (text, told)


@pytest.mark.parametrize("name", domains())
def test_help_has_a_russian_word_in_every_line(name):
    parser = parser_of(load_domain(name), "ru")
    commands = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    for one in [parser, *commands.choices.values()]:
        assert re.search("[а-я]", one.description or ""), one.prog
        for action in one._actions:
            if action.help:
                assert re.search("[а-я]", action.help.partition(" (обычно")[0]), (one.prog, action)


@pytest.mark.parametrize("name", domains())
def test_help_in_english_has_no_russian_word(name):
    parser = parser_of(load_domain(name), "en")
    commands = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    for one in [parser, *commands.choices.values()]:
        assert not re.search("[а-яё]", one.format_help()), one.prog


@pytest.mark.parametrize("name", domains())
def test_figures_of_a_report_have_russian_names(name):
    task = importlib.import_module(load_domain(name).task).TASK
    translate = translator("ru", name)
    for metric in task.metrics:
        left = set(WORD.findall(translate(metric.title))) - NAMES
        assert not left, metric.title
    for text in (task.title, task.about):
        for paragraph in translate(text).split("\n\n"):
            assert not re.search(r"\b(the|and|what|with)\b", paragraph), paragraph


def said_in(path: Path) -> list[str]:
    """Return what a module of plots says on the page: titles, captions, names of axes."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "Section":
            found += node.args[:2]
        elif name == "label":
            found += [k.value for k in node.keywords if k.arg in ("title", "x", "y")]
        elif name in ("supxlabel", "supylabel"):
            found += node.args[:1]
    texts = []
    for node in found:
        if isinstance(node, ast.Constant):
            texts.append(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else "{}" for p in node.values]
            texts.append("".join(parts))  # type: ignore[arg-type]
    return texts


@pytest.mark.parametrize(
    ("module", "file"),
    [(name, "plots.py") for name in domains()] + [("common", "report/run_page.py")],
)
def test_what_plots_say_is_known_in_russian(module, file):
    translate = translator("ru", module)
    said = [text for text in said_in(ROOT / module / file) if WORD.search(text)]
    assert said
    for text in said:
        assert not re.search(r"\b(the|and|of|with|are|is)\b", translate(text)), text
        assert re.search("[а-я]", translate(text)), text


@pytest.mark.parametrize("name", [name for name in domains() if (ROOT / name / "serving").is_dir()])
def test_what_a_served_page_says_is_known_in_russian(name):
    pages = pytest.importorskip("common.serving.pages")
    translate, files = pages.translator_of(name, "ru"), [ROOT / "common" / "serving" / "base.html"]
    files += [ROOT / "common/serving/page.js", *sorted((ROOT / name / "serving").glob("page.*"))]
    said = [
        t
        for file in files
        for t in re.findall(r"\bt\([\"'](.+?)[\"'](?=[).])", file.read_text("utf-8"))
    ]
    assert len(said) > 20
    for text in said:
        assert re.search("[а-я]|API", translate(text)), text
