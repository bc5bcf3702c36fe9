"""Several processes that train one network together: what each does, and what they agree upon.

Every rank has the whole data and the same weights. Of each batch it takes its share; PyTorch's
DistributedDataParallel adds the gradients up, so all take the same step and stay the same. What
decides on the road is the same on all of them, too: the clock is the first rank's, and losses,
metrics and Ctrl+C are shared. So no rank stops, or waits, where the others go on.

`ALONE` is what a single process works with: everything is its own, and nothing is asked.
"""

import itertools
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, distributed, nn

from common.training.barrier import barrier
from common.training.data_parallel import data_parallel, learns_statistics
from common.training.generators import seed_generators
from common.training.history import Position
from common.training.model_state import buffers_of, with_outputs
from common.training.weighting import Weight, counts

Clock = Callable[[], float]
Rows = TypeVar("Rows", range, Tensor)
Made = TypeVar("Made")


class Alone:
    """One process that trains by itself.

    >>> ALONE.cut(range(5)), ALONE.sum(2.0, 3.0)
    ((range(0, 5), range(0, 5)), [2.0, 3.0])
    """

    rank, size, first = 0, 1, True

    def agreed_clock(self, clock: Clock) -> Clock:
        """Return a clock that shows the same to all ranks."""
        return clock

    def interruptible(self) -> AbstractContextManager[Any]:
        """Return a context in which Ctrl+C ends all ranks at the same step."""
        return nullcontext()

    def sum(self, *numbers: float) -> list[float]:
        """Return the sum of each number over all ranks, and let the agreed clock go on."""
        return list(numbers)

    def sum_weight(self, weight: Weight) -> Weight:
        """Return the sum of what lies on the ranks' devices, without waiting for it."""
        return weight

    def gathered(self, facts: Any) -> list[Any]:
        """Return the facts of all ranks."""
        return [facts]

    def together(self, work: Callable[[], Made]) -> Made:
        """Do a work that may take long; return it when all ranks have done theirs."""
        return work()

    def goes_on_from(self, checkpoint: Path) -> bool:
        """Whether ranks that torchrun had started before these, and that died, have left it."""
        return False

    def cut(self, rows: Rows) -> tuple[Rows, Rows]:
        """Return the rows of a batch that are to be read here, and those that count here.

        They differ where there are fewer rows than ranks: who would have none is lent the first,
        for all must go through the network together; it counts nothing.
        """
        return rows, rows

    def whole(self, part: Any, rows: int) -> Any:
        """Put together the ranks' shares of a batch of so many rows; on the first rank alone."""
        return part

    def wrap(
        self,
        model: nn.Module,
        device: torch.device,
        *,
        compile: bool = False,
        told: bool = False,
    ) -> nn.Module:
        """Return the model, compiled or not, with its gradients shared by all ranks."""
        return model

    def batches(self, source: Any, at: Position, seed: int, device: torch.device) -> Iterator[Any]:
        """Return the batches of the epoch that are left, `at` says where it stands."""
        return source.batches(at.epoch, at.step)

    def adding(self, *, last: bool) -> AbstractContextManager[Any]:
        """Return a context for a part of a batch; the gradients are shared after the last one."""
        return nullcontext()

    def backward(self, value: Tensor, weight: Weight, prediction: Any) -> None:
        """Add the gradient of a part's loss times its weight, if it has any."""
        if counts(weight):
            _backward(value, weight, _outputs_of(prediction))

    def share_statistics(self, model: nn.Module) -> None:
        """Let all ranks have the same buffers, such as the running means of BatchNorm."""


ALONE = Alone()


class Ranks(Alone):
    """The processes of PyTorch's process group, torchrun's for example."""

    def __init__(self) -> None:
        self.rank, self.size = distributed.get_rank(), distributed.get_world_size()
        self.first = self.rank == 0
        self.clock: Clock = float  # 0.0, until one is given
        self.now, self.interrupted = 0.0, False
        self.network: Any = None

    def agreed_clock(self, clock: Clock) -> Clock:
        self.clock = clock
        self.sum()
        return lambda: self.now

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        def note(*_: Any) -> None:
            self.interrupted = True

        before = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or before in (
            signal.SIG_IGN,
            None,
        ):
            yield
            return
        signal.signal(signal.SIGINT, note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def sum(self, *numbers: float) -> list[float]:
        """Return the sum of each number over all ranks, and let the agreed clock go on.

        Raises KeyboardInterrupt on all of them where one was interrupted.
        """
        own = [self.clock() if self.first else 0.0, float(self.interrupted), *numbers]
        shared = torch.tensor(own, dtype=torch.float64)
        distributed.all_reduce(shared)
        self.now, interrupted, *sums = shared.tolist()
        if interrupted:
            raise KeyboardInterrupt
        return sums

    def sum_weight(self, weight: Weight) -> Weight:
        if not isinstance(weight, Tensor):
            return self.sum(weight)[0]
        shared = weight.detach().clone().float()
        distributed.all_reduce(shared)
        return shared

    def gathered(self, facts: Any) -> list[Any]:
        every: list[Any] = [None] * self.size
        distributed.all_gather_object(every, facts)
        return every

    def together(self, work: Callable[[], Made]) -> Made:
        return barrier().after(work)

    def _edges(self, rows: int) -> list[int]:
        return [rows * rank // self.size for rank in range(self.size + 1)]

    def cut(self, rows: Rows) -> tuple[Rows, Rows]:
        start, stop = self._edges(len(rows))[self.rank :][:2]
        own = rows[start:stop]
        return (own if start < stop else rows[:1]), own

    def whole(self, part: Any, rows: int) -> Any:
        edges = self._edges(rows)
        lengths = [stop - start for start, stop in itertools.pairwise(edges)]

        def join(tensor: Tensor) -> Tensor:
            own = tensor.detach()[: lengths[self.rank]].cpu().contiguous()
            if not self.first:
                if len(own):
                    distributed.send(own, 0)
                return own
            parts = [own]
            for rank, length in enumerate(lengths[1:], start=1):
                if length:
                    parts.append(own.new_empty((length, *own.shape[1:])))
                    distributed.recv(parts[-1], rank)
            return torch.cat(parts).to(tensor.device)

        return with_outputs(join, part)

    def wrap(
        self,
        model: nn.Module,
        device: torch.device,
        *,
        compile: bool = False,
        told: bool = False,
    ) -> nn.Module:
        self.network = data_parallel(model, device, self, compile=compile, told=told)
        return self.network

    def batches(self, source: Any, at: Position, seed: int, device: torch.device) -> Iterator[Any]:
        """Return the batches that are left; before each, the random generators are seeded anew.

        By the step, so that a resumed training draws what it would have drawn, and by the rank:
        each has a dropout of its own. What yields whole batches must yield the same to all.
        """
        of_whole = source.rows is None
        start = 0 if of_whole else at.step
        read = iter(source.batches(at.epoch, start))

        def take(step: int) -> Any:
            own = _mixed(seed, at.epoch, step, self.rank + 1)
            if not of_whole:
                seed_generators(own, device)
                return next(read, None)
            if step:  # the first one draws what a single process would: a loader its order
                seed_generators(_mixed(seed, at.epoch, step, 0), device)
            batch = next(read, None)
            seed_generators(own, device)
            return batch

        for step in range(start, at.step):  # now, before whoever resumes restores a random state
            take(step)
        return iter(map(take, itertools.count(at.step)).__next__, None)

    def adding(self, *, last: bool) -> AbstractContextManager[Any]:
        return nullcontext() if last else self.network.no_sync()

    def backward(self, value: Tensor, weight: Weight, prediction: Any) -> None:
        """Add the gradient; without weight it is zero, for the others wait for it."""
        outputs = _outputs_of(prediction)
        if counts(weight):
            _backward(value, weight, outputs)
            return
        torch.autograd.backward(outputs, [torch.zeros_like(output) for output in outputs])

    def share_statistics(self, model: nn.Module) -> None:
        """Average what BatchNorm has learned of the ranks' shares; of others, take the first's."""
        averaged = {
            id(buffer)
            for module in model.modules()
            if learns_statistics(module)
            for buffer in (module.running_mean, module.running_var)
        }
        for buffer in buffers_of(model).values():
            if id(buffer) in averaged:
                distributed.all_reduce(buffer)
                buffer /= self.size
            else:
                distributed.broadcast(buffer, 0)


def _outputs_of(prediction: Any) -> list[Tensor]:
    """Return the tensors of a prediction that a gradient goes through."""
    outputs: list[Tensor] = []
    with_outputs(lambda tensor: outputs.append(tensor) or tensor, prediction)  # type: ignore[func-returns-value]
    return [output for output in outputs if output.requires_grad]


def _backward(value: Tensor, weight: Weight, outputs: list[Tensor]) -> None:
    """Add the gradient of a loss times its weight: none where that is 0, be the loss 0/0.

    On an accelerator nobody reads whether it is.
    """
    if isinstance(weight, Tensor):
        for output in outputs:
            output.register_hook(lambda gradient: torch.where(weight != 0, gradient, 0))
    (value * weight).backward()


def _mixed(*numbers: int) -> int:
    """Return one seed for several numbers: neighbours have nothing to do with each other."""
    return int.from_bytes(sha256(repr(numbers).encode()).digest()[:8], "little") >> 1


def current() -> Alone:
    """Return the ranks of PyTorch's process group, or ALONE where there is none.

    >>> current() is ALONE
    True
    """
    if not distributed.is_available() or not distributed.is_initialized():
        return ALONE
    return Ranks() if distributed.get_world_size() > 1 else ALONE
