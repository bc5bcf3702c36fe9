"""Mutated files, from a seed: each must be read, or refused in one line.

    python benchmarks/fuzz.py [--files 10000] [--seed 0] [--kinds csv wav …] [--processes N]
    python benchmarks/fuzz.py --seed 0 --again png:123 [--keep DIR]

A small valid file of each kind is changed in its bytes, in the numbers of its header, in its cells,
and in its parts (pages, frames, records, chunks, the members of an archive), and read in a process
of its own as the commands read it. Counted by kind are files that were read, read with a note, and
refused in one line (`UserError`); and what must not happen: a traceback, a crash, more than ten
seconds of a processor, or more memory than a valid file of the kind takes, three times the file,
and 64 MB. "died" are those whose process ended without a word of it.

Every file has a number. It depends on the seed, the kind and the number alone, so `--again` makes
any of them anew, and shows what is raised; `--keep` writes the files that failed. Exit code 1 if
anything did.
"""

import argparse
import gc
import os
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import imageio_ffmpeg
import numpy as np
import torch
from fuzzing import media, tables, texts
from fuzzing.attempts import BAD, GOOD, Attempt, attempt, quiet
from fuzzing.mutations import mutated
from fuzzing.workers import in_processes

KINDS = {
    **tables.KINDS,
    **media.PICTURES,
    **media.MASKS,
    **media.VIDEOS,
    **media.SOUNDS,
    **texts.KINDS,
}
VALID, AT_ONCE = 5, 20
"""Valid files by which the memory of a kind is known; files that a worker is given at once."""


def made(seed: int, kind: str, number: int, *, whole: bool = False) -> bytes:
    """Return a file: the mutated one of a number, or the valid one that it came from."""
    rng = np.random.default_rng([seed, crc32(kind.encode()), number])
    content = KINDS[kind].make(rng)
    return content if whole else mutated(content, rng, KINDS[kind])


def base_of(job: tuple[int, str]) -> tuple[str, int]:
    """Return how much memory valid files of a kind take at most."""
    seed, kind = job
    begin()
    tried = [
        attempt(KINDS[kind], made(seed, kind, n, whole=True), base=2**60) for n in range(VALID)
    ]
    wrong = [one for one in tried if one.outcome in BAD or one.outcome == "refused"]
    if wrong:
        raise ValueError(f"{kind}: a valid file is not read: {wrong[0].outcome} {wrong[0].said}")
    return kind, max(one.peak for one in tried)


def run(job: tuple[int, str, range, int]) -> list[tuple[str, int, Attempt]]:
    seed, kind, numbers, base = job
    begin()
    return [(kind, n, attempt(KINDS[kind], made(seed, kind, n), base=base)) for n in numbers]


def jobs(seed: int, shares: dict[str, int], bases: dict[str, int]) -> Iterator[tuple]:
    for kind, files in shares.items():
        for start in range(0, files, AT_ONCE):
            yield seed, kind, range(start, min(start + AT_ONCE, files)), bases[kind]


def tried(work: list[tuple], processes: int) -> Iterator[list[tuple[str, int, Attempt]]]:
    """Yield what became of files; those of a worker that died are tried anew, each by itself."""
    lone: list[tuple] = []
    for (seed, kind, numbers, base), came in in_processes(run, work, processes):
        if came is not None:
            yield came
        elif len(numbers) > 1:
            lone += [(seed, kind, range(n, n + 1), base) for n in numbers]
        else:
            yield [(kind, numbers[0], Attempt("died", "its worker died", 0))]
    if lone:
        yield from tried(lone, processes)


def begin() -> None:
    torch.set_num_threads(1)
    imageio_ffmpeg.get_ffmpeg_exe()  # it tries the program once
    quiet()


def again(seed: int, name: str, keep: str | None) -> int:
    """Make one file anew and read it here, with everything that is raised."""
    kind, _, number = name.rpartition(":")
    if kind not in KINDS or not number.isdecimal():
        raise SystemExit(f"--again {name}, expected KIND:NUMBER, such as png:123")
    path = Path(keep or ".", f"{kind.replace('.', '-')}-{number}{KINDS[kind].suffix}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made(seed, kind, int(number)))
    print(path)
    try:
        print(KINDS[kind].read(path) or "read")
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=10_000, help="of all kinds together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS), metavar="KIND")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--again", metavar="KIND:NUMBER", help="make and read one file once more")
    parser.add_argument("--keep", metavar="DIR", help="where to write files that failed")
    arguments = parser.parse_args()
    if arguments.again:
        return again(arguments.seed, arguments.again, arguments.keep)
    count = len(arguments.kinds)
    shares = {
        kind: arguments.files // count + (place < arguments.files % count)
        for place, kind in enumerate(arguments.kinds)
    }
    gc.freeze()  # children share what is here
    found: list[tuple[str, int, Attempt]] = []
    kinds = [(arguments.seed, kind) for kind in shares]
    known = [came for _, came in in_processes(base_of, kinds, arguments.processes)]
    if None in known:
        raise SystemExit("a valid file is not read")
    for part in tried(list(jobs(arguments.seed, shares, dict(known))), arguments.processes):
        found += part
        if len(found) // 1000 > (len(found) - len(part)) // 1000:
            print(f"{len(found):,} of {arguments.files:,}", file=sys.stderr, flush=True)
    report(found, arguments.kinds)
    failed = sorted((kind, n) for kind, n, one in found if one.outcome in BAD)
    if arguments.keep:
        Path(arguments.keep).mkdir(parents=True, exist_ok=True)
        for kind, n in failed:
            name = f"{kind.replace('.', '-')}-{n}{KINDS[kind].suffix}"
            Path(arguments.keep, name).write_bytes(made(arguments.seed, kind, n))
    return 1 if failed else 0


def report(found: list[tuple[str, int, Attempt]], kinds: list[str]) -> None:
    """Print a row of counts for each kind, and what failed, alike failures together."""
    outcomes = (*GOOD, *BAD)
    counts = Counter((kind, one.outcome) for kind, _, one in found)
    width = max(map(len, kinds)) + 1
    print(f"\n{'kind':{width}}" + "".join(f"{outcome:>11}" for outcome in outcomes))
    for kind in kinds:
        print(f"{kind:{width}}" + "".join(f"{counts[kind, outcome]:11,}" for outcome in outcomes))
    sums = [sum(counts[kind, outcome] for kind in kinds) for outcome in outcomes]
    print(f"{'all':{width}}" + "".join(f"{number:11,}" for number in sums))
    alike: dict[tuple[str, str, str], list[int]] = {}
    for kind, n, one in sorted(found, key=lambda item: item[:2]):
        if one.outcome in BAD:
            said = "" if one.outcome == "memory" else one.said[:120]
            alike.setdefault((kind, one.outcome, said), []).append(n)
    for (kind, outcome, said), numbers in sorted(alike.items(), key=lambda item: -len(item[1])):
        print(f"{len(numbers):5} {outcome:9} --again {kind}:{numbers[0]}  {said}")


if __name__ == "__main__":
    sys.exit(main())
