"""A lesson's page: whole, in both languages, and its figures say what the library says."""

import math
import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from common import cli
from common.__main__ import main
from common.discovery import ROOT, domains
from common.i18n import LANGUAGES, Text
from common.lesson import page
from common.lesson.figure import Slider, curves
from tabular.__main__ import DOMAIN
from tests.serving.browser import DESK, NEEDED, PHONE, browser, is_russian

PAGES = {(name, language): name + "-" + language for name in domains() for language in LANGUAGES}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lessons")
    for (name, language), place in PAGES.items():
        page.main(name, str(folder / place), language, browser=False)
    return folder


@pytest.mark.parametrize(
    "command",
    [
        lambda *words: cli.main(DOMAIN, ["lesson", *words]),
        lambda *words: main(["notebooks", *words]),
    ],
)
def test_a_file_in_the_place_of_the_folder_is_named(command, tmp_path, capsys):
    (tmp_path / "out").write_text("mine")
    assert command("--out", str(tmp_path / "out"), "--lang", "ru") == 2
    said = capsys.readouterr().err
    assert said == f"ошибка: {tmp_path / 'out'}: это файл, нужна папка для записи\n"
    assert (tmp_path / "out").read_text() == "mine"


@pytest.fixture(scope="module")
def chromium():
    with browser() as running:
        yield running


@pytest.fixture
def opened(written, chromium):
    """Open a page; afterwards nothing may have gone wrong, and nothing been asked of anybody."""
    strange, contexts = [], []

    def open_page(name, language, size=DESK):
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
        contexts.append(context)
        shown = context.new_page()
        shown.on("pageerror", lambda error: strange.append(str(error)))
        shown.on("console", lambda message: strange.append(message.text))
        shown.on(
            "request", lambda asked: asked.url.startswith("http") and strange.append(asked.url)
        )
        shown.goto((written / PAGES[name, language] / page.PAGE).as_uri())
        return shown

    yield open_page
    for context in contexts:
        context.close()
    assert strange == []


def move(figure, number, at):
    figure.locator("input[type=range]").nth(number).evaluate(
        "(one, at) => { one.value = at; one.dispatchEvent(new Event('input')); }", at
    )


def exact(figure, loss, what="value"):
    return float(
        figure.locator(f'[data-loss="{loss}"][data-what="{what}"]').get_attribute("data-exact")
    )


@NEEDED
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", domains())
def test_a_page_is_whole_on_a_phone(name, language, opened):
    shown = opened(name, language, PHONE)
    assert shown.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    titles = re.findall(r"^## (.*)$", lesson(name, language), re.MULTILINE)
    assert shown.locator("h2").all_text_contents() == titles
    for figure in shown.locator(".living").all():
        assert figure.locator("input[type=range]").count() >= 1
        assert figure.locator("svg path, canvas, td").count() >= 3
        assert is_russian(figure.text_content().split("{")[0]) == (language == "ru")


def lesson(name, language):
    file = "README.ru.md" if language == "ru" else "README.md"
    return (ROOT / name / file).read_text(encoding="utf-8")


@NEEDED
def test_the_losses_of_prices_say_and_pull_what_they_do_in_python(opened):
    """Against the formulas of the lesson, written once more."""
    figure = opened("tabular", "en").locator(".living").first
    for place, price, at in ((0, 3e6, 36), (9, 200e6, 10), (5, 30e6, 60)):
        move(figure, 1, place)
        move(figure, 0, at)
        r = math.log(0.5) + at * (math.log(2) - math.log(0.5)) / 60
        p = price * math.exp(r)
        off = abs(p - price)
        cost = off + max(0, off - 5e5) + 8 * max(0, off - 15e6)
        slope = 1 + (off > 5e5) + 8 * (off > 15e6)
        assert exact(figure, "mse") == pytest.approx(((p - price) / 1e6) ** 2, rel=1e-4)
        assert exact(figure, "mse_log") == pytest.approx(r**2, rel=1e-4)
        assert exact(figure, "relative") == pytest.approx(off / price, rel=1e-4)
        assert exact(figure, "log_cosh") == pytest.approx(math.log(math.cosh(r)), rel=1e-4)
        assert exact(figure, "cost") == pytest.approx(cost / 1e6, rel=1e-4)
        assert exact(figure, "mse_log", "pull") == pytest.approx(-2 * r, rel=1e-4)
        pull = -math.copysign(slope * p / 1e6, r)
        assert exact(figure, "cost", "pull") == pytest.approx(pull, rel=1e-4)
    share = figure.locator('[data-loss="mse"][data-what="share"]').text_content()
    mine = ((30e6 * 2 - 30e6) / 1e6) ** 2
    assert float(share.split()[0]) == pytest.approx(100 * mine / (mine + 400), abs=0.1)


@NEEDED
def test_a_threshold_says_what_it_finds(opened):
    from vision.lesson import THRESHOLDS, scene

    figure = opened("vision", "en").locator(".living").nth(1)
    _, mask, chance = scene()
    counts = []
    for at in (0, 9, 18):
        move(figure, 0, at)
        said = np.round(255 * chance) > round(255 * THRESHOLDS[at])
        both = (said & (mask == 1)).sum()
        told = figure.locator('[data-what="recall"]').text_content()
        assert float(told.split()[0]) == pytest.approx(100 * both / (mask == 1).sum(), abs=0.06)
        row = [
            figure.locator(f'[data-what="{k}"]').text_content()
            for k in ("found", "missed", "false")
        ]
        counts.append([int(one) for one in row])
    assert all(found + missed == 2 for found, missed, _ in counts)
    assert counts[1] != counts[2]  # pads come and go
    assert figure.locator("canvas").evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].some((v) => v > 0)"
    )


@NEEDED
def test_the_price_list_decides_as_in_python(opened):
    from text.decision import expected_costs, least_cost

    figure = opened("text", "en").locator(".living").nth(1)
    for at, gas, thanks in ((10, 120_000, 4_000), (40, 100, 50_000), (2, 1_000, 10)):
        move(figure, 0, at)
        figure.locator("input[type=number]").nth(1).fill(str(gas))
        figure.locator("input[type=number]").nth(2).fill(str(thanks))
        share = round(0.01 + 0.98 * at / 49, 3)
        chances, costs = np.array([[share, 1 - share]]), np.array([[0, gas], [thanks, 0]])
        told = [
            float(one.get_attribute("data-exact"))
            for one in figure.locator('[data-what="expected"]').all()
        ]
        assert told == pytest.approx(expected_costs(chances, costs)[0].tolist(), rel=1e-6)
        chosen = figure.locator('[data-what="chosen"] th').text_content()
        assert chosen.startswith(("gas", "thanks")[least_cost(chances, costs)[0]])


@NEEDED
def test_noise_is_judged_and_heard(opened):
    figure = opened("audio", "ru").locator(".living").first
    for at, db in ((4, -20), (8, 0)):
        move(figure, 0, at)
        assert exact(figure, "si_sdr") == pytest.approx(db, abs=0.2)  # minus the ratio, in decibels
    move(figure, 1, 1)  # half as loud
    assert exact(figure, "si_sdr") == pytest.approx(0, abs=0.2)
    assert figure.locator("audio").get_attribute("src").startswith("data:audio/wav;base64,UklGR")


def test_what_an_unsolved_exercise_would_say_is_missing():
    def empty(x, _):
        raise NotImplementedError

    x = Slider(Text("x", "x"), [0.0, 1.0], lambda v: Text(f"{v}", f"{v}"), 0)
    found = curves("en", x, {"square": lambda x, _: x.square(), "yours": empty})
    assert found["series"] == [{"name": "square", "values": [[0, 1]], "pulls": [[0, -2]]}]
    assert found["missing"] == ["yours"]
    assert torch.is_grad_enabled()


def test_nothing_in_the_data_can_end_the_script():
    evil = page.Figure("", "", Text("", ""), Text("", ""), lambda _: {"a": "</script><b>"})
    assert "</script>" not in page._plain(evil, 0, "en")["json"]


def test_the_page_opens_in_the_browser_where_that_is_wanted(tmp_path, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(page, "webbrowser", SimpleNamespace(open=opened.append))
    monkeypatch.setattr(page, "figures_of", lambda module: ())
    path = page.main("common", str(tmp_path / "a"), "ru", browser=True)
    assert opened == [path.resolve().as_uri()]
    assert capsys.readouterr().out == f"страница: {path}\n"
