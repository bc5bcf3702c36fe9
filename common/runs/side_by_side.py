"""Independent trainings side by side, each core with a process of its own, where that pays."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from common.runs.worker_processes import Bar, Crew, handed_over

Case = TypeVar("Case")
Result = TypeVar("Result")
Progress = bool | Callable[[float], None]
"""A bar or none; or a function that is told the share that is done."""

Work = Callable[[Any, Case, Progress], Result]
START = 6.0
"""Seconds that a process takes to begin, PyTorch and all: 3 on an idle core, more in company."""
CLEARLY = 2.0
"""So many times its start a process has to save."""
LOOK = 1.0
"""Seconds of the first case from which all of it is estimated."""


def side_by_side(
    work: Work,
    shared: Any,
    cases: Sequence[Any],
    *,
    processes: int,
    if_it_pays: bool = False,
    say: Callable[[str], None] = print,
    progress: bool = True,
    clock: Callable[[], float] = time.monotonic,
) -> list[Any]:
    """Return `work(shared, case, progress)` of each case, in their order.

    Of several cases as many are worked on at a time as there are `processes`. A new process
    imports and is handed what it needs: nothing is inherited, so it works alike on every system.
    Where there is one process or one case, or something that cannot be handed over (a function
    within a function, a lock), the cases are worked on here, one after the other.

    What a case raises is raised here; Ctrl+C and any exception end the other processes.

    Args:
        work: a function that stands in a module.
        shared: what all cases need; it is written to a file once.
        cases: what tells one case from another; said when it begins.
        processes: how many at a time.
        if_it_pays: begin here, and look for a second how long the first case will take; only
            where processes clearly save more than their start costs, the others are worked on in
            them beside it, one process fewer than `processes`.
        say: is told which case begins.
        progress: show a bar.
        clock: tells seconds.
    """
    processes = min(processes, len(cases))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "shared"
        if processes < 2 or not (if_it_pays or handed_over(file, (work, shared))):
            return [_here(work, shared, case, say, progress) for case in cases]
        with Bar(len(cases), shown=progress) as bar, Crew(file, cases, bar) as crew:
            together = f"training with {', '.join(map(str, cases))}: {processes} at a time"
            if not if_it_pays:
                say(together)
                try:
                    crew.begin(processes)
                    return crew.finish()
                except NotImplementedError:  # where it is called names an exercise without a body
                    return [work(shared, case, False) for case in cases]

            def share(seconds: float) -> None:
                worth = pays(seconds, len(cases), processes)
                if worth and handed_over(file, (work, shared)):
                    say(together)
                    crew.begin(processes - 1)

            look = _Look(crew, clock, share)
            while (number := crew.take()) is not None:
                if not crew.running:
                    say(f"training with {cases[number]}")
                crew.keep(number, work(shared, cases[number], look.of(number)))
            return crew.finish()


def _here(work: Work, shared: Any, case: Any, say: Callable[[str], None], tell: Progress) -> Any:
    say(f"training with {case}")
    return work(shared, case, tell)


def pays(seconds: float, cases: int, processes: int) -> bool:
    """Whether processes clearly save more than their start costs; seconds: of one case.

    >>> pays(2.0, cases=5, processes=2), pays(10.0, cases=5, processes=2)
    (False, True)
    """
    rounds = -(-cases // processes)
    return seconds * (cases - rounds) > CLEARLY * START


class _Look:
    """Is told how far the cases are that are worked on here, decides once whether others are begun
    beside them, and lets the processes be heard meanwhile."""

    def __init__(
        self, crew: Crew, clock: Callable[[], float], share: Callable[[float], None]
    ) -> None:
        self.crew, self.clock, self.share = crew, clock, share
        self.first: tuple[float, float] | None = None
        self.decided = False

    def of(self, number: int) -> Callable[[float], None]:
        """Return what is told the share of one case that is done."""
        tell = self.crew.bar.of(number)

        def told(done: float) -> None:
            tell(done)
            self.crew.hear()
            if number == 0:
                self._decide(done)

        return told

    def _decide(self, done: float) -> None:
        now = self.clock()
        if self.first is None:  # what comes before is preparation, and no measure
            self.first = now, done
            return
        began, before = self.first
        if self.decided or now - began < LOOK or not before < done < 1:
            return
        self.decided = True
        self.share((now - began) / (done - before))
