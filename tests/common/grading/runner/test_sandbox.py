"""The sandbox starts, does its work at little cost, and says what is missing where it cannot."""

import contextlib
import itertools
import os
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from common.errors import UserError
from common.grading.runner import bubblewrap, sandbox
from common.grading.runner.layout import Layout
from common.grading.runner.probe_result import Failure, ProbeResult
from common.grading.runner.sandbox import Sandbox
from tests.common.grading import shop

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return shop.make_course(tmp_path_factory.mktemp("course"))


@linux
def test_plain_data_comes_back_with_what_was_printed(course):
    source = (
        "def double(x):\n    print('\\x1b[1mцена')\n    return {'y': [x, float('nan'), None]}\n"
    )
    with shop.open_sandbox(course) as sandbox:
        outcome, _ = shop.submit(sandbox, source)
    y, nan, nothing = outcome.output["y"]
    np.testing.assert_array_equal(y, np.arange(4.0))
    assert np.isnan(nan)
    assert nothing is None
    assert outcome.failure is None
    assert outcome.stdout == "цена\n"


@linux
def test_the_given_file_stands_where_none_was_handed_in(course):
    with shop.open_sandbox(course) as sandbox:
        outcome = sandbox.run({}, "shop.loss", "tests.graded.shop_probes:double", {"x": 1})
    assert outcome == ProbeResult(
        failure=Failure("raised", "NotImplementedError (shop/loss.py, line 2)")
    )


@linux
def test_two_hundred_checks_leave_the_server_as_small_as_it_was(course):
    with shop.open_sandbox(course) as sandbox:
        shop.submit(sandbox, shop.GOOD)
        servers = psutil.Process().children(recursive=True)
        before = sum(process.memory_info().rss for process in servers)
        descriptors = len(os.listdir("/proc/self/fd"))
        assert all(shop.submit(sandbox, shop.GOOD)[1] for _ in range(200))
        assert {*psutil.Process().children(recursive=True)} == {*servers}
        assert sum(process.memory_info().rss for process in servers) - before < 2 * 2**20
        assert len(os.listdir("/proc/self/fd")) == descriptors


@linux
def test_an_endless_loop_is_ended_by_what_it_has_used_and_not_by_the_kernel(course, monkeypatch):
    """Who was killed by the kernel, whose count is another, was told that Python had crashed."""
    seen, conclude = [], sandbox.conclude

    def concluded(limits, ended, *rest, **more):
        seen.append(ended["over"])
        return conclude(limits, ended, *rest, **more)

    monkeypatch.setattr(sandbox, "conclude", concluded)
    limits = replace(shop.LIMITS, cpu_seconds=1, wall_seconds=60)  # however busy the machine is
    with shop.open_sandbox(course, limits=limits) as opened:
        outcome, _ = shop.submit(opened, "def double(x):\n    while True: pass")
    assert (seen[-1], outcome.failure.kind) == ("time", "time")


@linux
def test_several_sandboxes_work_at_the_same_time(course):
    def grade(_):
        with shop.open_sandbox(course) as sandbox:
            return [shop.submit(sandbox, shop.GOOD)[1] for _ in range(5)]

    with ThreadPoolExecutor(2) as pool:
        assert [*pool.map(grade, range(2))] == [[True] * 5] * 2


@linux
def test_closing_ends_every_process_and_a_closed_sandbox_grades_nothing(course):
    before = {*psutil.Process().children(recursive=True)}
    with shop.open_sandbox(course) as sandbox:
        pass
    assert {*psutil.Process().children(recursive=True)} == before
    with pytest.raises(ValueError, match="closed"):
        shop.submit(sandbox, shop.GOOD)


@linux
def test_a_server_that_dies_stops_grading(course):
    with shop.open_sandbox(course) as sandbox:
        end_servers()
        with pytest.raises(UserError, match="broke down"):
            shop.submit(sandbox, shop.GOOD)


@linux
def test_a_server_that_dies_in_the_middle_of_a_check_stops_grading(course):
    with shop.open_sandbox(course) as sandbox:
        timer = threading.Timer(0.3, end_servers)
        timer.start()
        with pytest.raises(UserError, match="broke down"):
            shop.submit(sandbox, "import time\ntime.sleep(1000)")
        timer.join()


def end_servers():
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # the others end with the first
            process.kill()


@linux
def test_without_bubblewrap_the_error_says_how_to_install_it(course, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UserError, match="sudo apt install bubblewrap"), shop.open_sandbox(course):
        pytest.fail("it must not start")


@linux
@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1", "Permission denied"),
        ("echo 'bwrap: No permissions to create new namespace.' >&2; exit 1", "of a container"),
        ("exit 0", "no reason given"),
        ('while [ "$1" != -P ]; do p=$1; shift; done; exec "$p" -c "raise MemoryError"', "--jobs"),
    ],
)
def test_a_wall_that_does_not_stand_stops_grading(course, monkeypatch, tmp_path, script, said):
    fake = tmp_path / "bwrap"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(UserError, match=said), shop.open_sandbox(course):
        pytest.fail("it must not start")


@linux
def test_a_server_that_is_late_is_told(course, monkeypatch):
    monkeypatch.setattr(sandbox, "_START_SECONDS", 0.001)
    with pytest.raises(UserError, match="not ready after 0.001 seconds"), shop.open_sandbox(course):
        pytest.fail("it must not start")


@linux
def test_an_inner_wall_that_does_not_stand_stops_grading(course, monkeypatch):
    # Without /dev/shm in the outer wall, the inner one cannot be built to its end.
    devices = ["--tmpfs", "/dev", "--dev-bind", "/dev/null", "/dev/null"]
    monkeypatch.setattr(bubblewrap, "_devices", lambda: devices)
    with pytest.raises(UserError, match="cannot start.*/dev/shm"), shop.open_sandbox(course):
        pytest.fail("it must not start")


@linux
def test_a_library_that_is_missing_is_named(course):
    with (
        pytest.raises(UserError, match="no_such_library"),
        shop.open_sandbox(course, preload=["no_such_library"]),
    ):
        pytest.fail("it must not start")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_are_told_what_grading_needs(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(UserError, match="Linux.*WSL"):
        bubblewrap.check_system()


@linux
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("release", "4.18.0-553.el8", "5.14 or newer"), ("machine", "riscv64", "x86-64 or ARM64")],
)
def test_a_kernel_or_processor_without_the_means_is_named(monkeypatch, field, value, said):
    system = bubblewrap.platform.uname()._replace(**{field: value})
    monkeypatch.setattr(bubblewrap.platform, "uname", lambda: system)
    with pytest.raises(UserError, match=said):
        bubblewrap.check_system()


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        (
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "kernel.apparmor_restrict_unprivileged_userns=0",
        ),
        ("kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "0", "user.max_user_namespaces=15000"),
    ],
)
def test_a_system_that_forbids_user_namespaces_is_told_the_remedy(tmp_path, setting, value, remedy):
    (tmp_path / setting).parent.mkdir()
    (tmp_path / setting).write_text(f"{value}\n")
    error = bubblewrap.explain("bwrap: No permissions", started=False, kernel=tmp_path)
    assert "cannot start" in str(error)
    assert f"sudo sysctl -w {remedy}" in str(error)


def test_ubuntu_s_own_profile_for_bubblewrap_is_to_be_taken_away(tmp_path):
    profile = tmp_path / "bwrap-userns-restrict"
    profile.touch()
    said = "PermissionError: mounting /: Permission denied"
    error = bubblewrap.explain(said, started=False, kernel=tmp_path, profile=profile)
    assert f"sudo apparmor_parser -R {profile}" in str(error)


@linux
def test_what_lies_in_a_folder_that_students_can_read_is_not_graded_from_there(course, monkeypatch):
    monkeypatch.setattr(bubblewrap, "_PROGRAMS", (Path(bubblewrap.__file__).parents[3],))
    with pytest.raises(UserError, match="move the course elsewhere"), shop.open_sandbox(course):
        pytest.fail("it must not start")


@linux
def test_submissions_are_not_laid_out_where_students_can_read(course, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(bubblewrap, "_PROGRAMS", (tmp_path,))
    with pytest.raises(UserError, match="TMPDIR"), shop.open_sandbox(course):
        pytest.fail("it must not start")
    assert not [*tmp_path.iterdir()]


@linux
def test_projects_in_usr_are_not_shown(course):
    with Layout(course) as layout:
        words = bubblewrap.command("bwrap", layout, {})
    binds = [place for word, place in itertools.pairwise(words) if "bind" in word]
    assert not {"/usr", "/usr/src", "/home", "/etc", "/var"} & {*binds}


@pytest.mark.parametrize(
    "name", ["shop/none.py", "../shop/loss.py", "grades.db", "/etc/passwd", ""]
)
def test_only_files_of_the_given_packages_can_be_replaceable(course, name):
    with pytest.raises(UserError, match="not a file of the packages"):
        Sandbox(course, replaceable=[name])


DEVICES = """
import errno, fcntl, os, stat, sys

def double(x):
    said = []
    for name in sorted(os.listdir("/dev")):
        try:
            os.chmod(f"/dev/{name}", 0o666)
        except OSError as error:
            said.append([name, errno.errorcode[error.errno]])
    for number in range(5):
        try:
            device = stat.S_ISCHR(os.fstat(number).st_mode)
        except OSError:
            device = False
        said.append([str(number), "a device" if device else ""])
    with open("/dev/null", "w") as nothing, open("/dev/urandom", "rb") as chance:
        said.append(["works", str(nothing.write("x") + len(chance.read(2)))])
    for path in (sys.executable, "/dev/null", __file__):
        try:
            with open(path, "rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            said.append([path, "locked"])
        except OSError as error:
            said.append(["flock", errno.errorcode[error.errno]])
    return said
"""


@linux
def test_devices_are_read_only_and_no_file_that_all_see_can_be_locked(course):
    """Where root is mapped in, a check could change the modes of the host's own /dev/null."""
    with shop.open_sandbox(course) as sandbox:
        outcome, _ = shop.submit(sandbox, DEVICES)
    said = {name: what for name, what in outcome.output if name != "shm"}
    assert {said[name] for name in ("full", "null", "random", "urandom", "zero")} == {"EROFS"}
    assert {said[str(number)] for number in range(5)} == {""}
    assert said["works"] == "3"
    assert said["flock"] == "EPERM"
    assert "locked" not in said.values()


def test_the_course_is_masked_wherever_libraries_are_shown(course, tmp_path, monkeypatch):
    """Also in a folder of libraries that this Python does not use."""
    for place in ("lib/python3.9/site-packages", "lib64/python3/dist-packages"):
        (tmp_path / place / "shop").mkdir(parents=True)
        (tmp_path / place / "tests").mkdir()
        (tmp_path / place / "numpy").mkdir()
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    found = {*bubblewrap._packages_everywhere(["shop"])}
    for place in ("lib/python3.9/site-packages", "lib64/python3/dist-packages"):
        assert {tmp_path / place / "shop", tmp_path / place / "tests"} <= found
        assert tmp_path / place / "numpy" not in found


@pytest.mark.parametrize("inside", [True, False])
def test_a_folder_that_students_code_can_read_is_refused(tmp_path, monkeypatch, inside):
    (tmp_path / "python" / "share").mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "python"))
    place = tmp_path / ("python/share/grades" if inside else "grades")
    if not inside:
        bubblewrap.must_be_hidden(place)
        return
    with pytest.raises(UserError, match="students' code can read what lies in .*python"):
        bubblewrap.must_be_hidden(place)
    (tmp_path / "link").symlink_to(tmp_path / "python")
    with pytest.raises(UserError, match="name another folder"):
        bubblewrap.must_be_hidden(tmp_path / "link" / "grades")
