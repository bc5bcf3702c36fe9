"""The course as the grader needs it: the exercises with their checks, and the student edition.

The edition is what a submission is laid over in the sandbox. It has no solution in it, so that
what a student left out is not there.
"""

import ast
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from common.errors import UserError
from common.grading.exercise import release
from common.grading.exercise.source import Marked, marked_in
from common.grading.exercise.specification import ExerciseSpec
from common.grading.runner import loop
from common.grading.runner.layout import unwritable
from common.grading.runner.local_runner import ROOT


@dataclass(frozen=True)
class Module:
    """A module with exercises: those in their order, and of each file what students were given."""

    name: str
    exercises: Sequence[ExerciseSpec]
    marks: Mapping[str, Marked]
    given: Mapping[str, bytes]


class Course:
    """The course in the folder `root`.

    digest: of the edition and the checks, to know whether they are those of another grading.
    """

    def __init__(
        self, root: Path = ROOT, graded: Callable[[str], Sequence[ExerciseSpec]] = loop.graded
    ) -> None:
        self._edition = release.edition(root)
        names = [
            path.parent.name
            for path in sorted(root.glob("*/__init__.py"))
            if (root / "tests" / "graded" / f"{path.parent.name}.py").is_file()
        ]
        self.modules = {name: self._module(root, name, graded(name)) for name in names}
        if not self.modules:
            raise UserError(f"{root}: is not the course's repository, there are no exercises")
        whole = sha256()
        for name in (name for name in self._edition if name.endswith(".py")):
            content = self._edition[name]
            whole.update(sha256(name.encode()).digest() + sha256(content).digest())
        self.digest = whole.hexdigest()

    def _module(self, root: Path, name: str, exercises: Sequence[ExerciseSpec]) -> Module:
        marks = marked_in(root, name)
        files = sorted({marks[one.exercise].file for one in exercises})
        return Module(name, exercises, marks, {file: self._edition[file] for file in files})

    @property
    def given(self) -> dict[str, Mapping[str, bytes]]:
        """Of every module the files that hold exercises, as students were given them."""
        return {name: module.given for name, module in self.modules.items()}

    def write_edition(self, folder: Path) -> None:
        """Write the student edition into a temporary folder, for sandboxes to copy.

        Raises UserError where it cannot be written.
        """
        for name, content in self._edition.items():
            path = folder / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            except OSError as error:
                raise unwritable(path, error) from None

    def libraries(self, name: str) -> list[str]:
        """Return the libraries to import before a module's checks, so that no check has to.

        They are those that its probes import, and what these import of the course, and so on.
        """
        checks = [check for one in self.modules[name].exercises for check in one.checks]
        waiting = sorted({check.probe.partition(":")[0].replace(".", "/") for check in checks})
        found, done = set(), set()
        while waiting:
            place = waiting.pop()
            for file in {f"{place}.py", f"{place}/__init__.py"} & self._edition.keys() - done:
                done.add(file)
                libraries, places = self._imports(file)
                found |= libraries
                waiting += places
        return sorted(found)

    def _imports(self, file: str) -> tuple[set[str], list[str]]:
        """Return the libraries that a file imports, and the places in the course.

        What a function imports when it runs counts in the probes alone, whose functions do run.
        """
        packages = {path.partition("/")[0] for path in self._edition if "/" in path}
        tree = ast.parse(self._edition[file])
        libraries, places = set(), []
        for node in ast.walk(tree) if file.endswith("_probes.py") else tree.body:
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module]
            for name in names:
                first = name.partition(".")[0]
                if first in packages:
                    within = [f"{name}.{alias.name}" for alias in node.names]
                    places += [place.replace(".", "/") for place in (first, name, *within)]
                elif first not in sys.stdlib_module_names:
                    libraries.add(name)
        return libraries, places
