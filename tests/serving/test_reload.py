"""A run that is replaced, damaged or killed while it is asked."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
import uvicorn
from uvicorn.supervisors.multiprocess import SIGNALS

import tabular
from common.cli import main
from common.errors import UserError
from common.serving import hot_swap
from common.serving.server import Workers
from tabular.__main__ import DOMAIN
from tabular.task import TASK
from tests.common import forked
from tests.serving.conftest import TINY, sold_flats
from tests.serving.servers import served
from tests.serving.test_prices import rows_of


@pytest.fixture(scope="module")
def other(tabular_run, tmp_path_factory):
    """A run of the same table that was trained otherwise."""
    folder = tmp_path_factory.mktemp("other") / "flats"
    table = tabular_run.parent / "flats.csv"
    tabular.fit(table, target="цена", out=folder, **{**TINY, "members": 1, "seed": 3})
    return folder


def put(run, place):
    """Let a run take the place of another as training does: by a rename."""
    new, old = place.with_name("new"), place.with_name("old")
    shutil.copytree(run, new)
    place.rename(old)
    new.rename(place)
    shutil.rmtree(old)


def until(true, seconds=30):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


@pytest.fixture
def place(tabular_run, tmp_path, monkeypatch):
    monkeypatch.setattr(hot_swap, "LOOK", 0.05)
    shutil.copytree(tabular_run, tmp_path / "run")
    return tmp_path / "run"


def asked_to_the_end(url, row, answered):
    """Ask a server again and again, until it says that it ends; return what it answers.

    answered: a semaphore that is released with each answer.
    """
    found = []
    with httpx.Client(base_url=url, timeout=60) as own:
        while True:
            reply = own.post("/predict", json=row)
            found.append((reply.status_code, reply.json().get("price")))
            answered.release()
            if reply.headers.get("connection") == "close":
                return found


def test_a_new_run_answers_and_no_request_is_lost_not_even_at_the_end(place, tabular_run, other):
    row = rows_of(sold_flats(1))[0]
    with ThreadPoolExecutor(4) as pool, served(TASK, place) as (_, url, client):
        answered = threading.Semaphore(0)
        asking = [pool.submit(asked_to_the_end, url, row, answered) for _ in range(4)]
        digests = [client.get("/health").json()["digest"]]
        for run in (other, tabular_run, other):
            put(run, place)
            until(lambda: client.get("/health").json()["digest"] != digests[-1])
            digests.append(client.get("/health").json()["digest"])
    found = [answer for one in asking for answer in one.result()]
    assert digests[0] == digests[2] != digests[1] == digests[3]
    assert {status for status, _ in found} == {200}
    assert len({price for _, price in found}) == 2


def test_a_damaged_run_does_not_answer_in_the_place_of_a_good_one(place, other):
    row = rows_of(sold_flats(1))[0]
    with served(TASK, place) as (_, _, client):
        digest, price = client.get("/health").json()["digest"], client.post("/predict", json=row)
        (place / "model.safetensors").write_bytes(b"nothing of the kind")
        until(lambda: client.get("/health").json()["problem"])
        said = client.get("/health").json()
        assert said["digest"] == digest
        assert said["problem"].startswith(f"{place.name}/model.safetensors: not a safetensors file")
        said = client.get("/health", headers={"accept-language": "ru"}).json()["problem"]
        assert said.startswith(f"{place.name}/model.safetensors: не файл safetensors")
        assert client.post("/predict", json=row).json() == price.json()
        put(other, place)
        until(lambda: client.get("/health").json()["digest"] != digest)
        assert client.get("/health").json()["problem"] == ""


def test_nothing_of_where_a_run_lies_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    holder = hot_swap.Holder(TASK, Path("runs/houses"), lambda serving: None)
    for place in (Path("runs/houses"), tmp_path / "runs/houses"):
        assert holder._told(UserError(f"{place}/model: damaged")) == "houses/model: damaged"


def test_what_cannot_be_served_is_refused_with_one_line(tabular_run, place, capsys):
    def refused(*words):
        assert main(DOMAIN, ["serve", *map(str, words), "--device", "cpu"]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        return error

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(tabular_run, "--port", port)
        assert f"port {port} is in use by " in said
        assert f"(process {os.getpid()})" in said
    assert "no such run" in refused(place.with_name("none"))
    assert "cannot be listened at" in refused(tabular_run, "--host", "203.0.113.7")
    config = json.loads((place / "config.json").read_text())
    (place / "config.json").write_text(json.dumps({**config, "task": "vision"}))
    assert "a run of 'vision', expected 'tabular'" in refused(place)
    (place / "config.json").write_text(json.dumps(config))
    (place / "preprocessing.json").write_text("{}")
    assert "damaged" in refused(place)


def started(log, *words):
    """Start the command and return its process and its address, which it writes into `log`."""
    command = ["-m", "tabular", "serve", *words, "--port", "0"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with log.open("wb") as file:
        process = forked.begun(command, environment, file)

    def address():
        assert process.poll() is None, log.read_text(encoding="utf-8")
        return re.search(r"https?://[^/\s]+(?=/,)", log.read_text(encoding="utf-8"))

    until(address, 300)
    return process, address()[0]


def test_two_workers_answer_although_one_is_killed_and_end_when_they_are_told(
    tabular_run, tmp_path
):
    row = rows_of(sold_flats(1))[0]
    process, url = started(tmp_path / "log", tabular_run, "--workers", "2", "--device", "cpu")
    try:

        def answers():
            try:
                return httpx.post(f"{url}/predict", json=row, timeout=10).status_code == 200
            except httpx.HTTPError:
                return False

        until(answers, 300)
        children = subprocess.run(
            ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True
        ).stdout.split()
        workers = [pid for pid in children if b"spawn_main" in _command_line(pid)]
        assert len(workers) == 2
        os.kill(int(workers[0]), signal.SIGKILL)
        until(lambda: all(answers() for _ in range(5)), 60)
        os.kill(int(workers[1]), signal.SIGINT)  # from a terminal; only the parent ends workers
        time.sleep(1)
        assert _command_line(workers[1])
        with ThreadPoolExecutor(4) as pool:
            answered = [threading.Semaphore(0) for _ in range(4)]
            asking = [pool.submit(asked_to_the_end, url, row, each) for each in answered]
            assert all(each.acquire(timeout=60) for each in answered)  # all are connected
            os.killpg(process.pid, signal.SIGINT)  # Ctrl+C: a terminal tells the workers too
            assert process.wait(60) in (0, 130)
        assert {status for one in asking for status, _ in one.result()} == {200}
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/health")
    finally:
        process.kill()
        process.wait()


def test_workers_that_are_starting_keep_nobody_from_ending_them(monkeypatch):
    class Starting:
        """A process that imports PyTorch, and answers nobody."""

        process = SimpleNamespace(is_alive=lambda: True)

        def __init__(self, asked):
            self.asked = asked

        def ping(self, seconds):
            assert seconds <= 1
            self.asked.append(seconds)
            if len(self.asked) == 3:
                os.kill(os.getpid(), signal.SIGTERM)
            return False

    asked, were = [], {name: signal.getsignal(name) for name in SIGNALS}
    try:
        workers = Workers(uvicorn.Config("nothing:here", workers=1), [])
        monkeypatch.setattr(workers, "init_processes", lambda: None)
        monkeypatch.setattr(workers, "terminate_all", lambda: asked.append("ended"))
        monkeypatch.setattr(workers, "join_all", lambda: None)
        workers.processes = [Starting(asked)]
        workers.run()
    finally:
        for name, handler in were.items():
            signal.signal(name, handler)
    assert asked[3:] == ["ended"]


@pytest.mark.parametrize(("said", "killed"), [(False, True), (True, False), (None, False)])
def test_a_worker_that_is_starting_is_ended_at_once_and_one_at_work_is_not(said, killed):
    ours, theirs = Pipe()
    theirs.send(not said)  # the late answer to what was asked before
    done = []

    def answer():
        theirs.recv()
        if said is not None:
            theirs.send(said)

    thread = threading.Thread(target=answer)
    thread.start()
    process = SimpleNamespace(kill=lambda: done.append("killed"))
    worker = SimpleNamespace(
        parent_conn=ours, process=process, terminate=lambda: done.append("told")
    )
    workers = Workers.__new__(Workers)  # which would take over this process's signals
    workers.processes, workers.sockets = [worker], []
    workers.terminate_all()
    thread.join(10)
    assert done == (["killed", "told"] if killed else ["told"])


def test_a_second_ctrl_c_ends_workers_that_are_still_answering():
    done = []
    process = SimpleNamespace(
        is_alive=lambda: "killed" not in done,
        kill=lambda: done.append("killed"),
        join=lambda seconds: workers.signal_queue.append(signal.SIGINT),
    )
    workers = Workers.__new__(Workers)  # which would take over this process's signals
    workers.processes, workers.signal_queue = [SimpleNamespace(process=process)], [signal.SIGTERM]
    workers.join_all()
    assert done == ["killed"]


def _command_line(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read()
