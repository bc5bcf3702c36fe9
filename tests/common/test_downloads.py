"""Downloads from a local server that cuts, lies, stalls, and changes its mind."""

import errno
import hashlib
import os
import subprocess
import sys
import threading
import time

import pytest

from common.downloads import Download, fetch
from common.errors import UserError
from common.files import cache_folder
from tests.common.bad_server import CONTENT, Handler, bad_server

QUICK = {"progress": False, "connect_timeout": 5.0, "stall_timeout": 0.3, "pause": 0.01}


@pytest.fixture
def server():
    with bad_server() as server:
        yield server


def only_the_file(folder) -> None:
    """Nothing half-done is left, and the file is right."""
    assert (folder / "file.bin").read_bytes() == CONTENT
    assert {entry.name for entry in folder.iterdir()} <= {"file.bin", "file.bin.lock"}


def failure(download: Download, folder, **options) -> str:
    with pytest.raises(UserError) as caught:
        fetch(download, cache=folder, **(QUICK | options))
    assert "\n" not in str(caught.value)
    assert not (folder / "file.bin").exists()
    return str(caught.value)


def test_a_file_is_downloaded_once(server, tmp_path):
    folder = tmp_path / "new" / "cache"
    for _ in range(2):
        assert fetch(server.download(), cache=folder, **QUICK) == folder / "file.bin"
    only_the_file(folder)
    assert server.ranges == [None]


def test_a_damaged_file_in_the_cache_is_replaced(server, tmp_path):
    (tmp_path / "file.bin").write_bytes(b"\0" * len(CONTENT))
    fetch(server.download(), cache=tmp_path, **QUICK)
    only_the_file(tmp_path)


def test_a_file_put_there_by_hand_needs_no_network(tmp_path):
    (tmp_path / "file.bin").write_bytes(CONTENT)
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    download = Download("file.bin", "http://127.0.0.1:9/f", sha256, len(CONTENT), "CC0")
    assert fetch(download, cache=tmp_path, **QUICK).read_bytes() == CONTENT


@pytest.mark.parametrize(
    "trouble",
    [
        Handler.cut,
        Handler.stall,
        Handler.silent,
        Handler.hang_up,
        Handler.too_short_a_length,
        Handler.status(500),
        Handler.status(503),
        Handler.status(429),
    ],
)
def test_passing_trouble_is_overcome(server, tmp_path, trouble):
    server.answers = [trouble, trouble, Handler.honest]
    fetch(server.download(), cache=tmp_path, **QUICK)
    only_the_file(tmp_path)
    assert len(server.ranges) == 3


def test_a_cut_file_is_taken_up_where_it_broke_off(server, tmp_path):
    server.answers = [Handler.cut, Handler.honest]
    fetch(server.download(), cache=tmp_path, **QUICK)
    first, second = server.ranges
    assert first is None
    assert int(second.removeprefix("bytes=").removesuffix("-")) > 30_000


def test_slow_progress_is_no_failure(server, tmp_path):
    server.answers = [Handler.too_short_a_length]
    part = tmp_path / "file.bin.part"
    part.write_bytes(CONTENT[:-20_000])
    fetch(server.download(), cache=tmp_path, attempts=2, **QUICK)
    only_the_file(tmp_path)
    assert len(server.ranges) == 20


def test_a_server_that_ignores_ranges_sends_it_all(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:1234])
    server.answers = [Handler.whole]
    fetch(server.download(), cache=tmp_path, **QUICK)
    only_the_file(tmp_path)
    assert server.ranges == ["bytes=1234-"]


def test_a_server_that_refuses_the_range_is_asked_for_all(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:1234])
    server.answers = [Handler.status(416), Handler.honest]
    fetch(server.download(), cache=tmp_path, **QUICK)
    only_the_file(tmp_path)
    assert server.ranges == ["bytes=1234-", None]


@pytest.mark.parametrize("part", [b"\0" * 5000, bytes(len(CONTENT)), bytes(2 * len(CONTENT))])
def test_a_bad_part_is_thrown_away_and_not_for_ever_in_the_way(server, tmp_path, part):
    (tmp_path / "file.bin.part").write_bytes(part)
    fetch(server.download(), cache=tmp_path, **QUICK)
    only_the_file(tmp_path)


def test_a_complete_part_needs_only_its_name(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT)
    fetch(server.download(), cache=tmp_path, **QUICK)
    only_the_file(tmp_path)
    assert server.ranges == []


def test_wrong_bytes_are_refused_and_deleted(server, tmp_path):
    server.answers = [Handler.wrong_bytes]
    message = failure(server.download(), tmp_path)
    assert "the content there is not the expected one" in message
    assert not (tmp_path / "file.bin.part").exists()


def test_a_lie_about_the_length_is_seen_through(server, tmp_path):
    server.answers = [Handler.too_long_a_length]
    fetch(server.download(), cache=tmp_path, **QUICK)
    only_the_file(tmp_path)


def test_no_more_is_written_than_the_pinned_size(server, tmp_path):
    server.answers = [Handler.endless]
    path = fetch(server.download(CONTENT[:100_001]), cache=tmp_path, **QUICK)
    assert path.read_bytes() == CONTENT[:100_001]
    assert len(server.ranges) == 1


def test_a_file_that_is_too_short_is_given_up(server, tmp_path):
    message = failure(server.download(CONTENT + b"more"), tmp_path, attempts=2)
    assert "file.bin cannot be downloaded" in message


@pytest.mark.parametrize("code", [404, 403, 410])
def test_an_address_that_is_gone_is_not_asked_again(server, tmp_path, code):
    server.answers = [Handler.status(code)]
    assert f"the server answers {code}" in failure(server.download(), tmp_path)
    assert len(server.ranges) == 1


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (Handler.status(500), "the server answers 500"),
        (Handler.silent, "the server fell silent"),
        (Handler.hang_up, "is there a network?"),
        (Handler.nonsense, "makes no sense"),
    ],
)
def test_lasting_trouble_is_told_after_so_many_attempts(server, tmp_path, trouble, says):
    server.answers = [trouble]
    assert says in failure(server.download(), tmp_path, attempts=3)
    assert len(server.ranges) == 3


def test_without_network_the_line_says_what_to_put_where(tmp_path):
    download = Download("file.bin", "http://127.0.0.1:9/file.bin", "0" * 64, 10, "CC0")
    assert failure(download, tmp_path, attempts=1) == (
        "file.bin cannot be downloaded (no connection; is there a network?); put the file from "
        f"http://127.0.0.1:9/file.bin to {tmp_path / 'file.bin'} by hand"
    )


def test_a_full_disk_is_said_so(server, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("common.downloads._Part.write", full)
    assert "no space for 0.3 MB" in failure(server.download(), tmp_path)


def test_a_cache_that_is_a_file_is_said_so(server, tmp_path):
    (tmp_path / "cache").write_bytes(b"")
    with pytest.raises(UserError, match="STICKSHIFT_CACHE names another folder"):
        fetch(server.download(), cache=tmp_path / "cache", **QUICK)


def test_threads_that_want_the_same_file_download_it_once(server, tmp_path):
    threads = [
        threading.Thread(
            target=fetch, args=(server.download(),), kwargs={"cache": tmp_path} | QUICK
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    only_the_file(tmp_path)
    assert server.ranges == [None]


def test_a_killed_process_leaves_a_part_that_the_next_one_completes(server, tmp_path):
    server.answers = [Handler.stall, Handler.honest]
    download = server.download()
    code = (
        "from pathlib import Path; from common.downloads import Download, fetch; "
        f"fetch({download!r}, cache=Path({str(tmp_path)!r}), progress=False)"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    part = tmp_path / "file.bin.part"
    deadline = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size > 30_000) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait()
    received = part.stat().st_size
    fetch(download, cache=tmp_path, **QUICK)
    only_the_file(tmp_path)
    assert server.ranges == [None, f"bytes={received}-"]


def test_the_cache_is_where_the_variable_says(monkeypatch, tmp_path):
    monkeypatch.setenv("STICKSHIFT_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("STICKSHIFT_CACHE")
    assert "stickshift" in str(cache_folder())


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/file", "housing.csv"])
def test_only_http_is_downloaded(url):
    with pytest.raises(ValueError, match="by http or https"):
        Download("file", url, "0" * 64, 1, "CC0")


@pytest.mark.parametrize("name", ["../file", "/etc/file", "a/b", ""])
def test_a_name_cannot_leave_the_cache(name):
    with pytest.raises(ValueError, match="file name"):
        Download(name, "https://host/file", "0" * 64, 1, "CC0")


def test_progress_is_shown_on_request(server, tmp_path, capsys):
    fetch(server.download(), cache=tmp_path, **(QUICK | {"progress": True}))
    assert "file.bin" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_others_may_read_the_file_as_any_new_one(server, tmp_path):
    (tmp_path / "plain").write_text("")
    path = fetch(server.download(), cache=tmp_path, **QUICK)
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_redirect_is_followed_with_the_range(server, tmp_path):
    def elsewhere(handler):
        handler.send_response(302)
        handler.send_header("Location", "/other.bin")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    (tmp_path / "file.bin.part").write_bytes(CONTENT[:1234])
    server.answers = [elsewhere, Handler.honest]
    fetch(server.download(), cache=tmp_path, **QUICK)
    only_the_file(tmp_path)
    assert server.ranges == ["bytes=1234-", "bytes=1234-"]


def test_nothing_but_the_bar_is_printed(server, tmp_path, capfd):
    fetch(server.download(), cache=tmp_path, **QUICK)
    assert capfd.readouterr() == ("", "")
