"""A module's exercises in a notebook: `%%exercise`, check, demo, progress, submit.

    from common.notebooks.session import begin
    check, demo, progress, submit = begin("tabular", "en")

What a cell with `%%exercise NAME` holds goes into the module's own source file at once, see
`binding`; the checks, the points and the archive are those of the terminal. So a kernel that dies
takes nothing with it, and what is solved here counts there.
"""

import argparse
import contextlib
import io
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from common.discovery import ROOT
from common.errors import UserError
from common.exercise_demo import drawn, plots_of
from common.exercises import empty_exercises
from common.grading.commands import progress as remembered
from common.grading.commands import student
from common.grading.commands.checking import FreshInputs, own_budget, probes_of, remember
from common.grading.commands.console import SOLVED, print_results, state_of
from common.grading.exercise.course import exercises_of, warmups_of
from common.grading.exercise.source import Marked, marked_in
from common.grading.exercise.specification import Check, CheckResult, ExerciseSpec, Inputs, Wrong
from common.grading.runner.local import FORKS, LocalRunner, forget_stale
from common.grading.runner.loop import judge, run_checks
from common.grading.runner.probe_result import ProbeResult
from common.i18n import Text
from common.notebooks.cell_binding import bind, exercise_cell, is_empty, renew
from common.notebooks.check_results import Whole, results_as_html
from common.notebooks.road import road

BOUND = Text(
    'Bound: {short} in {file} is yours now. Then: check("{short}")',
    'Готово: {short} в {file} теперь ваша. Дальше: check("{short}")',
)
WAITS = Text(
    "Nothing is written here yet: replace raise NotImplementedError by your own lines.",
    "Здесь пока ничего не написано: замените raise NotImplementedError своими строками.",
)
THERE = Text(
    "{file} holds a solution already, and it stays. Here it is, in this cell.",
    "В {file} решение уже есть, оно остаётся. Вот оно, в этой ячейке.",
)
REPLACED = Text(
    "What stood in {file} until now is kept in {kept}.",
    "То, что стояло в {file} до сих пор, сохранено в {kept}.",
)
UNPROVED = Text(
    "It is drawn by your function as it is now; its checks have not all passed yet.",
    "Так рисует ваша функция сейчас; её проверки пройдены ещё не все.",
)
NAMELESS = Text(
    'It does not say whose it is; submit("your first and last name") does.',
    'В нём не сказано, чей он; скажет submit("ваши имя и фамилия").',
)
EMPTY = Text(
    "“{title}” is not written yet. Fill in the cell that begins with %%exercise {short}, run it, "
    "and come back to this one.",
    "«{title}»: ещё не написано. Заполните ячейку, которая начинается с %%exercise {short}, "
    "выполните её и вернитесь к этой.",
)
NEEDED = Text(
    "This cell calls “{title}” ({name}), an exercise that is not written yet. Solve it first, in "
    "{where}; what comes without it can be read on.",
    "Эта ячейка вызывает «{title}» ({name}): это задание ещё не написано. Сначала решите его, в "
    "{where}; читать дальше можно и без него.",
)
HERE = Text("this notebook", "этом блокноте")
ELSEWHERE = Text("the notebook of {module}", "блокноте модуля {module}")


class Notice(Exception):  # noqa: N818
    """Ends a cell with one line, where a traceback would only hide it."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def begin(module: str, language: str = "en", *, root: Path = ROOT) -> tuple[Callable, ...]:
    """Make this notebook that of a module; return check, demo, progress and submit for it."""
    from IPython.core.getipython import get_ipython

    # Of a library that downloads, which would like to draw a bar of another kind here.
    warnings.filterwarnings("ignore", message="IProgress not found")
    shell: Any = get_ipython()
    session = Session(module, language, shell, root)
    shell.register_magic_function(session.exercise, "cell", "exercise")
    shell.set_custom_exc((NotImplementedError,), session.explain_empty)
    return session.check, session.demo, session.progress, session.submit


class Session:
    """What a notebook knows of its module. shell: IPython's, which shows things."""

    def __init__(self, module: str, language: str, shell: Any, root: Path) -> None:
        self.module, self.language, self.shell, self.root = module, language, shell, root
        self.specs = [*warmups_of(module), *exercises_of(module)]
        self._runner: LocalRunner | None = None
        self._written = dict[str, str]()  # the fingerprints of what this notebook has put there
        self._live = {name: mark.fingerprint for name, mark in self._marks().items()}

    def exercise(self, line: str, cell: str) -> None:
        """`%%exercise NAME`: put the cell's function in place of the library's."""
        with self._kindly():
            spec, mark = self._find(line.strip())
            if is_empty(cell, spec.short):
                self._leave(mark)
                return
            mark, kept = bind(self.root, mark, cell, seen=self._written.get(mark.name, ""))
            self._written[mark.name] = mark.fingerprint
            self._catch_up()
            if kept:
                print(self._said(REPLACED, file=mark.file, kept=kept.relative_to(self.root)))
            print(self._said(BOUND, short=spec.short, file=mark.file))

    def check(self, name: str) -> None:
        """Run an exercise's checks, those of the terminal, and show the points and what came."""
        with self._kindly():
            spec, mark = self._find(name)
            if mark.empty:
                raise Notice(
                    self._said(EMPTY, title=spec.title.to(self.language), short=spec.short)
                )
            wholes: dict[str, Whole] = {}

            def judged(check: Check, inputs: Inputs, outcome: ProbeResult) -> CheckResult:
                result = judge(check, inputs, outcome)
                if result.failure == "wrong":
                    with contextlib.suppress(Exception):  # it has been told already
                        try:
                            check.judge(inputs, outcome.output)
                        except Wrong as wrong:
                            wholes.update({check.name: wrong.whole} if wrong.whole else {})
                return result

            with self._running(spec) as run:
                budget = own_budget()
                results = [*run_checks(spec, FreshInputs(), run, judging=judged, budget=budget)]
            remember(self.root, mark, results)
            text = io.StringIO()
            with contextlib.redirect_stdout(text):
                print_results(self.module, spec, mark, results, self.language, hint=0)
            title, most = spec.title.to(self.language), mark.points or 1
            html = results_as_html(title, most, results, wholes, self.language)
            self._show({"text/html": html, "text/plain": text.getvalue()})

    def demo(self, name: str) -> None:
        """Show what an exercise brings to life, drawn with the function as it is now."""
        with self._kindly():
            spec, mark = self._find(name)
            plot = plots_of(self.module).get(spec.short)
            if mark.empty:
                raise Notice(
                    self._said(EMPTY, title=spec.title.to(self.language), short=spec.short)
                )
            if plot is None:
                return
            said, picture, sounds = drawn(plot, self.language)
            print(said)
            is_solved = state_of(mark, remembered.load(self.root))[0] is SOLVED
            if not is_solved and (picture is not None or sounds):
                print(UNPROVED.to(self.language))
            if picture is not None:
                self._show({"image/png": picture, "text/plain": said})
            for file, sound in sounds.items():
                from IPython.display import Audio, display

                print(file)
                display(Audio(data=sound))

    def progress(self) -> None:
        """Show the road through the module: what is solved, and what is next."""
        with self._kindly():
            marks, solved = self._marks(), remembered.load(self.root)
            html, text = road(self.specs, marks, solved, self.language)
            self._show({"text/html": html, "text/plain": text})

    def submit(self, name: str = "", out: str | None = None, *, attempts: bool = True) -> None:
        """Write the archive to hand in, the same that `python -m MODULE submit` writes.

        attempts: send along how many versions were checked.
        """
        with self._kindly():
            words = {"out": out, "student": name, "json": False, "lang": self.language}
            words |= {"attempts": attempts, "without": "submit(attempts=False)"}
            student.submit(self.module, argparse.Namespace(**words), root=self.root)
            if not (name or remembered.load_student(self.root)):
                print(NAMELESS.to(self.language))

    def explain_empty(self, shell: Any, kind: Any, error: Any, trace: Any, **_: Any) -> None:
        """Say which exercise a cell needs, where it met one without a body."""
        frames = traceback.extract_tb(trace)
        names = [one.name for one in empty_exercises()]
        name = next((n for n in names if n.rpartition(".")[2] == frames[-1].name), None)
        if name is None:
            shell.showtraceback((kind, error, trace))
            return
        module = name.partition(".")[0]
        specs = [*warmups_of(module), *exercises_of(module)]
        title = next(s.title.to(self.language) for s in specs if s.exercise == name)
        where = self._said(HERE if module == self.module else ELSEWHERE, module=module)
        print(self._said(NEEDED, title=title, name=name, where=where))

    def _leave(self, mark: Marked) -> None:
        """An empty cell takes nothing away: a solution that is there comes into the cell."""
        if mark.empty:
            print(WAITS.to(self.language))
            return
        print(self._said(THERE, file=mark.file))
        spec = next(spec for spec in self.specs if spec.exercise == mark.name)
        text = exercise_cell(self.root, mark, spec.short, self.language)
        self.shell.set_next_input(text, replace=True)

    def _find(self, name: object) -> tuple[ExerciseSpec, Marked]:
        if not isinstance(name, str):  # the function itself, most likely
            short = getattr(name, "__name__", self.specs[0].short)
            raise UserError(
                f'the name of an exercise stands in quotes, as in check("{short}")',
                ru=f'имя задания пишется в кавычках, например check("{short}")',
            )
        spec = student.find(self.specs, name)
        self._catch_up()
        return spec, self._marks()[spec.exercise]

    def _marks(self) -> dict[str, Marked]:
        return marked_in(self.root, self.module)

    def _catch_up(self) -> None:
        """Let the functions in this process be those in the files, whoever has written there."""
        for name, mark in self._marks().items():
            if self._live.get(name) != mark.fingerprint:
                renew(self.root, mark)
                self._live[name] = mark.fingerprint

    @contextlib.contextmanager
    def _running(self, spec: ExerciseSpec) -> Iterator[Callable[[str, str, Inputs], ProbeResult]]:
        """Give what runs probes. Where processes fork it is kept, for the libraries it imported."""
        if self._runner is None or not FORKS:
            self.close()
            self._runner = LocalRunner(probes_of([spec]), root=self.root)
        forget_stale(self.root)
        try:
            yield self._runner.run
        finally:
            if not FORKS:
                self.close()

    def close(self) -> None:
        """End the process that runs probes, if there is one."""
        if self._runner is not None:
            self._runner.__exit__()
        self._runner = None

    @contextlib.contextmanager
    def _kindly(self) -> Iterator[None]:
        """What the student can mend is one line, and no traceback."""
        try:
            yield
        except UserError as error:
            raise Notice(error.to(self.language)) from None

    def _said(self, text: Text, **values: Any) -> str:
        return text.to(self.language).format(**values)

    def _show(self, data: dict[str, Any]) -> None:
        from IPython.display import display

        display(data, raw=True)
