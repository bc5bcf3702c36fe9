"""The course as the grader needs it: the exercises with their checks, and the student edition.

The edition is what a submission is laid over in the sandbox. It has no solution in it, so that
what a student left out is not there.
"""

import ast
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from common.discovery import ROOT, domains, modules_with_exercises
from common.errors import UserError
from common.grading.exercise import release
from common.grading.exercise.oracle import need_oracles, with_recorded_draws
from common.grading.exercise.source import Marked, marked_in
from common.grading.exercise.specification import ExerciseSpec


def exercises_of(module: str) -> list[ExerciseSpec]:
    """Return a module's exercises with their checks, in the order they are meant to be solved."""
    found: list[ExerciseSpec] = []
    if module in modules_with_exercises():
        found = importlib.import_module(f"tests.graded.{module}").EXERCISES
    if not found:
        raise UserError(
            f"there are no exercises for {module} in {ROOT}", ru=f"в {ROOT} нет заданий {module}"
        )
    return [with_recorded_draws(spec) for spec in found]


def warmups_of(module: str) -> list[ExerciseSpec]:
    """Return a module's warm-ups: exercises that are worth no points and are never graded."""
    if module not in modules_with_exercises():
        return []
    found = getattr(importlib.import_module(f"tests.graded.{module}"), "WARMUPS", [])
    return [with_recorded_draws(spec) for spec in found]


@dataclass(frozen=True)
class Module:
    """A module with exercises: those in their order, and its files as students are given them."""

    name: str
    exercises: Sequence[ExerciseSpec]
    marks: Mapping[str, Marked]
    starter: Mapping[str, bytes]


class Course:
    """The course in the folder `root`.

    modules: those with exercises, by name.
    left_out: why a module with exercises cannot be graded, by its name; the others can.
    digest: of the edition and the checks, to know whether they are those of another grading.
    """

    def __init__(
        self, root: Path = ROOT, exercises: Callable[[str], Sequence[ExerciseSpec]] = exercises_of
    ) -> None:
        self.modules: dict[str, Module] = {}
        self.left_out: dict[str, str] = {}
        if not (root / "pyproject.toml").is_file() or not (root / "tests" / "graded").is_dir():
            raise UserError(
                f"{root}: is not the course's repository, there are no exercises with their "
                "checks; start this in a checkout of the course",
                f"{root}: это не репозиторий курса, заданий с проверками здесь нет; запускайте в "
                "папке курса",
            )
        need_oracles(root)
        self._edition = self._edition_of(root)
        for name in modules_with_exercises(root):
            if name in self.left_out:
                continue
            try:
                self.modules[name] = self._module(root, name, exercises(name))
            except UserError as error:
                self.left_out[name] = str(error)
            except Exception as error:  # one module's broken checks are not the others' matter
                self.left_out[name] = f"{type(error).__name__}: {error}"
        if not self.modules:
            reasons = "; ".join(f"{name}: {why}" for name, why in self.left_out.items())
            raise UserError(
                f"{root}: no module can be graded: {reasons}"
                if reasons
                else f"{root}: is not the course's repository, there are no exercises",
                f"{root}: ни один модуль проверить нельзя: {reasons}"
                if reasons
                else f"{root}: это не репозиторий курса, заданий здесь нет",
            )
        whole = sha256()
        for name in (name for name in self._edition if name.endswith(".py")):
            content = self._edition[name]
            if name.startswith("tests/graded/") and (root / name).is_file():
                content = (root / name).read_bytes()  # with its oracles
            whole.update(sha256(name.encode()).digest() + sha256(content).digest())
        self.digest = whole.hexdigest()

    def _edition_of(self, root: Path) -> dict[str, bytes]:
        """Return the student edition, without the domains of which there can be none."""
        try:
            return release.edition(root)
        except UserError:
            sound = ["common"]  # nothing goes without it
            for name in domains(root):
                try:
                    release.edition(root, [name])
                    sound.append(name)
                except UserError as error:
                    self.left_out[name] = str(error)
            return release.edition(root, sound)

    def _module(self, root: Path, name: str, exercises: Sequence[ExerciseSpec]) -> Module:
        marks = marked_in(root, name)
        for one in exercises:
            if one.exercise not in marks:
                raise UserError(f"{one.exercise}: there is no function with this mark")
        files = sorted({marks[one.exercise].file for one in exercises})
        return Module(name, exercises, marks, {file: self._edition[file] for file in files})

    @property
    def starter(self) -> dict[str, Mapping[str, bytes]]:
        """Of every module the files that hold exercises, as students were given them."""
        return {name: module.starter for name, module in self.modules.items()}

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
        found: set[str] = set()
        done: set[str] = set()
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
        firsts = {path.partition("/")[0] for path in self._edition if "/" in path}
        tree = ast.parse(self._edition[file])
        libraries: set[str] = set()
        places: list[str] = []
        for node in ast.walk(tree) if file.endswith("_probes.py") else tree.body:
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            else:
                continue
            for name in names:
                first = name.partition(".")[0]
                if first in firsts:
                    within = [f"{name}.{alias.name}" for alias in node.names]
                    places += [place.replace(".", "/") for place in (first, name, *within)]
                elif first not in sys.stdlib_module_names:
                    libraries.add(name)
        return libraries, places


def unwritable(place: Path | str, error: OSError) -> UserError:
    """Build the error for a temporary file that cannot be written, with the remedy."""
    remedy = "make room there, or name another folder with TMPDIR"
    return UserError(
        f"{place}: {error.strerror}; {remedy}",
        f"{place}: {error.strerror}; освободите там место или назовите другую папку в TMPDIR",
    )
