"""The demo of an edition: a plot for each exercise, and what waits where there is none yet."""

import argparse
import json
import re
import types

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text as Artist

from common import exercise_demo
from common.commands import training
from common.discovery import modules_with_exercises
from common.domain import Domain
from common.errors import UserError
from common.exercise_demo import Gain, Plot, plots_of
from common.grading.exercise import course
from common.i18n import Text
from common.settings import Options, Settings
from tests.common.grading.exercise.test_specification import TOY
from tests.common.grading.folder import ANSWER, toy_course

DOMAIN = Domain("toy", "Toys.", "toy.task", Options, Settings, demo=("mse",))
MODULES = modules_with_exercises()
ALL = [(module, name) for module in MODULES for name in plots_of(module)]


def drawn(module, name, language="en"):
    """Return the pixels, few and without a layout, which takes most of the time."""
    figure = Figure(figsize=(6, 3), dpi=40)
    sounds = plots_of(module)[name].draw(figure, lambda en, ru: Text(en, ru).to(language))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return bytes(canvas.buffer_rgba()), sounds or {}


@pytest.mark.parametrize("module", MODULES)
def test_every_exercise_has_a_plot(module):
    assert set(plots_of(module)) == {spec.short for spec in course.exercises_of(module)}


@pytest.mark.parametrize(("module", "name"), ALL)
def test_a_plot_shows_what_the_function_does(module, name, monkeypatch):
    """Drawn twice it is the same, and without the function it is not there."""
    picture, sounds = drawn(module, name)
    assert drawn(module, name)[0] == picture
    assert all(content[:4] == b"RIFF" for content in sounds.values())
    spec = next(s for s in course.exercises_of(module) if s.short == name)
    plots = __import__(f"{module}.exercise_plots", fromlist=["PLOTS"])
    *owner, function = name.split(".")
    place = getattr(plots, owner[0]) if owner else plots

    def empty(*_, **__):
        raise NotImplementedError(spec.exercise)

    monkeypatch.setattr(place, function, empty)
    with pytest.raises(NotImplementedError):
        drawn(module, name)


@pytest.mark.parametrize(("module", "name"), [("tabular", "check_prices"), ("audio", "mixed")])
def test_a_russian_plot_speaks_russian(module, name):
    figure = Figure()
    plots_of(module)[name].draw(figure, lambda en, ru: ru)
    texts = [artist.get_text() for artist in figure.findobj(Artist)]
    assert [
        text for text in texts if re.search(r"[a-z]{2,} [a-z]{2,}|\d [a-zA-Z]|,\d{3}", text)
    ] == []


@pytest.fixture
def toy(tmp_path, monkeypatch):
    course_root = toy_course(tmp_path / "course")

    def draw(figure, word):
        figure.subplots().plot(np.arange(3))

    plots = {TOY.short: Plot(Text("a line", "линия"), draw)}
    monkeypatch.setattr(course, "exercises_of", lambda module: [TOY])
    monkeypatch.setattr(exercise_demo, "plots_of", lambda module: plots)
    return types.SimpleNamespace(
        root=course_root, plots=plots, out=tmp_path / "run", pages=tmp_path / "run-exercises"
    )


def empty(toy):
    path = toy.root / "toy" / "numbers.py"
    text = path.read_text(encoding="utf-8").replace(ANSWER, "raise NotImplementedError")
    path.write_text(text.replace("    # the secret of doubling\n", ""), encoding="utf-8")


def test_what_is_not_solved_waits_and_the_ready_report_is_named(toy, capsys):
    empty(toy)
    ready = toy.root / "demos" / "toy"
    ready.mkdir(parents=True)
    (ready / "report.html").write_text("<p>ready</p>")
    kept = {"losses": {"cost": {"test": {"mape": 9.04, "bias": None}}}, "baselines": {}}
    (ready / "metrics.json").write_text(json.dumps(kept))
    exercise_demo.show("toy", "en", toy.out, root=toy.root)
    shown = capsys.readouterr().out
    assert "demos/toy/report.html" in shown
    assert "cost: mape 9.04\n" in shown
    assert "double waits for you: a line" in shown
    assert "Begin with common" not in shown
    assert not (toy.out / "double.png").exists()
    assert "waits for you" in (toy.out / "exercises.html").read_text(encoding="utf-8")


def test_what_a_loss_gained_stands_in_the_ready_report(toy, capsys):
    plot = toy.plots[TOY.short]
    gain = Gain(Text("found, %", "найдено, %"), "found", "mse", "own", 100)
    toy.plots[TOY.short] = Plot(plot.about, plot.draw, gain)
    exercise_demo.show("toy", "ru", toy.out, root=toy.root)
    assert "найдено" not in capsys.readouterr().out  # there is no report yet
    ready = toy.root / "demos" / "toy"
    ready.mkdir(parents=True)
    (ready / "report.html").write_text("<p>ready</p>")
    losses = {"mse": {"test": {"found": 0.0}}, "own": {"test": {"found": 0.6304}}}
    (ready / "metrics.json").write_text(json.dumps({"losses": losses, "baselines": {}}))
    exercise_demo.show("toy", "ru", toy.out, root=toy.root)
    assert "готовый отчёт, найдено, %: 0 с mse → 63.04 с own\n" in capsys.readouterr().out
    (ready / "metrics.json").write_text(json.dumps({"loss": "mse", "baselines": {}, "losses": {}}))
    exercise_demo.show("toy", "ru", toy.out, root=toy.root)
    assert "найдено" not in capsys.readouterr().out


def test_what_is_solved_is_drawn(toy, capsys):
    exercise_demo.show("toy", "ru", toy.out, root=toy.root)
    assert "double работает: линия" in capsys.readouterr().out
    assert (toy.out / "double.png").read_bytes().startswith(b"\x89PNG")


def test_what_a_wrong_function_raises_is_told_and_stops_nothing(toy, capsys):
    def draw(figure, word):
        raise TypeError("<script>")

    toy.plots[TOY.short] = Plot(Text("a line", "линия"), draw)
    exercise_demo.show("toy", "en", toy.out, root=toy.root)
    assert "does not work yet: TypeError: <script>" in capsys.readouterr().out
    assert "<script>" not in (toy.out / "exercises.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("module", MODULES)
def test_what_an_exercise_brings_is_read_from_the_source_alone(module):
    assert exercise_demo.brought_by(module) == {
        name: plot.about for name, plot in plots_of(module).items()
    }


def test_the_page_lies_beside_the_place_of_the_run(toy, monkeypatch):
    monkeypatch.setattr(exercise_demo, "unsolved", lambda module: ["double"])
    monkeypatch.setattr(
        exercise_demo, "show", lambda module, language, out: (out / "made").mkdir(parents=True)
    )

    def shown(out):
        return training._shows_exercises(DOMAIN, argparse.Namespace(out=out, lang="en"))

    assert shown(str(toy.out))
    assert [path.name for path in toy.out.parent.iterdir() if "run" in path.name] == [
        "run-exercises"
    ]
    monkeypatch.chdir(toy.root)
    for strange in (".", "..", "/"):
        with pytest.raises(UserError, match="name one inside it"):
            shown(strange)


def test_a_solved_modules_demo_waits_for_what_it_calls_of_common_alone(toy, monkeypatch, capsys):
    waiting = {"common": ["common.step.training_step", "common.training_loop.train_network"]}
    monkeypatch.setattr(exercise_demo, "unsolved", lambda module: waiting.get(module, []))
    monkeypatch.setattr(exercise_demo, "show", lambda *_: None)
    arguments = argparse.Namespace(out=str(toy.out), lang="en")
    assert training._shows_exercises(DOMAIN, arguments)
    said = capsys.readouterr().out
    assert "training_step" in said
    assert "train_network" not in said
    del waiting["common"][0]
    assert not training._shows_exercises(DOMAIN, arguments)
    assert capsys.readouterr().out == ""
