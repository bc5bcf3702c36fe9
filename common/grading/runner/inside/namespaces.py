"""The inner wall: one check's own users, processes and files, by Linux namespaces.

The server moves in once, and lets each child be born into a process namespace of its own, because
there is no other way to enter one; the child then calls `confine`.
"""

import ctypes
import os
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from common.grading.runner.inside import seccomp

if sys.platform != "win32":  # where nothing of this can run
    import resource

_NEW_USERS, _NEW_PROCESSES, _NEW_IPC, _NEW_MOUNTS = 0x10000000, 0x20000000, 0x08000000, 0x00020000
_RDONLY, _NOSUID, _NODEV, _NOEXEC, _REMOUNT, _BIND, _REC, _PRIVATE = (
    *(1, 2, 4, 8, 32),
    *(1 << 12, 1 << 14, 1 << 18),
)
_SAFE = _NOSUID | _NODEV | _NOEXEC
DEVICES = ("null", "zero", "full", "random", "urandom")
"""What there is in /dev."""
_SET_DUMPABLE, _DROP_BOUNDING, _NO_NEW_PRIVILEGES = 4, 24, 38
_CAPABILITY_VERSION = 0x20080522
_LAST_RESORT = 2
"""How many times a check's seconds of processor the kernel itself lets a process have. It counts
them by its clock's ticks, and too many where others take turns in between; `ResourceUsage` counts
what was used, and tells that it was the time."""


def move_in() -> int:
    """Return 0 in a new child that has its own users and processes, so may create more of both.

    Returns in this process, which stays outside, the child's number.
    """
    _enter(_NEW_USERS | _NEW_PROCESSES)
    return os.fork()


def give_birth(child: Callable[[], Any], home: int) -> tuple[int, Any]:
    """Let `child` run as process 1 of a new world, where no other process is seen, until it ends.

    child: it must not return.
    home: a descriptor of this process's own /proc/self/ns/pid.

    Returns the child's status and what it used, as os.wait4 does. While the child lives, this
    process does next to nothing, see `common.grading.runner.inside.watcher`.

    It forks as the C library does. `os.fork` would also do in the child what libraries have asked
    for; torch alone has dozens of logging handlers whose locks are made anew each time, and that
    touches 300 pages, a tenth of a small check's time. The locks matter only where Python has
    other threads, which a server has not; nor is `random` seeded anew, which the server did for all
    checks alike.
    """
    alone = len(sys._current_frames()) == 1  # else a library has begun a thread at import
    fork, wait = _libc_with_the_interpreter().fork if alone else os.fork, os.wait4
    _must(_libc().unshare(_NEW_PROCESSES), "creating a process namespace")
    number = fork()
    if number == 0:
        child()
    elif number > 0:
        _, status, usage = wait(number, 0)
    _must(number < 0, "forking")
    _must(_libc().setns(home, _NEW_PROCESSES), "leaving a process namespace")
    return status, usage


def confine(limits: Mapping[str, Any], *, scratch: str, facts: Mapping[str, bytes]) -> None:
    """Take away from this process, for good, all that a check does not need.

    limits: the fields of `common.grading.runner.limits.Limits`.
    scratch: the one folder that can be written to; it vanishes with the process.
    facts: name -> content, all that there is in /proc; other processes are not to be seen.

    Raises OSError that names the step which failed.
    """
    # The network stays that of the outer wall: there is nothing in it, and no socket can be made.
    _enter(_NEW_USERS | _NEW_IPC | _NEW_MOUNTS)
    _write("/proc/self/oom_score_adj", b"1000")  # when memory ends, this goes first
    os.setsid()  # signals to one's own group must not reach the server
    os.nice(5)
    _limit(limits)
    _mount(None, "/", None, _REC | _PRIVATE)
    _mount("tmpfs", scratch, "tmpfs", _SAFE, f"size={limits['tmp_bytes']},nr_inodes=4096,mode=0700")
    _mount(scratch, "/dev/shm", None, _BIND)
    _mount("tmpfs", "/proc", "tmpfs", _SAFE)
    for name, content in facts.items():
        _write(f"/proc/{name}", content)
    _mount(None, "/proc", None, _BIND | _REMOUNT | _RDONLY | _SAFE)
    for name in DEVICES:  # the host's own: where root is mapped in, their modes could be changed
        _mount(None, f"/dev/{name}", None, _BIND | _REMOUNT | _RDONLY | _NOSUID | _NOEXEC)
    os.chdir(scratch)
    _drop_privileges()
    seccomp.install(_libc())


def prepare() -> None:
    """Do before the forks what would else be done after each of them."""
    seccomp.prepared()
    for name in ("unshare", "setns", "mount", "prctl", "capset"):
        getattr(_libc(), name)
    _libc_with_the_interpreter()


def become(user: int) -> None:
    """Give up being root for this user; limits on processes do not hold for root."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    _must(_libc().prctl(_SET_DUMPABLE, 1, 0, 0, 0), "staying visible to oneself in /proc")


def _enter(namespaces: int) -> None:
    user, group = os.geteuid(), os.getegid()
    _must(_libc().unshare(namespaces), "creating namespaces")
    _write("/proc/self/setgroups", b"deny")
    _write("/proc/self/uid_map", b"%d %d 1" % (user, user))
    _write("/proc/self/gid_map", b"%d %d 1" % (group, group))


def _write(path: str, content: bytes) -> None:
    """Write a file with as little of Python as there can be; every page touched is a copy made."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.close(descriptor)


def _limit(limits: Mapping[str, Any]) -> None:
    statm = os.open("/proc/self/statm", os.O_RDONLY)
    inherited = int(os.read(statm, 100).split()[0]) * os.sysconf("SC_PAGE_SIZE")
    os.close(statm)
    for name, most in {
        "AS": inherited + limits["memory"],
        "CPU": _LAST_RESORT * limits["cpu_seconds"],
        "NPROC": limits["processes"],
        "FSIZE": limits["tmp_bytes"],
        "NOFILE": 256,
        "CORE": 1,  # with 0, a system's own handler of dumps would still be started
        "SIGPENDING": 1024,
        "NICE": 0,
        "RTPRIO": 0,
        "MSGQUEUE": 0,
        "MEMLOCK": 0,
    }.items():
        number = getattr(resource, f"RLIMIT_{name}")
        ceiling = resource.getrlimit(number)[1]
        most = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        resource.setrlimit(number, (most, most))


def _drop_privileges() -> None:
    libc = _libc()
    capability = 0
    while libc.prctl(_DROP_BOUNDING, capability, 0, 0, 0) == 0:
        capability += 1
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    _must(libc.capset(header, (ctypes.c_uint32 * 6)()), "dropping capabilities")
    _must(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "forbidding new privileges")


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, options: str | None = None
) -> None:
    texts = [text.encode() if text is not None else None for text in (source, target, kind)]
    data = options.encode() if options else None
    _must(_libc().mount(*texts, ctypes.c_ulong(flags), data), f"mounting {target}")


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


@cache
def _libc_with_the_interpreter() -> ctypes.PyDLL:
    return ctypes.PyDLL(None, use_errno=True)


def _must(failed: int, step: str) -> None:
    if failed:
        number = ctypes.get_errno()
        raise OSError(number, f"{step}: {os.strerror(number)}")
