"""What each device of this computer is and which settings suit it, measured in seconds.

    python -m common.device_report     a line of JSON for each; `python -m common doctor` shows it

A product of two matrices stands for a large network: there, what pays is seen most clearly. What
compiling brings, a step of a small convolutional network tells.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator

import torch
from torch import nn

from common.device import available_devices
from common.errors import UserError
from common.training.compiling import Compiled, check_compiler
from common.training.threads import usable_cores, using_threads

PAYS = 1.2
"""How many times as fast something must be to be worth a setting."""
SIZES = {"cpu": 768, "cuda": 4096}
REPEATS = 5


def seconds_of(work: Callable[[], object], device: torch.device, repeats: int = REPEATS) -> float:
    """Return the median of how long some work takes on a device, once it has been done before."""
    times = []
    for _ in range(repeats + 1):
        began = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def product(device: torch.device, dtype: torch.dtype) -> Callable[[], object]:
    """Return the work of multiplying two large matrices."""
    size = SIZES.get(device.type, 1024)
    one, other = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))
    return lambda: one @ other


def advice(name: str, plain: float, bf16: float, threads: dict[int, float]) -> str:
    """Say which settings suit a device.

    Args:
        name: of the device and what it is, which comes first.
        plain, bf16: seconds of the same work in float32 and bfloat16.
        threads: seconds of it by the number of threads; empty for a card.

    >>> advice("cuda, T4", 0.4, 0.1, {})
    'cuda, T4; bfloat16 takes 0.25 of the time: --bf16'
    >>> advice("cpu", 1.0, 2.0, {1: 1.0, 2: 0.5})
    'cpu; bfloat16 takes 2.00 of the time: no --bf16; 2 threads take 0.50 of the time: --threads 2'
    """
    verdict = "--bf16" if plain / bf16 >= PAYS else "no --bf16"
    said = [name, f"bfloat16 takes {bf16 / plain:.2f} of the time: {verdict}"]
    if len(threads) > 1:
        most = max(threads)
        verdict = f"--threads {most}" if threads[1] / threads[most] >= PAYS else "--threads 1"
        said.append(f"{most} threads take {threads[most] / threads[1]:.2f} of the time: {verdict}")
    return "; ".join(said)


def step(device: torch.device, *, compile: bool) -> Callable[[], object]:
    """Return the work of a step without its optimizer: forward and backward of a small network."""
    torch.manual_seed(0)
    layers = [nn.Conv2d(16, 32, 3, padding=1), nn.GroupNorm(4, 32), nn.GELU()]
    layers += [nn.Conv2d(32, 16, 3, padding=1), nn.GroupNorm(4, 16), nn.GELU()]
    network = nn.Sequential(*layers).to(device)
    forward = Compiled(network) if compile else network
    x = torch.randn(16, 16, 32, 32, device=device)
    return lambda: forward(x).square().mean().backward()


def advice_on_compiling(plain: float, compiled: float, waited: float) -> str:
    """Say whether compiling pays, by the seconds of a step, and those that compiling took.

    >>> advice_on_compiling(0.010, 0.006, 12.0)
    'compiled, a step takes 0.60 of the time, after 12 s of waiting: --compile, for long trainings'
    >>> advice_on_compiling(0.010, 0.009, 12.0)
    'compiled, a step takes 0.90 of the time, after 12 s of waiting: no --compile'
    """
    verdict = "--compile, for long trainings" if plain / compiled >= PAYS else "no --compile"
    share = f"{compiled / plain:.2f} of the time, after {waited:.0f} s of waiting"
    return f"compiled, a step takes {share}: {verdict}"


def on_compiling(device: torch.device) -> str:
    """Compile a small network, and say whether that pays; or why it cannot be."""
    try:
        check_compiler(device)
    except UserError as error:
        return str(error)
    with using_threads(1):
        plain = seconds_of(step(device, compile=False), device)
        work, began = step(device, compile=True), time.perf_counter()
        work()
        waited = time.perf_counter() - began
        return advice_on_compiling(plain, seconds_of(work, device), waited)


def report() -> Iterator[tuple[str, str]]:
    """Yield of each device its name and what there is to say of it."""
    for name in available_devices():
        device = torch.device(name)
        what = name
        threads: dict[int, float] = {}
        if device.type == "cuda":
            card = torch.cuda.get_device_properties(device)
            what = f"{card.name}, {card.total_memory / 2**30:.0f} GB"
            what += f", capability {card.major}.{card.minor}"
        with using_threads(1):
            plain = seconds_of(product(device, torch.float32), device)
            bf16 = seconds_of(product(device, torch.bfloat16), device)
        if device.type == "cpu":
            cores = usable_cores()
            what = f"{cores} core{'s' if cores > 1 else ''}"
            threads[1] = plain
            if cores > 1:
                with using_threads(cores):
                    threads[cores] = seconds_of(product(device, torch.float32), device)
        yield name, advice(what, plain, bf16, threads)
        if device.type in ("cpu", "cuda"):
            yield f"{name}, compiled", on_compiling(device)


if __name__ == "__main__":
    for pair in report():
        print(json.dumps(pair), flush=True)
