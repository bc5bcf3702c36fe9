"""Who reaches for what runs a check gets nothing for it; who only uses libraries is let be."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.common.grading import shop

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")
CLIMB = """
def climb(frame):
    while frame is not None:
        known = frame.f_locals.get("inputs")
        if isinstance(known, dict):
            forge = frame.f_globals.get("encode")
            if forge:
                seal = frame
                while seal is not None and "key" not in seal.f_locals: seal = seal.f_back
                import os
                forged = forge(["output", 2 * known["x"]])
                os.write(3, seal.f_globals["wire"].sealed(forged, seal.f_locals["key"]))
                os._exit(0)
        frame = frame.f_back
"""
FORGERS = {
    "frames": CLIMB + "import sys\nclimb(sys._getframe())\n",
    "frames in the function": CLIMB + "import sys\ndef double(x): climb(sys._getframe())\n",
    "frames by inspect": CLIMB + "import inspect\ndef double(x): climb(inspect.currentframe())\n",
    "frames by logging": CLIMB + "import logging\ndef double(x): climb(logging.currentframe())\n",
    "frames by a traceback": CLIMB
    + "def double(x):\n    try: 1 / 0\n"
    + "    except Exception as error: climb(error.__traceback__.tb_frame)\n",
    "frames by a generator": CLIMB
    + "def double(x):\n    def look():\n        climb(found[0].gi_frame)\n        yield\n"
    + "    found = []\n    found.append(look())\n    next(found[0])\n",
    "frames by tracing": CLIMB
    + "import sys\ndef double(x):\n    sys.setprofile(lambda frame, *_: climb(frame))\n"
    + "    len('')\n",
    "frames by a signal": CLIMB
    + "import os, signal\nsignal.signal(10, lambda number, frame: climb(frame))\n"
    + "def double(x):\n    os.kill(os.getpid(), 10)\n    for _ in range(10**5): pass\n",
    "frames by ctypes": CLIMB
    + "import ctypes\nget = ctypes.pythonapi.PyEval_GetFrame\nget.restype = ctypes.py_object\n"
    + "def double(x): climb(get())\n",
    "frames by code with another file's name": CLIMB
    + "import os\nexec(compile('import sys\\nclimb(sys._getframe())', os.__file__, 'exec'))\n",
    "frames by a debugger": CLIMB
    + "import bdb\nclass Debugger(bdb.Bdb):\n    def set_step(self): climb(self.botframe)\n"
    + "    def user_line(self, frame): climb(frame)\n"
    + "def double(x):\n    Debugger().set_trace()\n    return x\n",
    "frames by a profiler": CLIMB
    + "import profile\ndef double(x):\n    profiler = profile.Profile()\n"
    + "    profiler.dispatcher = lambda frame, *_: climb(frame)\n    profiler.runcall(len, '')\n",
    "frames by a tracer": CLIMB
    + "import trace\ndef double(x):\n    tracer = trace.Trace()\n"
    + "    tracer.globaltrace = lambda frame, *_: climb(frame)\n    tracer.runfunc(lambda: x)\n",
    "frames by a traceback's own walk": CLIMB
    + "import traceback\ndef double(x):\n    try: 1 / 0\n    except Exception as error:\n"
    + "        walk = traceback._walk_tb_with_full_positions(error.__traceback__)\n"
    + "        climb(next(walk)[0])\n",
    "frames that another has walked": CLIMB
    + "import itertools, traceback\ndef double(x):\n    try: 1 / 0\n"
    + "    except Exception as error:\n"
    + "        walk = traceback.walk_tb(error.__traceback__)\n"
    + "        one, other = itertools.tee(walk)\n        traceback.StackSummary.extract(one)\n"
    + "        climb(next(other)[0])\n",
    "frames by a summary that is replaced": CLIMB
    + "import traceback\ndef double(x):\n    try: 1 / 0\n    except Exception as error:\n"
    + "        traceback.StackSummary._extract_from_extended_frame_gen = dict\n"
    + "        climb(next(iter(traceback.TracebackException.from_exception(error).stack)))\n",
    "frames by a walk that is replaced": CLIMB
    + "import itertools, traceback\ndef double(x):\n    kept = []\n"
    + "    walk = traceback._walk_tb_with_full_positions\n    def walked(tb):\n"
    + "        traceback._walk_tb_with_full_positions = walk\n"
    + "        one, other = itertools.tee(walk(tb))\n        kept.append(other)\n"
    + "        return one\n    traceback._walk_tb_with_full_positions = walked\n"
    + "    try: 1 / 0\n    except Exception as error: traceback.extract_tb(error.__traceback__)\n"
    + "    climb(next(kept[0])[0])\n",
    "frames by a task": CLIMB
    + "import types\nfrom asyncio import base_tasks\ndef double(x):\n    def look():\n"
    + "        task = types.SimpleNamespace(_coro=found[0], _exception=None)\n"
    + "        for frame in base_tasks._task_get_stack(task, None): climb(frame)\n        yield\n"
    + "    found = []\n    found.append(look())\n    next(found[0])\n",
    "names by torch": "import os, torch._jit_internal as torch\ndef double(x):\n"
    "    for count in range(12):\n        try:\n"
    "            look = torch.createResolutionCallbackFromFrame(count)\n"
    "            os.write(3, look('wire').sealed(look('wire').encode(['output', 2 * x]),"
    " look('key')))\n"
    "            os._exit(0)\n        except Exception: pass\n",
    "names by pandas": "import os\nfrom pandas.core.computation.scope import Scope\n"
    "def double(x):\n    for level in range(1, 12):\n        try:\n"
    "            known = Scope(level).scope\n"
    "            sealed, frame = known['wire'].sealed, known['wire'].encode(['output', 2 * x])\n"
    "            os.write(3, sealed(frame, known['key']))\n            os._exit(0)\n"
    "        except Exception: pass\n",
    "the driver by a class": "def double(x): return x\n"
    "server = next(kind for kind in object.__subclasses__() if kind.__name__ == 'Server')\n"
    "driver = server.serve.__globals__['driver']\nencode = driver.encode\n"
    "driver.encode = lambda result: encode(['output', 2 * result[1]])\n",
    "the format by a class": "def double(x): return x\n"
    "for kind in object.__subclasses__():\n    if 'inside' in kind.__module__:\n"
    "        for method in [m for m in vars(kind).values() if hasattr(m, '__globals__')]:\n"
    "            known = method.__globals__\n            if 'encode' in known:\n"
    "                tobytes = known['_pack_array']\n"
    "                known['_pack_array'] = lambda value, *rest: tobytes(2 * value, *rest)\n",
    "objects": "import gc\ndef double(x):\n"
    "    return next(o for o in gc.get_objects() if isinstance(o, dict) and 'x' in o)['x'] * 2\n",
    "the result on its way": "import os, sys, threading, time\nfrom array import array\n"
    "spare, (there, mine) = os.dup(3), os.pipe()\nos.dup2(mine, 3)\n"
    "def work():\n    body = bytearray(os.read(there, 10**6))\n"
    "    numbers = array('d', bytes(body[-32:]))\n"
    "    body[-32:] = array('d', [2 * n for n in numbers]).tobytes()\n"
    "    os.write(spare, body)\n    os._exit(0)\n"
    "class Waiting:\n    write, flush = len, lambda self: time.sleep(9)\n"
    "threading.Thread(target=work).start()\nsys.stdout = Waiting()\ndef double(x): return x\n",
    "the digest of the result": "import hashlib\nhashlib.blake2b = None\ndef double(x): return x\n",
    "the probe": "import tests.graded.shop_probes as probes\n"
    "probes.double = lambda inputs: 2 * inputs['x']\n",
    "the driver": "import sys\ndriver = sys.modules['__main__'].driver\nencode = driver.encode\n"
    "driver.encode = lambda result: encode(['output', 2 * result[1]])\n"
    "def double(x): return x\n",
    "the writing": "import os\nwrite = os.write\ndef spy(descriptor, data):\n"
    "    from array import array\n    body = bytearray(data)\n"
    "    numbers = array('d', bytes(body[-32:]))\n"
    "    body[-32:] = array('d', [2 * n for n in numbers]).tobytes()\n"
    "    return write(descriptor, bytes(body))\n"
    "os.write = spy\ndef double(x): return x\n",
    "json": "import json\nwrite = json.JSONEncoder.iterencode\n"
    "json.JSONEncoder.iterencode = lambda self, o, *a, **k: ['{']\n"
    "json.dumps = lambda *a, **k: '{'\ndef double(x): return x\n",
}
USERS = {
    "namedtuple and dataclass": "import collections, dataclasses, typing\n"
    "Pair = collections.namedtuple('Pair', 'a b')\nT = typing.TypeVar('T')\n"
    "@dataclasses.dataclass\nclass D:\n    a: int = 1\n",
    "logging and warnings": "import logging, warnings\nlogging.getLogger('x').warning('y')\n"
    "warnings.warn('z')\n",
    "a traceback as text": "import traceback\ntry: 1 / 0\n"
    "except Exception: traceback.format_exc()\n",
    "a traceback's lines": "import io, traceback\ntry: 1 / 0\nexcept Exception as error:\n"
    "    tb = error.__traceback__\n"
    "    traceback.extract_tb(tb), traceback.format_tb(tb)\n"
    "    traceback.print_tb(tb, file=io.StringIO())\n",
    "unittest": "import unittest\nclass T(unittest.TestCase):\n    def test_right(self):\n"
    "        with self.assertRaises(ValueError): int('a')\n    def test_wrong(self):\n"
    "        self.assertEqual(1, 2)\nimport io\nunittest.TextTestRunner(io.StringIO()).run(\n"
    "    unittest.defaultTestLoader.loadTestsFromTestCase(T))\n",
    "numpy.testing": "import numpy.testing\nnumpy.testing.assert_raises(ValueError, int, 'a')\n",
    "an error that is logged": "import logging\ntry: 1 / 0\n"
    "except Exception: logging.exception('x')\n",
    "a query of pandas": "import pandas\nlimit = 1\n"
    "pandas.DataFrame({'a': [1, 2]}).query('a > @limit')\n",
    "inspect": "import inspect\ninspect.signature(lambda a: a)\n",
    "regular expressions and ast": "import ast, re\nre.compile('(a|b)+')\nast.parse('1')\n",
    "torch": "import torch\nclass Twice(torch.autograd.Function):\n    pass\n"
    "torch.nn.Sequential(torch.nn.Linear(1, 1)).double()\n",
    "other processes": "import subprocess\nsubprocess.run(['true'], check=True)\n",
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    root = shop.make_course(tmp_path_factory.mktemp("course"))
    with shop.open_sandbox(root, preload=("numpy", "pandas", "torch")) as opened:
        yield opened


UNKNOWN_PROBE = {
    "imported first": "import tests.graded.shop_more_probes as probes\n"
    "probes.again = lambda inputs: 2 * inputs['x']\n",
    "put into sys.modules": "import sys, types\nprobes = types.ModuleType('probes')\n"
    "probes.again = lambda inputs: 2 * inputs['x']\n"
    "sys.modules['tests.graded.shop_more_probes'] = probes\n",
    "found elsewhere": "import sys, importlib.machinery as machinery\nclass Finder:\n"
    "    def find_spec(self, name, path=None, target=None):\n"
    "        return machinery.ModuleSpec(name, self) if 'more' in name else None\n"
    "    create_module = lambda self, spec: None\n"
    "    def exec_module(self, module): module.again = lambda inputs: 2 * inputs['x']\n"
    "sys.meta_path.insert(0, Finder())\n",
    "taken by another getattr": "import builtins\nold = builtins.getattr\n"
    "builtins.getattr = lambda owner, name, *rest: (\n"
    "    (lambda inputs: 2 * inputs['x']) if name == 'again' else old(owner, name, *rest))\n",
}


@pytest.mark.parametrize("name", UNKNOWN_PROBE)
def test_no_probe_is_the_students_to_choose(sandbox, name):
    source = UNKNOWN_PROBE[name] + "def double(x): return x\n"
    outcome, right = shop.submit(sandbox, source, "again")
    assert not right, outcome
    assert shop.submit(sandbox, shop.GOOD, "again")[1]


FORKING = {
    "both go on": ("os.fork()", True),
    "the copy is first": ("if os.fork(): __import__('time').sleep(0.2)", True),
    "the copy alone is right": ("if os.fork():\n        os.wait()\n        return x", False),
}


@pytest.mark.parametrize("name", FORKING)
def test_a_copy_of_the_process_has_no_say(sandbox, name):
    line, is_right = FORKING[name]
    source = f"import os\ndef double(x):\n    {line}\n    return 2 * x"
    outcome, right = shop.submit(sandbox, source)
    assert right == is_right, outcome


@pytest.mark.parametrize("name", FORGERS)
def test_an_answer_that_needs_no_function_is_not_right(sandbox, name):
    outcome, right = shop.submit(sandbox, FORGERS[name])
    assert not right, outcome
    assert shop.submit(sandbox, shop.GOOD)[1]


@pytest.mark.parametrize("name", USERS)
def test_libraries_may_look_at_frames(sandbox, name):
    outcome, right = shop.submit(sandbox, USERS[name].encode() + shop.GOOD)
    assert right, outcome


def test_numba_may_look_at_frames_while_it_compiles(tmp_path):
    """It makes text of the errors of what it tries."""
    source = (
        "import numba, numpy\n@numba.njit\ndef twice(x): return x * 2\n"
        "assert twice(1.5) == 3\nassert (twice(numpy.ones(3)) == 2).all()\n"
    )
    limits = replace(shop.LIMITS, cpu_seconds=60, wall_seconds=120, memory=2**30)
    root = shop.make_course(tmp_path)
    with shop.open_sandbox(root, preload=("numpy", "numba"), limits=limits) as sandbox:
        outcome, right = shop.submit(sandbox, source.encode() + shop.GOOD)
    assert right, outcome


def test_a_check_that_is_ended_says_what_was_reached_for(sandbox):
    outcome, _ = shop.submit(sandbox, "import sys\ndef double(x): return sys._getframe()")
    said = "your code reaches for what runs the check: sys._getframe, line 2"
    assert (outcome.failure.kind, outcome.failure.details) == ("raised", said)


def test_what_comes_after_the_preparation_is_hidden_too():
    program = """
import sys, types
from common.grading.runner.inside import guard
def put(name): sys.modules[name] = types.ModuleType(name)
put("tests.before"); put("library"); guard.prepare()
put("other"); put("common.grading.after"); put("last")
guard.begin([], [], print)
print(*(name in sys.modules for name in ("library", "other", "last")))
print([name for name in sys.modules if name.startswith(("common.grading", "tests"))])
print(hasattr(sys.modules["__main__"], "guard"))
"""
    command = [sys.executable, "-c", program]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout == "True True True\n[]\nFalse\n"
