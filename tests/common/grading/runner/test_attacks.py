"""Whatever a submission does, its check fails for a reason, and the next is graded as ever."""

import hashlib
import os
import sys
from dataclasses import replace

import psutil
import pytest

from common.grading.runner.inside import seccomp
from common.grading.runner.limits import conclude
from tests.common.grading import shop
from tests.common.grading.attacks import ENDING, FORGING, REACHING, TAKING, WAITING

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return shop.make_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def shared(course):
    """The walls alone: most attacks would not get so far with the guard."""
    with shop.open_sandbox(course, preload=("numpy", "torch"), guarded=False) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared, course):
    """Give the sandbox, and look afterwards whether all is as it was."""
    before, processes = fingerprint(course), descendants()
    yield shared
    assert shop.submit(shared, shop.GOOD)[1]
    assert fingerprint(course) == before
    assert descendants() == processes


def fingerprint(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def descendants():
    return {process.pid for process in psutil.Process().children(recursive=True)}


@pytest.mark.parametrize("name", ENDING)
def test_code_that_ends_or_breaks_the_process_fails_with_the_reason(sandbox, name):
    attack = ENDING[name]
    outcome, right = shop.submit(sandbox, attack.source.encode(errors="surrogateescape"))
    assert not right
    assert outcome.failure.kind == attack.kind
    assert attack.says in str(outcome.failure)
    assert len(str(outcome.failure)) < 600


@pytest.mark.parametrize("name", FORGING)
def test_code_that_forges_a_result_does_not_pass(sandbox, name):
    attack = FORGING[name]
    outcome, right = shop.submit(sandbox, attack.source)
    assert not right
    assert (outcome.failure.kind if outcome.failure else "wrong") == attack.kind
    assert attack.says in str(outcome.failure)


@pytest.mark.parametrize("name", REACHING)
def test_code_that_reaches_out_gets_hold_of_nothing(sandbox, name, monkeypatch, course):
    monkeypatch.setenv("STICKSHIFT_SECRET", "of the teacher")
    source = REACHING[name].replace("{root}", str(course))
    outcome, right = shop.submit(sandbox, source)
    assert not right
    assert "REACHED" not in outcome.stdout
    assert str(outcome.failure).startswith("raised an error: RuntimeError: held")


@pytest.mark.parametrize("name", TAKING)
def test_code_that_takes_too_much_is_stopped(sandbox, name):
    attack = TAKING[name]
    outcome, right = shop.submit(sandbox, attack.source)
    assert not right
    assert outcome.failure.kind == attack.kind, outcome
    assert attack.says in str(outcome.failure)


@pytest.mark.parametrize("name", WAITING)
def test_code_that_only_waits_is_stopped(course, name):
    limits = replace(shop.LIMITS, wall_seconds=1)
    with shop.open_sandbox(course, limits=limits, guarded=False) as sandbox:
        outcome, right = shop.submit(sandbox, WAITING[name].source)
        assert not right
        assert outcome.failure.kind == WAITING[name].kind
        assert WAITING[name].says in str(outcome.failure)


@pytest.mark.parametrize("name", [rb"\xff\xfe", rb"a\rb", rb"a\nVmRSS:", rb") R 1 1", rb""])
def test_whatever_a_process_calls_itself_it_is_only_watched(sandbox, name):
    rename = b"import ctypes, time\nctypes.CDLL(None).prctl(15, b'%s', 0, 0, 0)\n" % name
    source = rename + b"time.sleep(0.3)\ndef double(x): return 2 * x\n"
    assert shop.submit(sandbox, source)[1]


def test_the_right_answer_after_meddling_with_the_libraries_is_still_right(sandbox):
    source = "import torch\ntorch.allclose = None\ndef double(x): return 2 * x\n"
    assert shop.submit(sandbox, source, "with_torch")[1]


def test_a_process_left_behind_does_not_outlive_its_check(sandbox):
    source = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)
def double(x): return 2 * x
"""
    before = descendants()
    assert shop.submit(sandbox, source)[1]
    assert descendants() == before


def test_nothing_stays_from_one_check_to_the_next(sandbox):
    leave = """
import builtins, os, sys, numpy, shop.tools
shop.tools.RATE = builtins.RATE = numpy.RATE = 3
sys.path.insert(0, "/scratch")
for name in ("numpy.py", "note.py", "sitecustomize.py"):
    open("/scratch/" + name, "w").write("RATE = 3")
os.environ["RATE"] = "3"
def double(x): return 2 * x
"""
    look = """
import builtins, os, sys, numpy, shop.tools
assert shop.tools.RATE == 2
assert not hasattr(builtins, "RATE") and not hasattr(numpy, "RATE") and "RATE" not in os.environ
assert os.listdir("/scratch") == os.listdir("/dev/shm") == [] and "/scratch" not in sys.path
def double(x): return 2 * x
"""
    for source in (leave, look):
        outcome, right = shop.submit(sandbox, source)
        assert right, outcome


def test_what_other_students_handed_in_is_not_in_the_memory_that_a_check_inherits(sandbox):
    mark = "".join(["a very ", "peculiar ", "solution"])
    assert shop.submit(sandbox, f"def double(x): return 2 * x  # {mark}\nNOTE = {mark!r}\n")[1]
    source = """
import gc, sys
parts = ["a very ", "peculiar ", "solution"]
dicts = [o for o in gc.get_objects() if isinstance(o, dict) and o is not globals()]
assert not any("NOTE" in names for names in dicts)
frame = sys._getframe()
while frame.f_back: frame = frame.f_back
for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):
    assert "".join(parts) not in repr(value)
def double(x): return 2 * x
"""
    outcome, right = shop.submit(sandbox, source)
    assert right, outcome


def test_nothing_is_open_in_a_check_but_its_own_streams(sandbox):
    source = """
import errno, os
for number in range(5000):
    try: os.fstat(number)
    except OSError: continue
    print(number, end=" ")
raise RuntimeError
"""
    assert shop.submit(sandbox, source)[0].stdout == "0 1 2 3 "


def test_nothing_that_judges_an_answer_is_in_the_request(sandbox):
    source = """
import sys
frame = sys._getframe()
while "request" not in frame.f_locals: frame = frame.f_back
print(sorted(frame.f_locals["request"]), sorted(frame.f_locals["request"]["inputs"]))
raise RuntimeError
"""
    expected = "['inputs', 'module', 'probe'] ['x']\n"
    assert shop.submit(sandbox, source)[0].stdout == expected


def test_two_versions_of_one_length_and_date_are_told_apart(sandbox):
    sources = [f"def double(x): return {factor} * x" for factor in (3, 2, 3, 2)]
    assert [shop.submit(sandbox, source)[1] for source in sources] == [False, True, False, True]


@pytest.mark.parametrize("lines", [1500, 5000])
def test_a_source_whose_bytecode_fills_the_disk_is_graded_without_it(sandbox, lines):
    source = "\n".join(f"N{n} = {chr(97 + n // 1000)!r} * {3000 + n % 1000}" for n in range(lines))
    assert shop.submit(sandbox, f"{source}\n{shop.GOOD.decode()}")[1]


def test_a_source_that_the_compiler_cannot_take_fails_alone(sandbox):
    for source in ("(" * 10**5, "x = " + "-" * 10**6 + "1", "\0", "a" + ".b" * 10**6):
        outcome, right = shop.submit(sandbox, source)
        assert not right
        assert outcome.failure.kind in {"raised", "died", "memory", "time"}


def test_every_system_call_on_the_list_is_refused(sandbox):
    column = 0 if os.uname().machine == "x86_64" else 1
    numbers = [call[column] for call in seccomp._REFUSED.values()]
    source = f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for number in {[*numbers, *range(442, 600)]}:
    ctypes.set_errno(0)
    result = libc.syscall(number, 0, 0, 0, 0, 0, 0)
    if result != -1 or ctypes.get_errno() != 1: print(number, result, ctypes.get_errno())
raise RuntimeError("held")
"""
    outcome, _ = shop.submit(sandbox, source)
    assert "held" in str(outcome.failure)
    assert outcome.stdout.split("\n")[:-1] == [f"{number} -1 38" for number in range(442, 600)]


def test_a_crash_leaves_no_dump_of_memory(sandbox, monkeypatch):
    seen = []

    def noting(limits, ended, stopped, **more):
        seen.append(ended["status"])
        return conclude(limits, ended, stopped, **more)

    monkeypatch.setattr("common.grading.runner.sandbox.conclude", noting)
    shop.run(sandbox, "import os\nos.abort()")
    assert os.WIFSIGNALED(seen[-1])
    assert not os.WCOREDUMP(seen[-1])


@pytest.mark.parametrize(
    "name",
    ["conftest.py", "torch.py", "numpy.py", "shop/tools.py", "../x", "/etc/x", "shop/../x.pth"],
)
def test_a_file_that_is_no_exercise_does_not_get_in(shared, name):
    with pytest.raises(ValueError, match="not among the files"):
        shared.run({name: b"", shop.EXERCISE: shop.GOOD}, "shop.loss", "x:y", {})


def test_files_that_are_too_big_are_refused_and_grading_goes_on(sandbox):
    outcome, right = shop.submit(sandbox, b"#" * shop.LIMITS.tmp_bytes)
    assert not right
    assert outcome.failure.kind == "refused"
