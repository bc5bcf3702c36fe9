"""A course of one exercise in a temporary folder, to be checked, released and handed in."""

from pathlib import Path

SOURCE = '''"""Doubling."""

from common.exercises import exercise

_FACTOR = 2


@exercise(points=100)
def double(x):
    """Return twice x.

    >>> double(2)
    4
    """
    # the secret of doubling
    return _times(x, _FACTOR)
    # and a last word


def _times(x, factor):
    return x * factor


def kept(x):
    return x
'''

PROBES = '''"""Probes."""


def double(inputs):
    from toy import numbers

    return numbers.double(inputs["x"])
'''

ANSWER = "return _times(x, _FACTOR)"


def toy_course(root: Path) -> Path:
    files = {
        "toy/__init__.py": "",
        "toy/__main__.py": "DOMAIN = None\n",
        "toy/numbers.py": SOURCE,
        "tests/__init__.py": "",
        "tests/graded/__init__.py": "",
        "tests/graded/toy_probes.py": PROBES,
        "tests/solutions/toy/right.py": "def double(x):\n    return x + x\n",
        "pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["tests", "toy"]\n',
        "benchmarks/recorded.py": "ANSWER = 4\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root
