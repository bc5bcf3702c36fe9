"""What is done once, before the forks, so that no check has to do it again.

The starter code is imported, as far as it does not depend on what a student hands in. A module
whose own imports lead to no replaceable file is the same in every check. It stays imported; every
other one is left to the checks, which import it anew. To find out, it is all imported twice.

torch and pandas are warmed up: what they put off until they are first used is done. Operators look
for their kernels, autograd builds its tables, pandas imports a part of pyarrow. The same for
librosa and OpenCV gains nothing that can be measured.

The heap is laid out so that a check costs the kernel little. A forked child shares all pages, and
pays for each one that it writes to. What libraries threw away while they were imported has left
holes all over the heap, and a child's new objects would go into them, one here, one there, and each
of these pages is copied. With the holes filled, what is new lies side by side at the end. On a
course with pandas that is a third of the pages. And it pays for the list of all pages, which is
copied with every fork; of huge pages it is short.
"""

import contextlib
import ctypes
import importlib
import pkgutil
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

# From 2^17 on the C library may ask the system for a block of its own; from 1032 bytes down it
# keeps free blocks apart by these very sizes.
_SIZES = (*(2**power for power in range(16, 10, -1)), *range(1032, 23, -16))
_COLLAPSE = 25  # MADV_COLLAPSE


class _Statistics(ctypes.Structure):
    """The C library's `struct mallinfo2`."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def import_starter_code(packages: Collection[str], replaceable: Collection[str]) -> None:
    """Import what the modules of a course need at import, but no replaceable one.

    packages: of the course; other modules are libraries, and all that are needed stay.
    replaceable: the names of modules; they and the probes of their packages are looked into. A
        module of probes may have a function `warm_up`, for what they need and takes long to load.
    """
    firsts = {name.partition(".")[0] for name in replaceable}
    probes = _probes_of(sorted(firsts))
    fence = _Fence(replaceable)

    def attempt(action: Callable[[], object]) -> None:
        before = {*sys.modules}
        with fence.up() as reached, contextlib.suppress(Exception):
            action()
        if reached:
            _forget([new for new in {*sys.modules} - before if new.partition(".")[0] in packages])

    # A module is listed before those that it imports: from the last to the first, a module that
    # has to go takes no other one along.
    for name in reversed(_needed([*sorted(replaceable), *probes], packages)):
        attempt(partial(importlib.import_module, name))
    for name in probes:
        attempt(getattr(sys.modules.get(name), "warm_up", int))


def _probes_of(packages: Sequence[str]) -> list[str]:
    """Return all modules with probes; one left out would be the student's code's to import."""
    try:
        folder = importlib.import_module("tests.graded").__path__
    except ImportError:
        return []
    names = [found.name for found in pkgutil.iter_modules(folder)]
    return [
        f"tests.graded.{name}"
        for package in packages
        for name in sorted(names)
        if name.startswith(f"{package}_") and name.endswith("_probes")
    ]


def _needed(names: Sequence[str], packages: Collection[str]) -> list[str]:
    """Return what importing these modules imports; the libraries among it stay imported."""
    before = {*sys.modules}
    for name in names:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    new = [name for name in sys.modules if name not in before]
    _forget([name for name in new if name.partition(".")[0] in packages])
    return [name for name in new if name not in sys.modules]


class _Fence:
    """Finds no replaceable module, and notes that one was asked for."""

    def __init__(self, replaceable: Collection[str]) -> None:
        self.replaceable = frozenset(replaceable)
        self.reached: list[str] = []

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name in self.replaceable:
            self.reached.append(name)
            raise ModuleNotFoundError(name, name=name)
        return None

    @contextlib.contextmanager
    def up(self) -> Iterator[list[str]]:
        self.reached = []
        sys.meta_path.insert(0, self)
        try:
            yield self.reached
        finally:
            sys.meta_path.remove(self)


def _forget(names: Sequence[str]) -> None:
    for name in names:
        del sys.modules[name]
        parent, _, last = name.rpartition(".")
        if hasattr(sys.modules.get(parent), last):
            delattr(sys.modules[parent], last)


def use_torch() -> None:
    """Let a small network learn, in both precisions; do nothing where torch is not imported.

    No thread is begun, and chance goes on as if it had not been asked.
    """
    torch = sys.modules.get("torch")
    if torch is not None:
        with torch.random.fork_rng(devices=[]):
            for dtype in (torch.float32, torch.float64):
                _learn(torch, dtype)


def use_pandas() -> None:
    """Clean and group a small table of text and numbers; do nothing where pandas is not imported.

    No thread is begun.
    """
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return
    frame = pandas.DataFrame({"price": [2.5, 1.5, None], "house": ["brick ", "Panel", None]})
    house = frame["house"].str.strip().str.lower().fillna("")
    numbers = pandas.to_numeric(house.str.replace(",", ".", regex=False), errors="coerce")
    numbers.astype("float64").to_numpy()
    house.value_counts().index.tolist()
    house.map({"brick": 1}).isna().any()
    frame.groupby("house")["price"].median().sort_values()
    frame.sort_values("price").drop(columns=["house"]).median(numeric_only=True)
    frame.loc[frame["price"] > 2].copy().reset_index(drop=True).equals(frame)
    pandas.Categorical(["brick", None]).codes.tolist()
    pandas.Series(["1", None], dtype="object").isna().sum()
    pandas.concat([frame, frame]).iloc[::2].to_dict("list")


def _learn(torch: Any, dtype: Any) -> None:
    nn, F = torch.nn, torch.nn.functional
    layers = [nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.SiLU(), nn.MaxPool2d(2)]
    layers += [nn.Upsample(scale_factor=2), nn.Flatten(), nn.Linear(256, 2)]
    network = nn.Sequential(*layers).to(dtype)
    network.load_state_dict(network.state_dict())
    pictures = torch.tensor([0.5, 1.5]).to(dtype).reshape(2, 1, 1, 1).expand(2, 3, 8, 8)
    scores, target = network(pictures), torch.tensor([0, 1])
    costs = [
        F.cross_entropy(scores, target),
        F.logsigmoid(scores).exp().mean(),
        (scores.softmax(-1).clamp(1e-3) + 1).log().square().sum(),
        torch.where(scores > 0, scores, -scores).sqrt().max(),
        (torch.sigmoid(scores).cumsum(-1) / (1 + scores.abs())).mean(),
        torch.stack([scores, scores]).amax(0).pow(2).mean(),
        torch.cat([scores, scores]).std(),
        torch.fft.irfft(torch.fft.rfft(scores)).mean(),
        torch.complex(scores, scores).abs().mean(),
    ]
    sum(costs).backward()
    weight = layers[0].weight
    (slope,) = torch.autograd.grad(network(pictures).sum(), weight)
    with torch.no_grad():
        weight -= slope.sign()
    for values in (scores.half(), scores.bfloat16(), F.one_hot(target, 3), pictures.isfinite()):
        values.float().detach().cpu().numpy().copy()
    torch.equal(scores, scores)
    str(scores.dtype)
    target.any().item()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    rows = torch.utils.data.TensorDataset(scores.detach(), target)
    for inputs, _ in torch.utils.data.DataLoader(rows, batch_size=1, shuffle=True):
        optimizer.zero_grad()
        nn.Dropout(0.5)(layers[-1].weight @ inputs.new_ones(256)).mean().backward()
        optimizer.step()


def fill_holes() -> int:
    """Take every free block in front of the heap's end, for good; return where that end began.

    Returns 0, and leaves all as it is, where the C library is not GNU's, of version 2.33 at least.
    It is only for Python that runs with PYTHONMALLOC=malloc; Python's own allocator is not asked.
    """
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallinfo2"):
        return 0
    libc.mallinfo2.restype = _Statistics
    libc.sbrk.restype = libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    libc.sbrk.argtypes = [ctypes.c_ssize_t]
    end = libc.sbrk(0) - libc.mallinfo2().keepcost
    for size in _SIZES:
        for _ in range(libc.mallinfo2().fordblks // size + 1):  # no more fit into what is free
            if (libc.malloc(size) or end) >= end:
                break
    return end


def make_huge() -> None:
    """Move the heap into huge pages, as far as there are any; Linux does it from 6.1 on."""
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for line in Path("/proc/self/maps").read_text().splitlines():
        if line.endswith("[heap]"):
            start, end = (int(border, 16) for border in line.split()[0].split("-"))
            madvise(start, end - start, _COLLAPSE)  # where it fails, the pages stay as they are
