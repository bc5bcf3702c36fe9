"""Who imports whom: what import-linter's lists could forget, and circles between files."""

import ast
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.util import find_spec

import pytest

from common.discovery import ROOT, domains, packages
from common.domain import load_domain

GENERAL = (
    "cluster",
    "discovery",
    "encodings",
    "errors",
    "exercises",
    "files",
    "i18n",
    "temporary_folders",
)
PAGES = tuple(f"common.report.{name}" for name in ("formula_guard", "pages", "plots"))


@cache
def imported_by(path):
    """Return the names of all modules that a file imports, those within functions too.

    What is imported for a type alone does not count: it is never imported when the course runs.
    An import is a statement, so expressions, which are most of a file, are not looked into.
    """
    names: list[str] = []
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            names += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names += (f"{node.module}.{alias.name}" for alias in node.names)
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            waiting += (one for one in ast.iter_child_nodes(node) if not isinstance(one, ast.expr))
    return names


def files_of(package):
    return sorted((ROOT / package.replace(".", "/")).rglob("*.py"))


def is_one_of(name, allowed):
    return any(name == one or name.startswith(f"{one}.") for one in allowed)


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("common.grading", ("common.grading", *PAGES, *(f"common.{name}" for name in GENERAL))),
        ("common.grading.runner.inside", ("common.grading.runner.inside",)),
    ],
)
def test_grading_uses_of_the_course_only_what_is_general(package, allowed):
    strange = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in files_of(package)
        for name in imported_by(path)
        if name.partition(".")[0] in packages() and not is_one_of(name, allowed)
    }
    assert not strange


@pytest.mark.parametrize("domain", domains())
def test_a_domain_imports_common_and_its_own_rooms_and_is_imported_by_neither(domain):
    others = set(domains()) - {domain}
    strange = {
        (path.relative_to(ROOT).as_posix(), name)
        for package in (domain, "common")
        for path in files_of(package)
        for name in imported_by(path)
        if name.partition(".")[0] in (others if package == domain else {domain})
    }
    assert not strange


@pytest.mark.parametrize("domain", domains())
def test_a_domains_libraries_are_imported_inside_that_domain_only(domain):
    libraries = load_domain(domain).libraries
    strange = {
        (path.relative_to(ROOT).as_posix(), name)
        for package in packages()
        for path in (files_of(package) if package != domain else ())
        for name in imported_by(path)
        if name.partition(".")[0] in libraries
    }
    assert not strange


@pytest.mark.parametrize("domain", domains())
@pytest.mark.parametrize("room", ["model", "loss"])
def test_model_and_loss_need_torch_alone(domain, room):
    names = {name.partition(".")[0] for name in imported_by(ROOT / domain / f"{room}.py")}
    assert names - sys.stdlib_module_names <= {"torch", "common", domain}


def test_what_runs_inside_the_sandbox_imports_numpy_and_the_standard_library():
    libraries = {
        name.partition(".")[0]
        for path in files_of("common.grading.runner.inside")
        for name in imported_by(path)
    }
    assert libraries - sys.stdlib_module_names == {"common", "numpy"}


def test_no_files_import_each_other_in_a_circle():
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for package in packages()
        for path in files_of(package)
    }
    graph = {
        module: {
            found
            for name in imported_by(path)
            for found in (name, name.rpartition(".")[0])
            if found in files and found != module
        }
        for module, path in files.items()
    }
    for module, found in graph.items():  # of a package that gives names on, the file is meant
        graph[module] = {one for one in found if not any(o.startswith(f"{one}.") for o in found)}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])), pytrace=False)


def test_no_benchmark_hides_a_library_from_the_others():
    """The folder of a program that is started comes before all libraries."""
    names = {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    assert not {name for name in names if find_spec(name)}
