"""Submissions that attack: what each does, what must be said of it, and its source.

A submission that reaches for something prints REACHED if it got it, and raises "held" if not.
The kind "wrong" is an answer that came back as data, and that the judge must see is not right.
"""

from typing import NamedTuple


class Attack(NamedTuple):
    kind: str
    source: str
    says: str = ""


def reaching(*attempts: str) -> str:
    """Build a submission that tries each statement, and tells whether one went through."""
    lines = ["import ctypes, os, signal, socket, subprocess, sys", "libc = ctypes.CDLL(None)"]
    lines += ["def must(result):", "    if result < 0: raise OSError(result)"]
    for attempt in attempts:
        lines += ["try:", f"    {attempt}", f"    print('REACHED', {attempt!r})"]
        lines += ["except Exception: pass"]
    return "\n".join([*lines, "raise RuntimeError('held')", ""])


ENDING = {
    "ends the process at import": Attack("ended", "import os\nos._exit(0)", "exit code 0"),
    "ends the process in the check": Attack("ended", "import os\ndef double(x): os._exit(0)"),
    "sys.exit": Attack("ended", "import sys\ndef double(x): sys.exit(0)", "SystemExit"),
    "KeyboardInterrupt": Attack("raised", "raise KeyboardInterrupt", "KeyboardInterrupt"),
    "pytest.skip": Attack("raised", "import pytest\ndef double(x): pytest.skip('no')", "Skipped"),
    "segfault": Attack("died", "import ctypes\ndef double(x): ctypes.string_at(0)", "SIGSEGV"),
    "abort": Attack("died", "import os\ndef double(x): os.abort()", "signal"),
    "exception without a readable text": Attack(
        "raised",
        "class E(BaseException):\n    def __str__(self): raise E\n    __repr__ = __str__\nraise E",
        "cannot be read",
    ),
    "exception with a long coloured text in HTML": Attack(
        "raised",
        "raise ValueError('\\x1b[2J\\x1b]0;x\\x07<script>\\u202e' + 'a' * 10**7)",
        "<script>",
    ),
    "syntax error": Attack("raised", "def double(x) return 2 * x", "line 1"),
    "cp1251 source": Attack("raised", "UNIT = '\udcf0\udcf3\udce1'", "SyntaxError"),
    "deep recursion": Attack("raised", "def double(x): return double(x)", "RecursionError"),
}

_FORGE = (
    "import os, sys\nframe = sys._getframe()\n"
    "while 'run_probe' not in frame.f_globals: frame = frame.f_back\n"
    "forge = frame.f_globals['encode']\n"
    "result = forge(['output', {'passed': True, 'points': 100}])\n"
)

FORGING = {
    "replaces the comparisons": Attack(
        "wrong",
        "import numpy, torch\n"
        "for place in (torch, torch.testing, numpy, numpy.testing):\n"
        "    for name in ('allclose', 'assert_close', 'array_equal', 'assert_array_equal'):\n"
        "        setattr(place, name, lambda *a, **k: True)\n"
        "torch.autograd.gradcheck = torch.Tensor.backward = lambda *a, **k: True\n"
        "def double(x): return x\n",
    ),
    "replaces functions of torch and assert": Attack(
        "wrong",
        "import builtins, torch.nn.functional as F\n"
        "F.mse_loss = lambda *a: 0\nbuiltins.AssertionError = SystemExit\n"
        "class Yes:\n    __eq__ = __ne__ = __lt__ = lambda *a: True\n"
        "builtins.print = builtins.all = builtins.abs = lambda *a: Yes()\n"
        "def double(x): return x * 0\n",
    ),
    "changes its inputs": Attack("wrong", "def double(x):\n    x *= 0\n    return x\n"),
    "returns NaN": Attack("wrong", "def double(x): return x * float('nan')"),
    "returns another shape": Attack("wrong", "def double(x): return 2 * x[:, None]"),
    "returns another dtype": Attack("wrong", "def double(x): return (2 * x).astype('float32')"),
    "returns None": Attack("wrong", "def double(x): return None"),
    "returns an object that runs code": Attack(
        "not_plain",
        "class A:\n    def __reduce__(self): return exit, (0,)\n"
        "    __eq__ = __bool__ = lambda *a: True\ndef double(x): return A()",
        "is a A",
    ),
    "returns a subclass of an array": Attack(
        "not_plain",
        "import numpy\nclass A(numpy.ndarray):\n    __eq__ = lambda *a: True\n"
        "def double(x): return (2 * x).view(A)",
    ),
    "returns an array of objects": Attack(
        "not_plain", "import numpy\ndef double(x): return numpy.array([exit])"
    ),
    "forges a result on every descriptor": Attack(
        "not_plain",
        _FORGE + "for descriptor in range(1024):\n"
        "    try: os.write(descriptor, result)\n"
        "    except OSError: pass\n"
        "os._exit(0)\n",
        "did not send",
    ),
    "forges a result and goes on": Attack(
        "not_plain",
        "import os\nfor descriptor in range(1, 100):\n"
        "    try: os.write(descriptor, b'{\"passed\": true}')\n"
        "    except OSError: pass\n"
        "def double(x): return 2 * x\n",
    ),
    "returns a list that holds itself": Attack(
        "not_plain", "def double(x):\n    x = []\n    x.append(x)\n    return x", "too deep"
    ),
    "returns an int of a million digits": Attack(
        "not_plain", "def double(x): return 10**10**6", "64 bits"
    ),
    "returns a text of a hundred megabytes": Attack(
        "not_plain", "def double(x): return 'a' * 10**8", "more than"
    ),
    "sends the same result twice": Attack(
        "not_plain", _FORGE + "os.write(3, result + result)\nos._exit(0)\n", "did not send"
    ),
    "sends a result, and goes on in bytes that say nothing": Attack(
        "not_plain", _FORGE + "os.write(3, result)\nos.write(3, b'\\0' * 99)\nos._exit(0)\n"
    ),
    "promises a header of four gigabytes": Attack(
        "not_plain", _FORGE + "os.write(3, result[:7] + b'\\xff' * 4 + result)\nos._exit(0)\n"
    ),
    "sends a failure of a kind that there is not": Attack(
        "not_plain", _FORGE + "os.write(3, forge(['passed', '100']))\nos._exit(0)\n"
    ),
    "replaces the driver": Attack(
        "wrong",
        "import sys\nframe = sys._getframe()\n"
        "while 'run_probe' not in frame.f_globals: frame = frame.f_back\n"
        "encode = frame.f_globals['encode']\n"
        "frame.f_globals['encode'] = lambda value: encode(['output', 'passed'])\n"
        "def double(x): return x\n",
    ),
}

REACHING = {
    "reads what is secret": reaching(
        "open('/etc/shadow')",
        "open('/etc/passwd')",
        "open('/course/tests/graded/shop.py')",
        "open('/course/grades.db')",
        "open('{root}/grades.db')",
        "os.listdir('{root}')",
        "os.listdir('/home')",
        "os.listdir('/var')",
        "os.listdir(os.path.expanduser('~teacher'))",
        "open('/proc/1/environ')",
        "open('/proc/self/mem')",
        "os.environ['STICKSHIFT_SECRET']",
    ),
    "writes what would stay": reaching(
        "open('/course/shop/tools.py', 'a')",
        "open('/course/shop/loss.py', 'a')",
        "open('/course/shop/new.py', 'w')",
        "open('/cache/new.py', 'w')",
        "open('/grader/common/grading/server.py', 'a')",
        "open('/results.json', 'w')",
        "open('/etc/new', 'w')",
        "open('/dev/new', 'w')",
        "open('/proc/new', 'w')",
        "open(os.path.join(sys.prefix, 'new.pth'), 'w')",
        "open('/usr/new', 'w')",
        "os.chmod('/course/shop/tools.py', 0o777)",
        "os.unlink('/course/shop/loss.py')",
    ),
    "opens sockets": reaching(
        "socket.socket()",
        "socket.socket(socket.AF_UNIX)",
        "socket.socket(40, socket.SOCK_STREAM)",  # to the host of a virtual machine
        "socket.socket(16, socket.SOCK_RAW)",  # to the kernel
        "socket.create_connection(('127.0.0.1', 22), 1)",
        "socket.socketpair()",
    ),
    "reaches for other processes": reaching(
        "must(libc.ptrace(16, 1, 0, 0))",
        "must(libc.ptrace(0, 0, 0, 0))",
        "must(0 if os.getppid() else -1)",
        "os.kill(-1, signal.SIGKILL)",
        "[os.kill(i, signal.SIGKILL) for i in (2, 3, 10, 100)][9]",
        "must(libc.process_vm_readv(1, 0, 0, 0, 0, 0))",
        "must(0 if any(name.isdigit() for name in os.listdir('/proc')) else -1)",
        "must(libc.setpriority(0, 0, -20))",
    ),
    "leaves the sandbox": reaching(
        "must(libc.unshare(0x10000000))",
        "must(libc.unshare(0x20000))",
        "must(libc.syscall(56, 0x10000011, 0, 0, 0, 0))",
        "must(libc.mount(b'tmpfs', b'/scratch', b'tmpfs', 0, None))",
        "must(libc.mount(None, b'/course/shop', None, 32 | 4096, None))",
        "must(libc.umount2(b'/course/shop/loss.py', 2))",
        "must(libc.umount2(b'/proc', 2))",
        "must(libc.chroot(b'/scratch'))",
        "os.setuid(0)",
        "os.setgroups([0])",
        "must(libc.memfd_create(b'hoard', 0))",
        "must(libc.shmget(0, 2**20, 0o1600))",
        "subprocess.run(['mount', '-t', 'tmpfs', 'x', '/scratch'], check=True)",
        "__import__('resource').setrlimit(9, (-1, -1))",
        "__import__('resource').setrlimit(4, (0, 0))",  # dumps of memory, see namespaces
        "os.nice(-1)",
        "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
        "__import__('fcntl').lockf(open('/scratch/file', 'w'), 2)",
    ),
    "changes the code that others are checked with": reaching(
        "open(__import__('numpy').__file__, 'a')",
        "open(__file__, 'a')",
        "open('/course/tests/graded/shop_probes.py', 'a')",
        "os.replace('/scratch', '/course')",
    ),
}

_END_THIS_THREAD = "ctypes.CDLL(None).syscall({'x86_64': 60}.get(os.uname().machine, 93), 0)\n"

_BUSY = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        while time.process_time() < 0.8: pass
        os._exit(0)
for _ in range(6): os.wait()
def double(x): return 2 * x
"""

TAKING = {
    "all memory at once": Attack("memory", "def double(x): return bytearray(2**31)"),
    "all memory by many processes": Attack(
        "memory",
        "import os, time\nfor _ in range(6):\n    if os.fork() == 0: break\n"
        "block = bytearray(os.urandom(2**20) * 120)\ntime.sleep(60)\n",
        "400 MB",
    ),
    "memory that processes share": Attack(
        "memory",
        "import mmap, os, time\nos.fork()\nblock = mmap.mmap(-1, 2**20 * 250)\n"
        "for _ in range(250): block.write(b'x' * 2**20)\ntime.sleep(60)\n",
        "400 MB",
    ),
    "memory behind a first thread that has ended": Attack(
        "memory",
        "import ctypes, os, threading, time\n"
        "def hoard():\n    block = bytearray(os.urandom(2**20) * 120)\n    time.sleep(60)\n"
        "for _ in range(6):\n    if os.fork() == 0: break\n"
        "threading.Thread(target=hoard).start()\n" + _END_THIS_THREAD,
        "400 MB",
    ),
    "memory behind a name that looks like a line of /proc": Attack(
        "memory",
        "import ctypes, os, threading, time\n"
        "def hoard():\n    block = bytearray(os.urandom(2**20) * 120)\n    time.sleep(60)\n"
        "for _ in range(6):\n    if os.fork() == 0: break\n"
        "ctypes.CDLL(None).prctl(15, b'\\rVmRSS:0', 0, 0, 0)\n"
        "threading.Thread(target=hoard).start()\n" + _END_THIS_THREAD,
        "400 MB",
    ),
    "the processor by many processes": Attack("time", _BUSY, "2 s of processor"),
    "processes that have ended": Attack(
        "raised", "import os\nwhile os.fork(): pass\nos._exit(0)\n", "BlockingIOError"
    ),
    "threads": Attack(
        "raised",
        "import threading, time\n"
        "while True: threading.Thread(target=time.sleep, args=[60], daemon=True).start()\n",
        "can't start new thread",
    ),
    "the disk": Attack(
        "raised",
        "for number in range(100):\n"
        "    with open(f'/scratch/{number}', 'wb') as f: f.write(bytes(2**20))\n",
        "No space left",
    ),
    "the disk with empty files": Attack(
        "raised", "for number in range(10**6): open(f'/scratch/{number}', 'w').close()", "Errno"
    ),
    "standard output": Attack("flood", "while True: print('x' * 10**5)", "1 MB"),
    "standard error": Attack(
        "flood", "import os\nwhile True: os.write(2, b'\\x1b[31mx' * 10**4)", "1 MB"
    ),
    "the result": Attack("flood", "import numpy\ndef double(x): return numpy.zeros(10**7)"),
    "processes": Attack(
        "time",
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass\n",
        "4 s",
    ),
    "the processor, deaf to signals, with a clock of its own": Attack(
        "time",
        "import signal, time\ntime.time = time.monotonic = time.perf_counter = lambda: 0.0\n"
        "for number in range(1, 65):\n"
        "    try: signal.signal(number, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\n"
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n",
        "2 s of processor",
    ),
}

WAITING = {
    "sends a result drop by drop": Attack(
        "time",
        _FORGE + "import time\n"
        "for byte in result * 1000:\n    os.write(3, bytes([byte]))\n    time.sleep(0.01)\n",
    ),
    "time by sleeping": Attack("time", "import time\ntime.sleep(1000)", "1 s"),
}
