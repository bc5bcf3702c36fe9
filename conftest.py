"""What every test run of the course is set to, whichever packages there are."""

import gc
import io
import os
import signal
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from common.discovery import packages

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# The networks of the tests are small: a second thread gains nothing, and spins while it waits,
# which beside other work takes several times as long. Set before torch is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Tests begin hundreds of processes, and each imports the course. Where Python is told to keep no
# bytecode, as in many a container, each would compile all of it again, for seconds.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

ALWAYS_DRAWN = ("tests/cases/", "tests/common/report/")
MOST_WORKERS = 4
"""Each imports PyTorch, and many a test has processes of its own."""
SIDE_BY_SIDE = (
    *("test_keras_loss.py", "test_comparison.py", "test_ways.py"),  # Keras
    *("test_export.py", "test_compiling.py"),  # the compiler, which Keras imports too
)
"""These tests use what takes longer to import than all else together."""
collect_ignore_glob = ["*/keras_*.py", "*/with_keras.py"]  # their examples: test_keras_loss.py


def pytest_configure(config: pytest.Config) -> None:
    """A warning that the course's own code causes is an error.

    A shell that starts the tests in the background has them ignore Ctrl+C, which tests press.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("filterwarnings", f"error:::({'|'.join(packages())})")


def pytest_collection() -> None:
    """What collecting makes lives to the end: the garbage collector need not look at it."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on it looks, at what tests leave behind."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long to import is needed first and side by side: by one worker."""
    items.sort(key=lambda item: item.path.name not in SIDE_BY_SIDE)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The whole suite is spread over the cores; in a chosen part a debugger can follow the code.

    One worker more than there are cores: where one waits for a deadline or a browser, the others
    go on.
    """
    chosen = config.args_source is not config.ArgsSource.TESTPATHS or config.option.keyword
    return 0 if chosen else min((os.cpu_count() or 1) + 1, MOST_WORKERS)


@pytest.fixture(autouse=True, scope="session")
def _one_training_at_a_time() -> Iterator[None]:
    """A process imports PyTorch for seconds, and the tests' demos train for one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("common.runs.equal_budget.usable_cores", lambda: 1)
        yield


@pytest.fixture(autouse=True, scope="session")
def _small_pictures_in_pages() -> Iterator[None]:
    """Half the time of a page goes to the layout of its pictures, and to pixels nobody looks at.

    Pictures that are made up alike are drawn once, small, and stand in all pages: of a curve of
    the loss, tests write hundreds. Each is drawn where pages are what is tested, and where data is
    strange. What lies where, tests of the plots see: `plots.png` stays. For the whole session, as
    pages that fixtures wrote are compared with those of a test.
    """
    drawn: dict[object, bytes] = {}

    def png(figure: "Figure") -> bytes:
        if os.environ.get("PYTEST_CURRENT_TEST", "").startswith(ALWAYS_DRAWN):
            return _small_png(figure)
        key = _made_up_of(figure)
        if key not in drawn:
            drawn[key] = _small_png(figure)
        return drawn[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("common.report.pages.png", png)
        yield


def _made_up_of(figure: "Figure") -> object:
    """Return what two pictures have in common that differ in their numbers alone."""
    return tuple(
        (
            axes.get_title(),
            axes.get_xlabel(),
            axes.get_ylabel(),
            *(type(part).__name__ for part in axes.get_children()),
        )
        for axes in figure.axes
    )


def _small_png(figure: "Figure") -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_layout_engine("none")
    figure.set_dpi(20)
    file = io.BytesIO()
    FigureCanvasAgg(figure).print_png(file, metadata={"Software": None})
    return file.getvalue()
