"""The outer wall: bubblewrap around the server, and what to do where it cannot stand."""

import json
import os
import platform
import shutil
import site
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from common.errors import UserError
from common.grading.runner.inside import jit_cache, seccomp
from common.grading.runner.inside.namespaces import DEVICES
from common.grading.runner.layout import CACHE, COURSE, NOT_COURSE, Layout

SCRATCH = "/scratch"
TRUSTED = "/grader"
_NOBODY = 65534
_PROGRAMS = tuple(
    Path(top, name)
    for top in ("/usr", "/")
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libexec", "share", "local")
)
_INSTALL = (
    "sudo apt install bubblewrap (Debian, Ubuntu), sudo dnf install bubblewrap (Fedora), "
    "sudo pacman -S bubblewrap (Arch)"
)
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": SCRATCH,
    "TMPDIR": SCRATCH,
    "USER": "student",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",  # two gradings give the same grades
    # Memory in huge pages, where the system has them, halves the time that a fork takes.
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": SCRATCH,
    "NUMBA_CACHE_DIR": SCRATCH,
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve more than a check may have
}
# What a program needs of /etc to find its libraries and the time zone.
_SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime")
_PROFILE = Path("/etc/apparmor.d/bwrap-userns-restrict")  # of Ubuntu
_LIBRARIES = ("site-packages", "dist-packages")
_HUGE_PAGES = "/sys/kernel/mm/transparent_hugepage"  # the C library asks here


def check_platform() -> None:
    """Raise UserError where this is not Linux; also the judges' processes need it."""
    if sys.platform != "linux":
        raise UserError(
            "grading runs students' code in a sandbox that only Linux has; on Windows use WSL "
            "(wsl --install), on macOS a Linux virtual machine"
        )


def check_system() -> str:
    """Return the path of bubblewrap, or raise UserError that says what is missing."""
    check_platform()
    system = platform.uname()
    release = tuple(int(part) for part in system.release.split("-")[0].split(".")[:2])
    if release < (5, 14):
        raise UserError(
            f"grading needs Linux 5.14 or newer, this is {system.release}: "
            "before that, no limit on a student's processes can be kept"
        )
    if not seccomp.supported(system.machine):
        raise UserError(f"grading needs an x86-64 or ARM64 processor, this is {system.machine}")
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        raise UserError(
            f"grading needs bubblewrap (bwrap), which is not installed here: {_INSTALL}"
        )
    return bubblewrap


def command(
    bubblewrap: str, layout: Layout, config: Mapping[str, Any], code: Path | None = None
) -> list[str]:
    """Return the command that starts the server inside of the wall.

    layout: what is seen of the course.
    config: what the server is told, see `common.grading.runner.inside.server.main`.
    code: the file for `inside.jit_cache.FILE`, if it is there and can be trusted.
    """
    places = {"course": COURSE, "cache": CACHE, "scratch": SCRATCH}
    told = {**places, "user": _NOBODY, "packages": layout.packages, **config}
    inside = [
        *_system(),
        *_python(layout),
        *("--ro-bind", str(layout.course), COURSE, "--ro-bind", str(layout.cache), CACHE),
        *_own_code(),
        *(["--ro-bind", str(code), jit_cache.FILE] if code else []),
        *("--tmpfs", SCRATCH, "--proc", "/proc"),
        *_devices(),
    ]
    return [
        bubblewrap,
        *([] if os.geteuid() == 0 else ["--unshare-user"]),
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--die-with-parent", "--new-session", "--hostname", "sandbox"),
        *_parents(inside),
        *inside,
        *("--chdir", "/", "--remount-ro", "/"),
        *(sys.executable, "-P", "-s", "-B", "-c", _start(), json.dumps(told)),
    ]


def _parents(arguments: list[str]) -> list[str]:
    """Make the folders above all targets; those that bubblewrap makes are for root's eyes only."""
    bound = [
        target
        for option, target in zip(arguments, arguments[2:], strict=False)
        if option in ("--ro-bind", "--ro-bind-try")
    ]
    folders = {str(parent) for target in bound for parent in Path(target).parents}
    return [word for folder in sorted(folders - {"/"}) for word in ("--dir", folder)]


def environment() -> dict[str, str]:
    """Return the whole environment of the server; nothing of the teacher's is in it."""
    return dict(_ENVIRONMENT)


def explain(
    said: str, *, started: bool, kernel: Path = Path("/proc/sys"), profile: Path = _PROFILE
) -> UserError:
    """Build the error for a wall that does not stand, with the remedy where it is known.

    said: what bubblewrap or the server printed last.
    started: whether it had stood before.
    """
    remedies = [
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "0"),
        ("kernel/unprivileged_userns_clone", "0", "1"),
        ("user/max_user_namespaces", "0", "15000"),
    ]
    lines = said.strip().splitlines() or ["no reason given"]
    what = "broke down; the check under way does not count" if started else "cannot start"
    start = f"the sandbox {what}, and grading goes no further without it: {lines[-1].strip(' .')}"
    commands = [
        f"sudo sysctl -w {name.replace('/', '.')}={allowing}"
        for name, forbidding, allowing in remedies
        if (kernel / name).exists() and (kernel / name).read_text().strip() == forbidding
    ]
    if profile.exists():  # it takes from what bubblewrap starts the right to wall itself in further
        commands.append(f"sudo apparmor_parser -R {profile}")
    if commands:
        return UserError(f"{start}; this system forbids it: {' && '.join(commands)}")
    if "allocate memory" in said or "MemoryError" in said:
        return UserError(f"{start}; close other programs, or give a smaller --jobs")
    if "ermitted" in said or "ermission" in said:
        return UserError(
            f"{start}; inside of a container, start it with --security-opt seccomp=unconfined "
            "--security-opt apparmor=unconfined --security-opt systempaths=unconfined"
        )
    return UserError(start)


def _system() -> list[str]:
    """Show the system's programs and libraries, but nothing of /usr that may be somebody's own."""
    arguments: list[str] = []
    for path in _PROGRAMS:
        if path.is_symlink():
            arguments += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            arguments += ["--ro-bind", str(path), str(path)]
    for name in _SETTINGS:
        arguments += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return [*arguments, "--ro-bind-try", _HUGE_PAGES, _HUGE_PAGES]


def _start() -> str:
    """Return the program that finds the libraries where this process does, and begins to serve."""
    return (
        f"import sys; sys.path += [p for p in {_libraries()!r} if p not in sys.path]; "
        f"sys.path.insert(0, {TRUSTED!r}); "
        "from common.grading.runner.inside.server import main; main()"
    )


def _libraries() -> list[str]:
    return [path for path in sys.path if Path(path).name in _LIBRARIES]


def _shown() -> list[str]:
    """Return the folders beside the system's programs that hold this Python and its libraries."""
    shown = {sys.prefix, sys.base_prefix, sys.exec_prefix, *_libraries()}
    return sorted(shown - {str(Path(site.getuserbase())), "/usr"})


def must_be_hidden(place: Path) -> None:
    """Raise UserError for a folder that students' code could read, where it lies."""
    for folder in {*map(Path, _shown()), *_PROGRAMS}:
        if place.resolve().is_relative_to(folder.resolve()):
            raise UserError(
                f"{place}: students' code can read what lies in {folder}; name another folder"
            )


def _packages_everywhere(packages: Sequence[str]) -> Iterator[Path]:
    """Find the course's packages wherever libraries are shown: it may be installed there, too."""
    folders = {Path(place) for place in _libraries()}
    for top in {*map(Path, _shown()), Path("/usr"), Path("/usr/local")}:
        for name in _LIBRARIES:
            folders |= {*top.glob(f"lib*/python3*/{name}")}
    for folder in sorted(folders):
        for package in [*packages, *NOT_COURSE]:
            if (folder / package).is_dir():
                yield folder / package


def _python(layout: Layout) -> list[str]:
    """Show this Python and its libraries, but no other version of the course among them."""
    libraries, shown = _libraries(), _shown()
    teacher = Path(__file__).parents[3]
    for folder in {*map(Path, shown), *_PROGRAMS}:
        seen = f"students' code can read what lies in {folder}"
        if teacher.is_relative_to(folder) and str(teacher) not in libraries:
            raise UserError(f"{teacher}: {seen}; move the course elsewhere")
        # Of several jobs each has its student's files there.
        if layout.course.resolve().is_relative_to(folder):
            raise UserError(f"{layout.course}: {seen}; name another folder with TMPDIR")
    arguments = []
    for path in shown:  # a folder before what lies in it
        if Path(path).is_dir() and not any(map(Path(path).is_relative_to, _PROGRAMS)):
            arguments += ["--ro-bind", path, path]
    if not any(Path(path).is_relative_to("/tmp") for path in shown):
        arguments += ["--symlink", SCRATCH, "/tmp"]
    for package in _packages_everywhere(layout.packages):
        arguments += ["--tmpfs", str(package), "--remount-ro", str(package)]
    return arguments


def _own_code() -> list[str]:
    """Show what runs inside the sandbox, and the empty packages that it lies in; nothing else."""
    inside = Path(__file__).with_name("inside")
    arguments = ["--ro-bind", str(inside), f"{TRUSTED}/common/grading/runner/inside"]
    for folder in list(inside.parents)[:3]:
        place = f"{TRUSTED}/{folder.relative_to(inside.parents[3])}/__init__.py"
        arguments += ["--ro-bind", str(folder / "__init__.py"), place]
    return arguments


def _devices() -> list[str]:
    arguments = ["--tmpfs", "/dev", "--dir", "/dev/shm"]
    for name in DEVICES:
        arguments += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    return [*arguments, "--remount-ro", "/dev"]
