"""Packing a submission: the files that hold exercises, a summary, and whose it is."""

import argparse
import json
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from common.errors import UserError
from common.files import atomic_path
from common.grading.commands import progress
from common.grading.submissions.efforts import rows_of
from common.i18n import Text

PACKED = Text(
    "{out}: {files}; points by your own checks: {points} of {most}. Hand in this file.",
    "{out}: {files}; баллов по вашей проверке: {points} из {most}. Сдайте этот файл.",
)
UNCHECKED = Text(
    "Not checked as it is now, and counted as 0 above: {names}. To see the points: "
    "python -m {module} check. What counts is what the teacher's checks find.",
    "В нынешнем виде не проверено и выше считается за 0: {names}. Увидеть баллы: "
    "python -m {module} check. Засчитывается то, что найдут проверки преподавателя.",
)
ASK_NAME = Text(
    "Your first and last name, for the teacher (asked once): ",
    "Ваши имя и фамилия, для преподавателя (спрашиваем один раз): ",
)
SENT = Text(
    "Sent along for the class's statistics, exercises: {count}; of each how many versions you "
    "checked, and after which of them you opened a hint. It changes no points; {without} leaves "
    "it out.",
    "Для статистики группы приложено, заданий: {count}; о каждом — сколько вариантов вы проверили "
    "и после какого открыли подсказку. На баллы это не влияет; {without} этого не приложит.",
)
LONGEST_NAME = 80


def student_name(arguments: argparse.Namespace, root: Path, language: str) -> str:
    """Return the student's name: as given by --name, as remembered, or as answered now.

    Asked is only where somebody can answer. What is given or answered is remembered.
    """
    name = arguments.student or progress.load_student(root)
    if not name and not arguments.json and sys.stdin is not None and sys.stdin.isatty():
        name = input(ASK_NAME.to(language))
    name = " ".join("".join(c if c.isprintable() else " " for c in name or "").split())
    if name and name[:LONGEST_NAME] != progress.load_student(root):
        progress.save_student(root, name[:LONGEST_NAME])
    return name[:LONGEST_NAME]


def pack(
    module: str,
    arguments: argparse.Namespace,
    files: Sequence[str],
    rows: Sequence[dict[str, Any]],
    *,
    unchecked: Sequence[str],
    root: Path,
    language: str,
) -> int:
    """Write the archive; the same files, results and name give the same bytes.

    unchecked: the exercises whose points are not known, for they were written since.
    """
    out = Path(arguments.out or f"submission-{module}.zip")
    if out.exists() and not zipfile.is_zipfile(out):
        raise UserError(
            f"{out}: is there already and no archive; name another file with --out",
            ru=f"{out}: уже есть, и это не архив; назовите другой файл: --out",
        )
    reached = sum(row["points"] for row in rows)
    summary = {
        "format": 3,
        "module": module,
        "student": student_name(arguments, root, language),
        "files": list(files),
        "points": reached,
        "exercises": list(rows),
    }
    efforts = _efforts(rows, root) if arguments.attempts else {}
    if efforts:
        summary["efforts"] = efforts
    with atomic_path(out) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(summary, indent=2, sort_keys=True, ensure_ascii=False)
        _add(archive, "summary.json", text.encode())
        for name in files:
            _add(archive, name, (root / name).read_bytes())
    if arguments.json:
        print(json.dumps({"out": str(out), **summary}, indent=2))
        return 0
    most = sum(row["max_points"] for row in rows)
    line = PACKED.to(language)
    print(line.format(out=out, files=", ".join(files), points=reached, most=most))
    if unchecked:
        print(UNCHECKED.to(language).format(names=", ".join(unchecked), module=module))
    if efforts:
        without = getattr(arguments, "without", "submit --no-attempts")
        print(SENT.to(language).format(count=len(efforts), without=without))
    return 0


def _efforts(rows: Sequence[dict[str, Any]], root: Path) -> dict[str, list[int | None]]:
    """Return the way to each of the exercises that go in: attempts, the one that solved it, and
    after which attempt each hint was opened."""
    known = progress.load_efforts(root)
    names = [row["exercise"] for row in rows if row["exercise"] in known]
    return rows_of({name: known[name] for name in names})


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=(2000, 1, 1, 0, 0, 0))
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    archive.writestr(entry, content)
