"""The list of system calls that a student's code has no use for and an attacker has.

Namespaces isolate the process; this takes away what namespaces do not cover: memory that no limit
counts (memfd, System V shared memory, pages lent to a pipe, locks on parts of files), sockets that
ignore the network namespace (vsock), new namespaces, tracing, mounting, dumps of memory, and the
parts of the kernel where holes are found most often. What newer kernels add is refused as unknown.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Sequence
from functools import cache

# Numbers on x86-64 and on 64-bit ARM; calls from 424 on have one number everywhere.
_REFUSED = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "flock": (73, 32),  # on a file that all sandboxes show, two submissions could talk by it
    "rt_sigaction": (13, 134),  # a handler of signals is handed the frames of who was interrupted
    # Who is the last to get a processor waits nearly all the time, and waiting hardly counts.
    "setpriority": (141, 140),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "syslog": (103, 116),
    "vmsplice": (278, 75),
    "splice": (275, 76),
    "tee": (276, 77),
    "io_setup": (206, 0),
    "seccomp": (317, 277),
    "fanotify_init": (300, 262),
}
_FCNTL = (72, 25)
_LOCKS = (6, 7, 37, 38)  # F_SETLK, F_SETLKW and F_OFD_SETLK, F_OFD_SETLKW
_SETRLIMIT = (160, 164)
_PRLIMIT = (302, 261)
_CORE = 4  # RLIMIT_CORE
_PRCTL = (157, 167)
_NEWEST = 441  # epoll_pwait2, of Linux 5.11
_CLONE = (56, 220)
_CLONE3 = 435
_NEW_NAMESPACES = 0x7E020080
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_LOAD, _JUMP_EQUAL, _JUMP_SET, _JUMP_ABOVE, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_REFUSE = (_RETURN, 0, 0, _ERROR | errno.EPERM)
_SET_SECCOMP, _FILTER_MODE = 22, 2


def supported(machine: str) -> bool:
    """Say whether there is a list for this kind of processor.

    >>> supported("x86_64"), supported("riscv64")
    (True, False)
    """
    return machine in _ARCHITECTURES


def filter_program(machine: str) -> bytes:
    """Return the filter in the kernel's own language: (code, jump if true, if false, value)."""
    column, architecture = _ARCHITECTURES[machine]
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),  # 32-bit calls have other numbers
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_ABOVE, 0, 1, 0x40000000),  # so have those of x32
        _REFUSE,
        (_JUMP_ABOVE, 1, 0, _NEWEST + 1),
        # The flags of clone3 lie in memory, where no filter can look; the C library takes clone.
        (_JUMP_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
    ]
    for numbers in _REFUSED.values():
        program += [(_JUMP_EQUAL, 0, 1, numbers[column]), _REFUSE]
    program += _refuse_where(_CLONE[column], _FIRST_ARGUMENT, _JUMP_SET, [_NEW_NAMESPACES])
    program += _refuse_where(_FCNTL[column], _SECOND_ARGUMENT, _JUMP_EQUAL, _LOCKS)
    program += _refuse_where(_SETRLIMIT[column], _FIRST_ARGUMENT, _JUMP_EQUAL, [_CORE])
    program += _refuse_where(_PRLIMIT[column], _SECOND_ARGUMENT, _JUMP_EQUAL, [_CORE])
    program += _refuse_where(_PRCTL[column], _FIRST_ARGUMENT, _JUMP_EQUAL, [_SET_SECCOMP])
    program += [(_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _refuse_where(
    call: int, argument: int, test: int, values: Sequence[int]
) -> list[tuple[int, int, int, int]]:
    """Refuse one call where its argument passes the test with one of these values."""
    tests = [part for value in values for part in ((test, 0, 1, value), _REFUSE)]
    return [
        (_JUMP_EQUAL, 0, len(tests) + 2, call),
        (_LOAD, 0, 0, argument),
        *tests,
        (_RETURN, 0, 0, _ALLOW),
    ]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


@cache
def prepared() -> tuple[_Program, ctypes.Array]:
    """Return the filter for this processor as `install` needs it; before a fork saves time after.

    The second part is the memory that the first one points to.
    """
    instructions = filter_program(os.uname().machine)
    memory = ctypes.create_string_buffer(instructions, len(instructions))
    return _Program(len(instructions) // 8, ctypes.addressof(memory)), memory


def install(libc: ctypes.CDLL) -> None:
    """Put the filter on this process and all that come from it, for good."""
    program, _ = prepared()
    if libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "installing the filter of system calls")
