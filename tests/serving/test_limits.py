"""What a request may cost, who may ask, and what becomes of those who come to no point."""

import errno
import json
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from common.errors import UserError
from common.serving import limits
from common.serving.app import create_app
from common.serving.options import ServeOptions
from common.serving.request_queue import Busy, Lane
from common.serving.server import EndingServer, listening, uvicorn_config
from tabular.task import TASK
from tests.serving.conftest import sold_flats
from tests.serving.servers import lines_of, received, said, served
from tests.serving.test_prices import rows_of

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def server(tabular_run):
    options = {"megabytes": 0.02, "seconds": 2.0, "queue": 2, "cors": ("https://friend.example",)}
    with served(TASK, tabular_run, **options) as found:
        yield found


@pytest.fixture(scope="module")
def row():
    return rows_of(sold_flats(1))[0]


@pytest.fixture
def held(server):
    """Keep the thread that answers at work, until it is let go."""
    go, begun = threading.Event(), threading.Event()

    def work(items):
        begun.set()
        go.wait(20)
        return items

    future = server[0].works.quick.submit(work, 1)
    begun.wait(20)
    yield go
    go.set()
    future.result(20)


def test_a_body_that_says_it_is_too_large_is_not_read(server):
    _, url, _ = server
    head = f"POST /predict HTTP/1.1\r\nHost: {url[7:]}\r\nContent-Type: application/json\r\n"
    reply = said(url, f"{head}Content-Length: 10000000000\r\n\r\n".encode())
    assert reply.startswith(b"HTTP/1.1 413 ")
    assert b"the limit is 0.02 MB" in reply
    head += "Accept-Language: ru-RU,ru;q=0.9\r\n"
    reply = said(url, f"{head}Content-Length: 10000000000\r\n\r\n".encode())
    assert "прислано слишком много, предел — 0,02 МБ" in reply.decode()


def test_a_body_that_does_not_say_so_is_counted_while_it_comes(server):
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1000
            yield b" " * 1000

    with pytest.raises((httpx.HTTPStatusError, httpx.WriteError, httpx.ReadError)):
        server[2].post("/predict", content=endless(), headers=JSON).raise_for_status()
    assert taken < 50_000_000


def test_who_sends_too_much_at_once_hears_why(server, monkeypatch):
    gate = server[0]._gate
    monkeypatch.setattr(gate, "options", replace(gate.options, megabytes=1.0))
    head = f"POST /predict HTTP/1.1\r\nHost: {server[1][7:]}\r\nContent-Type: application/json\r\n"
    body = b" " * 3_500_000
    reply = said(server[1], f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    assert reply.startswith(b"HTTP/1.1 413 ")
    assert reply.endswith(b'{"error": "a body is too large, the limit is 1 MB"}')


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "", "image/png"])
def test_a_type_that_is_not_taken_is_refused(server, kind):
    reply = server[2].post("/predict", content=b"{}", headers={"content-type": kind})
    assert reply.status_code == 415
    assert "expected application/json" in reply.json()["error"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.:80"])
def test_a_server_that_is_called_otherwise_does_not_answer(server, host):
    assert server[2].get("/health", headers={"host": host}).status_code == 400


def test_pages_of_others_may_not_ask_unless_they_are_named(server, row):
    for origin, status in (("https://evil.example", 403), ("null", 403), (server[1], 200)):
        reply = server[2].post("/predict", json=row, headers={"origin": origin})
        assert reply.status_code == status
        assert "access-control-allow-origin" not in reply.headers
    friend = {"origin": "https://friend.example"}
    reply = server[2].post("/predict", json=row, headers=friend)
    assert reply.headers["access-control-allow-origin"] == friend["origin"]
    asked = {**friend, "access-control-request-method": "POST"}
    assert server[2].options("/predict", headers=asked).status_code == 204
    assert server[2].options("/predict", headers={"origin": server[1]}).status_code == 405


def test_every_answer_tells_a_browser_to_be_careful(server):
    for path in ("/", "/report", "/health", "/docs", "/nowhere"):
        headers = server[2].get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    for path in ("/", "/report", "/docs"):
        policy = server[2].get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "http" not in policy


@pytest.mark.parametrize(
    "path",
    ["/../config.json", "/docs/../../x", "/docs/%2e%2e%2fapp.py", "/config.json", "/report/x"],
)
def test_no_file_is_named_by_a_client(server, path):
    reply = said(
        server[1],
        f"GET {path} HTTP/1.1\r\nHost: {server[1][7:]}\r\nConnection: close\r\n\r\n".encode(),
    )
    assert reply.startswith(b"HTTP/1.1 404 ")


def test_more_than_may_wait_are_told_when_to_come_again(server, row, held):
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(server[2].post, "/predict", json=row) for _ in range(2)]
        while len(server[0].works.quick) < 2:
            time.sleep(0.01)
        reply = server[2].post("/predict", json=row)
        assert reply.status_code == 503
        assert int(reply.headers["retry-after"]) >= 1
        held.set()
        assert [one.result().status_code for one in waiting] == [200, 200]


def test_an_answer_that_takes_too_long_is_not_waited_for(server, row, held):
    reply = server[2].post("/predict", json=row)
    assert reply.status_code == 504
    assert "longer than 2 seconds" in reply.json()["error"]


def test_nobody_works_for_a_client_that_went_away(server, row, held):
    body = json.dumps(row).encode()
    host, port = server[1][7:].split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST /predict HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        while not len(server[0].works.quick):
            time.sleep(0.01)
    future = server[0].works.quick._waiting[0][3]
    end = time.monotonic() + 20
    while not future.cancelled() and time.monotonic() < end:
        time.sleep(0.05)
    assert future.cancelled()


def test_clients_that_come_to_no_point_are_hung_up_on_and_others_are_answered(
    tabular_run, row, monkeypatch
):
    monkeypatch.setattr(limits, "HEADER_SECONDS", 1.0)
    with served(TASK, tabular_run, seconds=1.5) as (_, url, client):
        host, port = url[7:].split(":")
        slow = [socket.create_connection((host, int(port)), timeout=20) for _ in range(100)]
        head = f"POST /predict HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        for number, one in enumerate(slow):
            whole = number % 2  # half of them send headers, and of the body one byte
            one.sendall(f"{head}Content-Length: 500\r\n\r\n{{".encode() if whole else b"POST /pre")
        assert client.post("/predict", json=row).status_code == 200
        for number, one in enumerate(slow):
            reply = received(one)
            assert reply.startswith(b"HTTP/1.1 408 ") if number % 2 else reply == b""
            one.close()


def test_who_waits_when_the_server_is_ended_at_once_is_told_so(tabular_run, row, capfd):
    app = create_app(TASK, tabular_run, ServeOptions(device="cpu"))
    app.holder.load()
    go, begun = threading.Event(), threading.Event()
    app.works.quick.submit(lambda items: [begun.set() or go.wait(20)], 1)
    begun.wait(20)
    with listening("127.0.0.1", 0) as sock, ThreadPoolExecutor(2) as pool:
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        server = EndingServer(uvicorn_config(app, app.options))
        ended = pool.submit(server.run, [sock])
        waiting = pool.submit(httpx.post, f"{url}/predict", json=row, timeout=30)
        while not len(app.works.quick):
            time.sleep(0.01)
        server.should_exit = server.force_exit = True  # as Ctrl+C does, pressed again
        reply = waiting.result()
        ended.result()
        go.set()
    app.close()
    assert (reply.status_code, reply.json()) == (503, {"error": "the server ends"})
    assert reply.headers.get_list("connection") == ["close"]
    assert capfd.readouterr().err == ""


def test_a_server_without_room_for_a_file_says_so(server, monkeypatch):
    def full(self, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    for language, words in (("en", "no room left"), ("ru", "не осталось места")):
        headers = {"content-type": "text/csv", "accept-language": language}
        reply = server[2].post("/predict/file", content=b"a\n1\n", headers=headers)
        assert reply.status_code == 507
        assert words in reply.json()["error"]
        lines = {**headers, "accept": "application/x-ndjson"}
        reply = server[2].post("/predict/file", content=b"a\n1\n", headers=lines)
        assert words in lines_of(reply)[-1]["error"]


def test_a_mistake_of_ours_is_told_as_one_and_does_not_end_the_server(server, row, monkeypatch):
    serving = server[0].holder.current.serving
    monkeypatch.setattr(type(serving), "_reply", lambda self, priced: 1 / 0)
    reply = server[2].post("/predict", json=row)
    assert reply.status_code == 500
    assert reply.json() == {"error": "a mistake of ours; see the server's log"}
    monkeypatch.undo()
    assert server[2].post("/predict", json=row).status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a": 1e999}', b"[" * 5000]
)
def test_what_is_no_row_is_refused(server, body):
    reply = server[2].post("/predict", content=body, headers=JSON)
    assert reply.status_code in (400, 422)
    assert reply.json()["error"]


def test_numbers_beyond_all_numbers_are_refused(server, row):
    for value in ("1e999", "-1e999", "NaN", "1" * 400):
        body = json.dumps({**row, "площадь": 0}).replace('": 0', f'": {value}')
        reply = server[2].post("/predict", content=body.encode(), headers=JSON)
        assert reply.status_code == 422


def test_nothing_is_kept_unless_it_is_asked_for(tabular_run, row, tmp_path):
    log = tmp_path / "asked.jsonl"
    log.touch(0o644)  # of a server that was started without care
    with served(TASK, tabular_run, log=str(log)) as (_, _, client):
        price = client.post("/predict", json=row).json()["price"]
        table = sold_flats(3).to_csv(index=False).encode()
        client.post("/predict/file", content=table, headers={"content-type": "text/csv"})
    first, second = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    assert first["asked"] == {name: cell for name, cell in row.items() if name != "id"}
    assert first["answered"]["price"] == price
    assert second["asked"]["bytes"] == len(table)
    assert os.name == "nt" or log.stat().st_mode & 0o077 == 0  # for the owner alone
    with (
        pytest.raises(UserError, match="--log .*cannot be written"),
        served(TASK, tabular_run, log=str(tmp_path / "none" / "x")),
    ):
        pass


def test_those_who_wait_are_answered_together_and_an_error_is_its_own():
    lane, go, sizes = Lane("test", 100), threading.Event(), []

    def answer(items):
        sizes.append(len(items))
        go.wait(20)
        return [ValueError("odd") if item % 2 else item for item in items]

    futures = [lane.submit(answer, item, together=4) for item in range(9)]
    go.set()
    found = [future.exception(20) or future.result() for future in futures]
    assert [str(one) if isinstance(one, ValueError) else one for one in found] == [
        "odd" if item % 2 else item for item in range(9)
    ]
    assert max(sizes) <= 4 < len(futures)
    assert sum(sizes) == 9
    lane.close()
    with pytest.raises(Busy):
        lane.submit(answer, 1)


def test_a_queue_with_two_threads_answers_two_side_by_side():
    lane, both = Lane("test", 100, 2), threading.Barrier(2)
    futures = [lane.submit(lambda items: [both.wait(20) < 2], None) for _ in range(2)]
    assert all(future.result(20) for future in futures)
    lane.close()


def test_an_answer_to_several_that_fails_is_asked_for_one_by_one():
    lane, begun, go = Lane("test", 100), threading.Event(), threading.Event()
    lane.submit(lambda items: [begun.set(), go.wait(20)][:1], 0)
    begun.wait(20)

    def answer(items):
        return [10 // item for item in items]

    futures = [lane.submit(answer, item, together=3) for item in (2, 0, 5)]
    go.set()
    assert futures[0].result(20) == 5
    assert isinstance(futures[1].exception(20), ZeroDivisionError)
    assert futures[2].result(20) == 2
    lane.close()


def test_options_name_the_hosts():
    assert ServeOptions(host="0.0.0.0").hosts == {"localhost", "127.0.0.1", "::1"}
    assert "flats.example" in ServeOptions(allow_host=("Flats.Example",)).hosts
