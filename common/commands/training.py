"""What the commands do that train (demo, train, autopilot, compare), and the lesson beforehand."""

import argparse
import dataclasses
import importlib
import time
from pathlib import Path
from typing import Any

from common import launch
from common.cluster.connection import Cluster, checked_address
from common.commands.output import print_json, print_report, say_of, task_of
from common.domain import Domain
from common.errors import UserError
from common.settings import spelled
from common.translation import translator


def demo(domain: Domain, arguments: argparse.Namespace) -> None:
    if _shows_exercises(domain, arguments):
        return
    from common.runs import experiment

    source = domain.source.from_arguments(arguments)
    usual = domain.settings(**domain.demo_settings)
    settings = domain.settings.from_arguments(arguments, defaults=usual)
    out = Path(arguments.out or f"runs/{domain.name}-demo")
    task = task_of(domain)
    result = experiment.train(
        task,
        source,
        settings,
        out,
        losses=domain.demo,
        processes=arguments.processes,
        say=say_of(domain, arguments),
        progress=not arguments.json,
        language=arguments.lang,
    )
    print_report(domain, result, out, arguments)


def _shows_exercises(domain: Domain, arguments: argparse.Namespace) -> bool:
    """Show what works already, where the demo cannot train: an exercise that it needs is empty.

    Its page lies beside the place of the demo's run, which is written, once all is solved, only
    where there is nothing, or another run.
    """
    from common import exercise_demo
    from common.runs import drafts

    module, language = domain.name, arguments.lang
    out = Path(arguments.out or f"runs/{module}-demo")
    drafts.resolved(out)
    out = out.with_name(f"{out.name}-exercises")
    if exercise_demo.unsolved(module):
        exercise_demo.show(module, language, out)
        return True
    unsolved = exercise_demo.unsolved("common")
    missing = [name for name in unsolved if name.rpartition(".")[2] in domain.demo_needs]
    if missing:
        exercise_demo.show(module, language, out)
        exercise_demo.needs_common(module, language, missing)
    return bool(missing)


def train(domain: Domain, arguments: argparse.Namespace) -> None:
    if arguments.resume is not None:
        _refuse_beside_resume(domain, arguments)
    if arguments.find_lr:
        launch.refuse_launched("train --find-lr")
        _find_lr(domain, arguments)
        return
    launch.check_restarts(arguments.out or arguments.resume)
    launch.quieten()
    from common.training.process_group import joined

    with joined(domain.name) as ranks:
        result, out = _trained(domain, arguments, ranks)
        if ranks.first:
            print_report(domain, result, out, arguments)


def _trained(domain: Domain, arguments: argparse.Namespace, ranks: Any) -> tuple[Any, Path]:
    """Train, or go on with a training that was killed; return the result and the run's folder."""
    from common.runs import drafts, experiment

    task = task_of(domain)
    how: dict[str, Any] = {
        "say": say_of(domain, arguments),
        "progress": not arguments.json,
        "language": arguments.lang,
    }
    name = arguments.resume or arguments.out
    out = Path(name or time.strftime(f"runs/{domain.name}-%Y%m%d-%H%M%S"))
    again = ranks.goes_on_from(drafts.checkpoint_of(out))
    if arguments.resume is not None or again:
        return experiment.resume(task, out, **how), out
    start, source, settings = _wished(domain, arguments)
    return experiment.train(task, source, settings, out, start=start, **how), out


def _wished(domain: Domain, arguments: argparse.Namespace) -> tuple[Any, Any, Any]:
    """Return the run that a training begins from, if any, its source and its settings."""
    source = domain.source.from_arguments(arguments)
    if arguments.start is None:
        return None, source, domain.settings.from_arguments(arguments)
    from common.runs.fine_tuning import begin_from

    task = task_of(domain)
    start = begin_from(task, Path(arguments.start))
    settings = domain.settings.from_arguments(arguments, defaults=start.settings)
    return start, start.source_for(task, source), settings


def _find_lr(domain: Domain, arguments: argparse.Namespace) -> None:
    from common.runs import lr_finder

    say = say_of(domain, arguments)
    start, source, settings = _wished(domain, arguments)
    out = Path(arguments.out or f"runs/{domain.name}-lr")
    how: dict[str, Any] = {"say": say, "language": arguments.lang}
    sweep = lr_finder.find(task_of(domain), source, settings, out, start=start, **how)
    if arguments.json:
        found = {"suggested": sweep.suggested, "lowest": sweep.lowest}
        print_json({**found, "rates": sweep.rates, "losses": sweep.losses})
        return
    say(f"the loss is lowest at a learning rate of {sweep.lowest:.2g}")
    say(f"suggested: --lr {sweep.suggested:.2g} (now {settings.lr:g})")
    say(f"page: {out / lr_finder.PAGE}")


def _refuse_beside_resume(domain: Domain, arguments: argparse.Namespace) -> None:
    fields = [*dataclasses.fields(domain.source), *dataclasses.fields(domain.settings)]
    given = [spelled(field) for field in fields if hasattr(arguments, field.name)]
    given += ["--out"] if arguments.out else []
    given += ["--start"] if arguments.start else []
    given += ["--find-lr"] if arguments.find_lr else []
    if given:
        raise UserError(
            f"--resume goes on with the data and settings that the training began with; "
            f"leave out {', '.join(given)}"
        )


def autopilot(domain: Domain, arguments: argparse.Namespace) -> None:
    began = time.monotonic()  # a person's minutes begin before PyTorch is imported
    if arguments.certificates and not arguments.workers:
        raise UserError(
            "--certificates are for --workers: name the scheduler, too",
            "--certificates нужны для --workers: назовите и планировщик",
        )
    cluster = None
    if arguments.workers:
        checked_address(arguments.workers)  # before PyTorch is imported
        keys = Path(arguments.certificates) if arguments.certificates else None
        cluster = Cluster(arguments.workers, keys)
    from common.autopilot.run import autopilot as drive

    task = task_of(domain)
    out = Path(arguments.out or f"runs/{domain.name}-autopilot")
    names = [field.name for field in dataclasses.fields(domain.settings)]
    result = drive(
        task,
        domain.source.from_arguments(arguments),
        domain.settings.from_arguments(arguments),
        out,
        told={name for name in names if hasattr(arguments, name)} - {"minutes"},
        metric=arguments.metric,
        say=say_of(domain, arguments),
        language=arguments.lang,
        spent=time.monotonic() - began,
        cluster=cluster,
    )
    print_report(domain, result, out, arguments)
    say_of(domain, arguments)(f"to drive this by hand: {result.facts['autopilot']['by_hand']}")


def compare(domain: Domain, arguments: argparse.Namespace) -> None:
    from common.comparison import page, run
    from common.report.pages import write_page
    from common.runs import store

    own = {**domain.demo_settings, **domain.compare_settings, "loss": domain.keras_loss}
    usual = domain.settings(**own)
    settings = domain.settings.from_arguments(arguments, defaults=usual)
    if settings.loss != domain.keras_loss:
        raise UserError(
            f"--loss {settings.loss}: compare trains with {domain.keras_loss}, the loss that is "
            "written in Keras too"
        )
    comparison = importlib.import_module(f"{domain.name}.comparison").COMPARISON
    out = run.place_for(Path(arguments.out or f"runs/{domain.name}-compare"))
    task = task_of(domain)
    contest = run.compare(
        task,
        comparison,
        domain.source.from_arguments(arguments),
        settings,
        say=say_of(domain, arguments),
        progress=not arguments.json,
    )
    out.mkdir(parents=True, exist_ok=True)
    facts = run.facts(contest)
    store.write_json(out / "comparison.json", facts)
    write_page(out / "report.html", page.render(task, contest, language=arguments.lang))
    if arguments.json:
        print_json({**facts, "out": str(out)})
        return
    translate = translator(arguments.lang, domain.name)
    print()
    page.print_contest(contest, translate)
    print(translate(f"page: {out / 'report.html'}"))


def lesson(domain: Domain, arguments: argparse.Namespace) -> None:
    from common.lesson import page

    page.main(domain.name, arguments.out, arguments.lang, browser=not arguments.no_browser)
