"""The list of system calls that a student's code has no use for and an attacker has.

The walls are the namespaces; this takes away what namespaces do not cover: memory that no limit
counts (memfd, System V shared memory), sockets that ignore the network namespace (vsock), new
namespaces, tracing, mounting, and the parts of the kernel where holes are found most often.
"""

import ctypes
import errno
import os
import struct

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
    "memfd_secret": (447, 447),
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
    "mount_setattr": (442, 442),
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
}
_CLONE = (56, 220)
_CLONE3 = 435
_NEW_NAMESPACES = 0x7E020080
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_LOAD, _JUMP_EQUAL, _JUMP_SET, _JUMP_ABOVE, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
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
    refuse = (_RETURN, 0, 0, _ERROR | errno.EPERM)
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),  # 32-bit calls have other numbers
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_ABOVE, 0, 1, 0x40000000),  # so have those of x32
        refuse,
        (_JUMP_EQUAL, 0, 1, _CLONE3),  # its flags lie in memory, where no filter can look;
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),  # the C library then takes clone
    ]
    for numbers in _REFUSED.values():
        program += [(_JUMP_EQUAL, 0, 1, numbers[column]), refuse]
    program += [
        (_JUMP_EQUAL, 0, 3, _CLONE[column]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_JUMP_SET, 0, 1, _NEW_NAMESPACES),
        refuse,
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def install() -> None:
    """Put the filter on this process and all that come from it, for good."""
    program = ctypes.create_string_buffer(filter_program(os.uname().machine))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]

    described = Program((len(program) - 1) // 8, ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(described), 0, 0):
        raise OSError(ctypes.get_errno(), "installing the filter of system calls")
