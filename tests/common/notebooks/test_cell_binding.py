"""What a cell holds goes into the function's own place in the file, and nowhere else."""

import sys
import textwrap

import pytest

from common.errors import UserError
from common.exercises import registered
from common.grading.exercise.source import marked_in
from common.notebooks.cell_binding import KEPT, bind, cell_of, is_empty, renew

SOURCE = '''"""Numbers."""

from common.exercises import exercise

FACTOR = 2


class Base:
    def scaled(self, x):
        return x


class Scale(Base):
    @exercise(points=60)
    def scaled(
        self,
        x,  # of any kind
        *,
        by: int = FACTOR,
    ) -> int:
        """Return x times by."""
        raise NotImplementedError

    def other(self):
        return "kept"


@exercise(points=40)
def double(x: int) -> int:
    """Return twice x."""
    text = """a
 b"""
    # and then
    return 2 * x + len(text) * 0
    # the end


AFTER = double
'''


@pytest.fixture
def toy(tmp_path, monkeypatch):
    folder = tmp_path / "toynumbers"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "numbers.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    before = dict(registered)
    yield tmp_path
    registered.clear()
    registered.update(before)
    for name in [name for name in sys.modules if name.startswith("toynumbers")]:
        del sys.modules[name]


def mark_of(root, name):
    return marked_in(root, "toynumbers")[f"toynumbers.numbers.{name}"]


def text_of(root):
    return (root / "toynumbers" / "numbers.py").read_text()


def test_a_cell_is_the_function_as_it_stands_without_its_docstring(toy):
    assert cell_of(toy, mark_of(toy, "double")) == textwrap.dedent('''\
        def double(x: int) -> int:
            text = """a
         b"""
            # and then
            return 2 * x + len(text) * 0
            # the end''')
    assert cell_of(toy, mark_of(toy, "Scale.scaled")) == textwrap.dedent("""\
        def scaled(self, x, *, by: int=FACTOR) -> int:
            raise NotImplementedError""")


@pytest.mark.parametrize("name", ["double", "Scale.scaled"])
def test_a_cell_that_nobody_touched_leaves_the_file_as_it_is(toy, name):
    mark = mark_of(toy, name)
    assert bind(toy, mark, cell_of(toy, mark)) == (mark, None)
    assert text_of(toy) == SOURCE


@pytest.mark.parametrize(
    "cell",
    [
        "def scaled(self, x, *, by=FACTOR):\n"
        "    # times\n    text = '''\n  as it is'''\n    return x * by",
        '@exercise(points=1)\ndef scaled(self, x, *, by: int = FACTOR) -> int:\n    """Mine."""\n\n'
        "    # times\n    text = '''\n  as it is'''\n    return x * by\n\n",
    ],
    ids=["bare", "with docstring and mark"],
)
def test_a_body_takes_its_place_in_the_file(toy, cell):
    mark, kept = bind(toy, mark_of(toy, "Scale.scaled"), cell)
    body = "        # times\n        text = '''\n  as it is'''\n        return x * by\n"
    assert text_of(toy) == SOURCE.replace("        raise NotImplementedError\n", body)
    assert not mark.empty
    assert kept is None
    again = "def scaled(self, x, *, by=FACTOR): return by * x"
    bind(toy, mark, again, seen=mark.fingerprint)
    one = "        return by * x\n"
    assert text_of(toy) == SOURCE.replace("        raise NotImplementedError\n", one)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("def double(x)\n    return x", "line 2"),
        ("def double(y):\n    return y", "def double(x: int) -> int:"),
        ("def twice(x):\n    return x", "def double(x: int) -> int:"),
        ("import math\ndef double(x):\n    return x", "imports and helpers go inside"),
        ("x = 2", "imports and helpers go inside"),
    ],
)
def test_what_is_no_such_function_is_refused_and_the_file_stays(toy, cell, said):
    with pytest.raises(UserError, match=said.replace("(", r"\(").replace(")", r"\)")):
        bind(toy, mark_of(toy, "double"), cell)
    assert text_of(toy) == SOURCE


def test_a_mistake_is_placed_under_the_name_that_its_cell_has(toy):
    with pytest.raises(UserError, match=r"^%%exercise Scale\.scaled, line 3: "):
        bind(toy, mark_of(toy, "Scale.scaled"), "def scaled(self, x, *, by=FACTOR):\n    return (")


def test_a_solution_that_came_another_way_is_kept(toy):
    mark = mark_of(toy, "double")
    now, kept = bind(toy, mark, "def double(x):\n    return x + x")
    assert kept is not None
    assert kept.parent == toy / KEPT
    assert "return 2 * x" in kept.read_text()
    assert bind(toy, now, "def double(x):\n    return x * 2", seen=now.fingerprint)[1] is None


def test_everybody_who_has_the_function_already_gets_the_new_code(toy):
    import toynumbers.numbers as numbers

    held, scale = numbers.AFTER, numbers.Scale()
    mark, _ = bind(toy, mark_of(toy, "double"), "def double(x):\n    return FACTOR * x + 1")
    renew(toy, mark)
    assert held(4) == 9
    assert held.__doc__ == "Return twice x."
    assert registered[f"{numbers.__name__}.Scale.scaled"].empty
    cell = "def scaled(self, x, *, by=FACTOR):\n    return super().scaled(x) * by"
    mark, _ = bind(toy, mark_of(toy, "Scale.scaled"), cell)
    renew(toy, mark)
    assert scale.scaled(5) == 10
    assert scale.scaled(5, by=3) == 15
    assert not registered[f"{numbers.__name__}.Scale.scaled"].empty


def test_nothing_written_is_told_from_something():
    assert is_empty('def f(x):\n    """Mine."""\n    raise NotImplementedError  # yet')
    assert not is_empty("def f(x):\n    if x:\n        raise NotImplementedError\n    return 1")
