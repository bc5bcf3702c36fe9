"""A run asked over HTTP: by the command serve, by LitServe, and the bare model in a loop.

    python -m pip install -e ".[serve,benchmarks]"
    python benchmarks/serving.py [tabular | text] [--run RUN] [--seconds 5] [--rounds 3]

All three answer the same rows with the same run, one thread each, in rounds that follow one
another. The bare loop calls `Task.answer` on what is there already: no HTTP, no JSON.
Beside the requests a second stands the processor time of one, which other work on the machine
hardly changes: of all of a server's processes, and of the loop's.
LitServe, a process for HTTP and one for the model, is asked twice over for single rows, one by one
and in batches of up to 32 of its own making. Ours is asked in one process and in two. Answers are
compared before anything is timed.
"""

import argparse
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import torch

import tabular.synthetic as tabular_data
import text.synthetic as text_data
from common.pipeline import Pipeline
from common.runs import store
from common.task import Task

ROOT = Path(__file__).parents[1]
LITSERVE = """
import importlib
import sys
import litserve as ls
import pandas as pd
import torch
from common.runs import store

TABLE = sys.argv[4] == "tabular"
TASK = importlib.import_module(sys.argv[4] + ".task").TASK

class Answers(ls.LitAPI):
    def setup(self, device):
        torch.set_num_threads(1)
        self.pipeline = store.load(sys.argv[1], TASK, device="cpu")
    def decode_request(self, request):
        return request["rows" if TABLE else "texts"]
    def batch(self, inputs):
        return inputs
    def unbatch(self, output):
        return output
    def predict(self, rows):
        several = bool(rows) and isinstance(rows[0], list)
        flat = [row for one in rows for row in one] if several else rows
        found = TASK.answer(self.pipeline, pd.DataFrame(flat) if TABLE else flat)
        answers = (found if TABLE else found["probability"].round(4)).tolist()
        if not several:
            return answers
        found, at = [], 0
        for one in rows:
            found.append(answers[at : at + len(one)])
            at += len(one)
        return found
    def encode_response(self, output):
        return {"answers": output}

if __name__ == "__main__":
    size = int(sys.argv[3])
    api = Answers(max_batch_size=size, batch_timeout=0.005 if size > 1 else 0.0)
    server = ls.LitServer(api, accelerator="cpu", workers_per_device=1, timeout=60)
    how = {"generate_client_file": False, "log_level": "error"}
    server.run(host="127.0.0.1", port=int(sys.argv[2]), **how)
"""


def examples_of(domain: str, count: int) -> list[Any]:
    """Return examples as JSON holds them: rows of a table, or texts."""
    if domain == "tabular":
        flats = tabular_data.simulate()[0].drop(columns="price").sample(count, random_state=0)
        return json.loads(flats.to_json(orient="records", date_format="iso"))
    messages = [message.text for message in text_data.read_messages()]
    chosen = np.random.default_rng(0).choice(len(messages), count, replace=False)
    return [messages[row] for row in chosen]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Server:
    """A server in a process of its own, ended with all that it started."""

    def __init__(self, name: str, words: list[str], port: int, path: str) -> None:
        self.name, self.port, self.path = name, port, path
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            words,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait(self, body: bytes) -> list[float]:
        """Wait until it answers; return what it says."""
        for _ in range(600):
            try:
                return numbers_in(
                    self.ask(HTTPConnection("127.0.0.1", self.port, timeout=60), body)
                )
            except (OSError, ValueError, KeyError):
                time.sleep(0.2)
        raise SystemExit(f"{self.name} does not answer")

    def ask(self, connection: HTTPConnection, body: bytes) -> dict:
        connection.request("POST", self.path, body, {"content-type": "application/json"})
        reply = connection.getresponse()
        content = reply.read()
        if reply.status != 200:
            raise ValueError(f"{self.name}: {reply.status} {content[:200]!r}")
        return json.loads(content)

    def processor_seconds(self) -> float:
        """Return what all its processes have computed so far."""
        own = psutil.Process(self.process.pid)
        times = [one.cpu_times() for one in (own, *own.children(recursive=True))]
        return sum(one.user + one.system for one in times)

    def end(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def numbers_in(reply: dict) -> list[float]:
    """Return the price, or the probability, of each example."""
    answers = reply.get("prices") or reply.get("answers") or [reply]
    if "probability" in reply or "price" in reply:
        answers = [reply]
    return [
        one if isinstance(one, float) else one.get("price", one.get("probability"))
        for one in answers
    ]


def numbers_of(found: Any) -> list[float]:
    """Return the same of what `Task.answer` says."""
    return (found if isinstance(found, pd.Series) else found["probability"].round(4)).tolist()


def timed(server: Server, bodies: list[bytes], seconds: float, clients: int) -> list[float]:
    """Return how long each request took, by clients that ask one after the other."""
    spent: list[float] = []
    end = time.perf_counter() + seconds

    def client(number: int) -> None:
        connection, place = HTTPConnection("127.0.0.1", server.port, timeout=60), number
        while time.perf_counter() < end:
            began = time.perf_counter()
            server.ask(connection, bodies[place % len(bodies)])
            spent.append(time.perf_counter() - began)
            place += clients

    threads = [threading.Thread(target=client, args=[number]) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent


def bare(task: Task, pipeline: Pipeline, asked: list[Any], seconds: float) -> list[float]:
    spent: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        task.answer(pipeline, asked[len(spent) % len(asked)])
        spent.append(time.perf_counter() - began)
    return spent


def line(
    name: str,
    clients: int,
    rounds: list[list[float]],
    computed: float,
    seconds: float,
    reference: tuple[float, float] | None = None,
) -> tuple[float, float]:
    """Print a line; return the rate, and the milliseconds of processor time of a request."""
    rates = [len(spent) / seconds for spent in rounds]
    tail = np.quantile(np.concatenate(rounds), 0.99) * 1000
    rate = float(np.median(rates))
    own = computed * 1000 / sum(map(len, rounds))
    shares = (rate / reference[0], reference[1] / own) if reference else (1.0, 1.0)
    spread = f"{min(rates):.1f} to {max(rates):.1f}"
    cells = (
        f"{rate:>10.1f} {spread:>16} {tail:>8.0f} {shares[0]:>8.2f} {own:>8.1f} {shares[1]:>8.2f}"
    )
    print(f"{name:<34} {clients:>7} {cells}", flush=True)
    return rate, own


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("domain", nargs="?", choices=("tabular", "text"), default="tabular")
    parser.add_argument("--run", help="a run (default: one is trained for two epochs)")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        fit = importlib.import_module(arguments.domain).fit
        run = arguments.run or fit(epochs=2, device="cpu").save(Path(folder) / "run")
        times = arguments.seconds, arguments.rounds
        compare(arguments.domain, Path(run).resolve(), Path(folder), *times)


def compare(domain: str, run: Path, folder: Path, seconds: float, rounds: int) -> None:
    task: Task = importlib.import_module(f"{domain}.task").TASK
    pipeline = store.load(run, task, device="cpu")
    field = "rows" if domain == "tabular" else "texts"
    examples = examples_of(domain, 64 * 20)
    (folder / "lit.py").write_text(LITSERVE)
    for size, counts in ((1, (1, 8)), (64, (1, 4))):
        asked = [examples[i * size : (i + 1) * size] for i in range(20)]
        typed = [pd.DataFrame(one) if domain == "tabular" else one for one in asked]
        ours, two, lit, lit_batched = (free_port() for _ in range(4))
        words = [sys.executable, "-m", domain, "serve", str(run), "--port", str(ours)]
        path = "/predict" if size == 1 else "/predict/batch"
        servers = [Server("stickshift serve", [*words, "--device", "cpu"], ours, path)]
        words[-1] = str(two)
        words += ["--device", "cpu", "--workers", "2"]
        servers.append(Server("stickshift serve, two workers", words, two, path))
        command = [sys.executable, str(folder / "lit.py"), str(run)]
        servers.append(Server("LitServe", [*command, str(lit), "1", domain], lit, "/predict"))
        if size == 1:
            name = "LitServe, batches of up to 32"
            servers.append(
                Server(name, [*command, str(lit_batched), "32", domain], lit_batched, "/predict")
            )
        try:
            wrapped = [json.dumps({field: one}).encode() for one in asked]
            bodies = {server.name: wrapped for server in servers}
            if size == 1:
                alone = [one[0] if domain == "tabular" else {"text": one[0]} for one in asked]
                single = [json.dumps(one).encode() for one in alone]
                bodies |= {s.name: single for s in servers if s.name.startswith("stickshift")}
            wanted = numbers_of(task.answer(pipeline, typed[0]))
            for server in servers:
                assert server.wait(bodies[server.name][0]) == wanted, server.name
                for body in bodies[server.name]:  # what is remembered of words is remembered
                    server.wait(body)
            print(f"\nrequests of {size} of {field}, {rounds} rounds of {seconds:g} s")
            titles = "clients requests/s           spread  p99, ms  of bare  CPU, ms  of bare"
            print(f"{'':34} {titles}")
            began = time.process_time()
            loop = [bare(task, pipeline, typed, seconds)]
            looped = time.process_time() - began
            found: dict[tuple[str, int], list[list[float]]] = {}
            computed: dict[tuple[str, int], float] = {}
            for number in range(rounds):
                for clients in counts:
                    for server in servers:
                        key, began = (server.name, clients), server.processor_seconds()
                        spent = timed(server, bodies[server.name], seconds, clients)
                        found.setdefault(key, []).append(spent)
                        own = server.processor_seconds() - began
                        computed[key] = computed.get(key, 0.0) + own
                if number:
                    began = time.process_time()
                    loop.append(bare(task, pipeline, typed, seconds))
                    looped += time.process_time() - began
            reference = line("the bare model in a loop", 1, loop, looped, seconds)
            for (name, clients), spent in sorted(found.items(), key=lambda one: one[0][1]):
                line(name, clients, spent, computed[name, clients], seconds, reference)
        finally:
            for server in servers:
                server.end()


if __name__ == "__main__":
    main()
