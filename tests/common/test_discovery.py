"""Domains are found and never listed."""

import subprocess
import sys

import pytest

from common import discovery
from common.domain import Domain, load_domain
from common.errors import UserError

MAIN = "from common.cli import run\nfrom common.domain import Domain\n\nDOMAIN = Domain(name='x')\n"


def room(root, name, main=MAIN, *, package=True):
    (root / name).mkdir()
    (root / name / "__main__.py").write_text(main, encoding="utf-8")
    if package:
        (root / name / "__init__.py").write_text("")


def test_the_course_has_its_four():
    found = discovery.domains()
    assert {"audio", "tabular", "text", "vision"} <= set(found)
    assert found == sorted(found)
    assert discovery.packages() == ["common", *found]
    assert set(discovery.modules_with_exercises()) == set(discovery.packages())


def test_a_domain_is_a_package_that_says_so(tmp_path):
    room(tmp_path, "waves", "DOMAIN: Domain = Domain(\n    name='waves')\n")
    room(tmp_path, "broken", "DOMAIN = Domain(\n")
    room(tmp_path, "tool", "DOMAINS = []\n")
    room(tmp_path, "asks", "if DOMAIN == 1:\n    pass\n")
    room(tmp_path, "with-dash")
    room(tmp_path, "loose", package=False)
    (tmp_path / "tests" / "graded").mkdir(parents=True)
    (tmp_path / "tests" / "graded" / "waves.py").write_text("")
    assert discovery.domains(tmp_path) == ["broken", "waves"]
    assert discovery.modules_with_exercises(tmp_path) == ["waves"]


def test_a_domain_is_found_without_being_imported(tmp_path):
    room(tmp_path, "heavy", "raise SystemExit\nDOMAIN = 1\n")
    assert discovery.domains(tmp_path) == ["heavy"]


@pytest.mark.parametrize("name", discovery.domains())
def test_each_domain_hands_over_its_domain(name):
    found = load_domain(name)
    assert isinstance(found, Domain)
    assert (found.name, found.task.partition(".")[0]) == (name, name)


def test_an_unknown_domain_is_named_with_those_there_are():
    with pytest.raises(UserError, match=r"unknown domain 'visoin'; did you mean 'vision'"):
        load_domain("visoin")


def test_discovery_imports_nothing_heavy():
    script = (
        "import sys\nfrom common.discovery import domains\nfrom common.domain import load_domain\n"
        "for name in domains(): load_domain(name)\n"
        "assert not {'torch', 'numpy', 'pandas'} & set(sys.modules), sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
