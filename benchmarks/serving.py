"""A run asked over HTTP: by the command serve, by LitServe, and the bare model in a loop.

    python -m pip install -e ".[serve,benchmarks]"
    python benchmarks/serving.py [tabular | text | vision | audio] [--run RUN] [--seconds 5]
        [--rounds 3]

All three answer the same examples with the same run, one thread each, in rounds that follow one
another: rows and texts in JSON, pictures and sounds as the bytes of their files. The bare loop
calls `Task.answer` on what is there already: no HTTP, no JSON, nothing to decode or to encode.
Beside the requests a second stands the processor time of one, which other work on the machine
hardly changes: of all of a server's processes, and of the loop's.
LitServe, a process for HTTP and one for the model, is asked twice over for single examples, one by
one and in batches of up to 32 of its own making. Ours is asked in one process and in two. Answers
are compared before anything is timed.
"""

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from served.domains import DOMAINS, Asked, Body
from served.servers import Server, free_port, timed

from common.pipeline import Pipeline
from common.runs import store
from common.task import Task

REQUESTS = 20
"""Different requests that are sent in turn."""


class Series(NamedTuple):
    """A round: seconds of each request, of the whole, and of the processor."""

    spent: list[float]
    lasted: float
    computed: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("domain", nargs="?", choices=DOMAINS, default="tabular")
    parser.add_argument("--run", help="a run (default: one is trained for two epochs)")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        fit = importlib.import_module(arguments.domain).fit
        run = arguments.run or fit(epochs=2, device="cpu").save(Path(folder) / "run")
        times = arguments.seconds, arguments.rounds
        compare(arguments.domain, Path(run).resolve(), *times)


def compare(domain: str, run: Path, seconds: float, rounds: int) -> None:
    task: Task = importlib.import_module(f"{domain}.task").TASK
    pipeline, asked = store.load(run, task, device="cpu"), DOMAINS[domain]
    examples = asked.examples(asked.many * REQUESTS)
    for size, counts in ((1, (1, 8)), (asked.many, (1, 4))):
        some = [examples[i * size : (i + 1) * size] for i in range(REQUESTS)]
        typed = [asked.typed(one) for one in some]
        ours, theirs = zip(*map(asked.bodies, some), strict=True)
        servers = started(domain, run, size)
        try:
            bodies = {s: list(ours if s.name.startswith("stickshift") else theirs) for s in servers}
            found = [asked.answer(task, pipeline, one) for one in typed]
            for server in servers:
                check(server, asked, bodies[server], found)
            print(f"\nrequests of {size} of {asked.unit}, {rounds} rounds of {seconds:g} s")
            titles = "clients requests/s           spread  p99, ms  of bare  CPU, ms  of bare"
            print(f"{'':34} {titles}")
            loop: list[Series] = []
            series: dict[tuple[int, Server], list[Series]] = {
                (clients, server): [] for clients in counts for server in servers
            }
            for _ in range(rounds):
                loop.append(bare(asked, task, pipeline, typed, seconds))
                for (clients, server), own in series.items():
                    own.append(round_of(server, bodies[server], seconds, clients))
            reference = line("the bare model in a loop", 1, loop)
            for (clients, server), own in series.items():
                line(server.name, clients, own, reference)
        finally:
            for server in servers:
                server.end()


def started(domain: str, run: Path, size: int) -> list[Server]:
    """Start all that are compared."""
    path = "/predict" if size == 1 else "/predict/batch"
    servers = []
    for name, more in (("stickshift serve", []), ("… with two workers", ["--workers", "2"])):
        port = free_port()
        words = [sys.executable, "-m", domain, "serve", str(run), "--port", str(port)]
        words += ["--device", "cpu", *more]
        servers.append(Server(name.replace("…", "stickshift serve"), words, port, path))
    lit = str(Path(__file__).parent / "served" / "litserve_app.py")
    for name, batch in (("LitServe", 1), ("LitServe, batches of up to 32", 32)):
        if batch > 1 and size > 1:
            continue
        port = free_port()
        words = [sys.executable, lit, domain, str(run), str(port), str(batch)]
        servers.append(Server(name, words, port, "/predict"))
    return servers


def check(server: Server, asked: Asked, bodies: list[Body], found: list[Any]) -> None:
    """Ask everything once: what is remembered of words is remembered, and answers are the same."""
    for body, wanted in zip(bodies, map(asked.numbers_of, found), strict=True):
        said = np.array(asked.numbers_in(server.wait(body)))
        assert said.shape == np.shape(wanted), server.name
        assert np.abs(said - wanted).max(initial=0) <= asked.tolerance, server.name


def bare(asked: Asked, task: Task, pipeline: Pipeline, typed: list[Any], seconds: float) -> Series:
    spent: list[float] = []
    start, computed = time.perf_counter(), time.process_time()
    while (began := time.perf_counter()) < start + seconds:
        asked.answer(task, pipeline, typed[len(spent) % len(typed)])
        spent.append(time.perf_counter() - began)
    return Series(spent, time.perf_counter() - start, time.process_time() - computed)


def round_of(server: Server, bodies: list[Body], seconds: float, clients: int) -> Series:
    computed = server.processor_seconds()
    spent, lasted = timed(server, bodies, seconds, clients)
    return Series(spent, lasted, server.processor_seconds() - computed)


def line(
    name: str,
    clients: int,
    rounds: list[Series],
    reference: tuple[float, float] | None = None,
) -> tuple[float, float]:
    """Print a line; return the rate, and the milliseconds of processor time of a request."""
    rates = [len(one.spent) / one.lasted for one in rounds]
    tail = np.quantile(np.concatenate([one.spent for one in rounds]), 0.99) * 1000
    rate = float(np.median(rates))
    own = sum(one.computed for one in rounds) * 1000 / sum(len(one.spent) for one in rounds)
    shares = (rate / reference[0], reference[1] / own) if reference else (1.0, 1.0)
    spread = f"{min(rates):.1f} to {max(rates):.1f}"
    cells = (
        f"{rate:>10.1f} {spread:>16} {tail:>8.0f} {shares[0]:>8.2f} {own:>8.1f} {shares[1]:>8.2f}"
    )
    print(f"{name:<34} {clients:>7} {cells}", flush=True)
    return rate, own


if __name__ == "__main__":
    main()
