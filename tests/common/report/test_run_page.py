import base64
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import numpy as np
import pytest
from matplotlib.cbook import is_math_text
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from common.outcome import Metric, Outcome
from common.report import run_page
from common.report.console import metrics_table, print_table
from common.report.pages import write_page
from common.report.plots import WIDTH, literal, new_figure, png, series_styles
from common.report.section import Section
from common.training.history import History

METRICS = (
    Metric("mape", "MAPE, %", "{:.2f}", scale=100),
    Metric("within_10", "within 10 %, %", "{:.1f}", best="high", scale=100),
    Metric("bias", "bias, %", "{:+.2f}", best="zero", scale=100),
    Metric("money_lost", "money lost, thousand", "{:,.0f}", scale=1e-3),
)


def history(epochs=5, **extra):
    rows = [
        {"epoch": e, "lr": 1e-3, "train_loss": 1 / e, "valid_loss": 1.1 / e, "seconds": 1.0}
        | {name: value / e for name, value in extra.items()}
        for e in range(1, epochs + 1)
    ]
    return History(rows, best_epoch=epochs or None, stopped="epochs")


def outcome(name, mape, within=0.5, bias=0.0, lost=1e6, *, trained=True):
    figures = {"mape": mape, "within_10": within, "bias": bias, "money_lost": lost}
    if not trained:
        return Outcome(name, figures)
    return Outcome(name, figures, history=history(mape=mape), seconds=12.5)


OUTCOMES = [
    outcome("perfect valuer", 0.06, 0.9, 0.0, 1e5, trained=False),
    outcome("mse", 0.15, 0.4, -0.01, 2e6),
    outcome("relative_error", 0.12, 0.5, 0.03, 1.5e6),
    outcome("median price", 0.6, 0.1, 0.2, 9e6, trained=False),
]


def page(path, **changes):
    words = {
        "title": "Prices",
        "about": "What a flat is worth.",
        "metrics": METRICS,
        "outcomes": OUTCOMES,
        "part": "test",
        "pictures": [run_page.learning_curves({"mse": history(mape=0.2)})],
        "notes": ["read flats.csv"],
        "settings": {"loss": "mse", "minutes": None, "column": ()},
    }
    write_page(path, run_page.render(**(words | changes)))
    return path.read_text(encoding="utf-8")


class Reader(HTMLParser):
    """Collects what a browser would see: tags with their attributes, and text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self.open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "img", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.words.append(text)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def test_page_is_well_formed_and_closes_every_tag(tmp_path):
    reader = Reader(page(tmp_path / "r.html", notes=[f"note {i}" for i in range(9)]))
    assert reader.open == []
    assert reader.all("html")[0]["lang"] == "en"
    assert len(reader.all("h1")) == 1


def test_page_asks_the_network_for_nothing_and_runs_nothing(tmp_path):
    text = page(tmp_path / "r.html")
    reader = Reader(text)
    assert not reader.all("script")
    assert not reader.all("link")
    assert all(image["src"].startswith("data:image/png;base64,") for image in reader.all("img"))
    assert not re.search(r"https?://|url\(|@import| on\w+=", text)
    assert "default-src 'none'" in text


def test_a_sentence_in_a_table_is_folded_and_a_figure_is_not(tmp_path):
    table = [{"cost": "150,000", "text": "Пахнет газом <b>в подъезде</b>, " + "приезжайте! " * 9}]
    text = page(tmp_path / "r.html", pictures=[Section("Mistakes", "Two.", table=table)])
    assert "<td>150,000</td>" in text
    assert '<td class="prose">Пахнет газом &lt;b&gt;' in text
    assert re.search(r"\.prose {[^}]*white-space: normal", text)


def test_sounds_are_played_from_inside_the_page(tmp_path):
    sound = b"RIFF\x24\x00\x00\x00WAVE"
    pictures = [Section("Speech", "Two of them.", sounds=[("noisy <b>", sound), ("clean", b"")])]
    reader = Reader(page(tmp_path / "r.html", pictures=pictures))
    played = [player["src"].partition("base64,") for player in reader.all("audio")]
    assert [base64.b64decode(content) for _, _, content in played] == [sound, b""]
    assert {kind for kind, _, _ in played} == {"data:audio/wav;"}
    policy = next(m["content"] for m in reader.all("meta") if "http-equiv" in m)
    assert {"default-src 'none'", "media-src data:", "img-src data:"} <= set(policy.split("; "))
    assert not reader.all("b")


def test_every_picture_has_an_alternative_text(tmp_path):
    images = Reader(page(tmp_path / "r.html")).all("img")
    assert images
    assert all(image["alt"] for image in images)


def test_hostile_words_stay_words_wherever_they_stand(tmp_path):
    evil = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&"
    text = page(
        tmp_path / "r.html",
        title=evil,
        about=evil,
        notes=[evil],
        settings={evil: evil},
        outcomes=[Outcome(evil, {"mape": 0.1})],
        metrics=[Metric("mape", evil, "{:.1f}")],
        pictures=[
            Section(evil, evil, table=[{evil: evil}]),
            Section(evil, evil, figure=new_figure(1)),
        ],
    )
    reader = Reader(text)
    assert not reader.all("script")
    assert not any("onerror" in attributes for _, attributes in reader.tags)
    assert "".join(reader.words).count(evil) == 14


def test_undecodable_file_names_and_foreign_letters_survive(tmp_path):
    text = page(tmp_path / "r.html", notes=["read flats\udcff.csv", "цена, ₽ · 价格"])
    assert r"flats\udcff.csv" in text
    assert "цена, ₽ · 价格" in text


def test_a_page_that_fails_leaves_the_old_one(tmp_path):
    path = tmp_path / "r.html"
    page(path)
    before = path.read_bytes()
    with pytest.raises(AttributeError):
        page(path, pictures=[Section("no figure", "", figure=object())])
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["r.html"]


def test_page_says_which_part_and_how_many_rows(tmp_path):
    sizes = {"train": 8400, "valid": 1200, "test": 2400}
    words = " ".join("".join(Reader(page(tmp_path / "r.html", sizes=sizes)).words).split())
    assert "the test part, which training never saw" in words
    assert "touched once" in words
    assert "2,400 examples" in words
    assert "8,400 examples; 1,200 others" in words
    sizes = {"train": 80, "valid": 20, "test": 0}
    text = page(tmp_path / "r.html", part="valid", sizes=sizes)
    words = " ".join("".join(Reader(text).words).split())
    assert "the validation part" in words
    assert "20 examples" in words
    assert "touched once" not in words


def test_trained_come_first_and_the_best_of_them_is_marked(tmp_path):
    text = page(tmp_path / "r.html")
    table = ElementTree.fromstring(re.search(r"<table.*?</table>", text, re.S)[0])
    head, *rows = table.findall(".//tr")[1:]
    assert [cell.text for cell in head][1:] == [
        "mse",
        "relative_error",
        "perfect valuer",
        "median price",
    ]
    best = {
        row[0].text: [head[i].text for i, cell in enumerate(row) if cell.get("class") == "best"]
        for row in rows
    }
    assert best == {
        "MAPE, %": ["relative_error"],
        "within 10 %, %": ["relative_error"],
        "bias, %": ["mse"],
        "money lost, thousand": ["relative_error"],
        "training, seconds": [],
    }
    assert "\\2605" in text  # the star stands there without colour


@pytest.mark.parametrize("count", [0, 1, 6])
def test_page_works_for_any_number_of_outcomes(tmp_path, count):
    outcomes = [outcome(f"loss {i}", 0.1 + i / 100) for i in range(count)]
    reader = Reader(page(tmp_path / "r.html", outcomes=outcomes, pictures=[], notes=[]))
    assert reader.open == []
    assert ("the best of those trained" in "".join(reader.words)) == (count > 1)


def test_long_notes_are_folded_but_all_there(tmp_path):
    text = page(tmp_path / "r.html", notes=[f"note number {i};" for i in range(30)])
    assert all(f"note number {i};" in text for i in range(30))
    assert "24 more" in text


def test_equal_figures_share_the_mark_and_nan_never_has_it():
    outcomes = [outcome("a", 0.12001), outcome("b", 0.12), outcome("c", float("nan"))]
    row = metrics_table(METRICS, outcomes)[0]
    assert row.cells == ["12.00", "12.00", "-"]
    assert row.best == [True, True, False]


@pytest.mark.parametrize(
    ("values", "best"),
    [((0.5, 0.78, 0.95), [False, True, False]), ((0.7, 0.9, 0.4), [True, True, False])],
)
def test_best_may_be_a_value_that_is_neither_low_nor_high(values, best):
    covered = Metric("mape", "covered, %", "{:.0f}", best=0.8, scale=100)
    outcomes = [outcome(str(value), value) for value in values]
    assert metrics_table([covered], outcomes)[0].best == best


def test_pictures_are_twice_as_sharp_as_the_page():
    pixels = imread(io.BytesIO(png(new_figure(2.0))))
    assert pixels.shape[:2] == (400, round(200 * WIDTH))
    assert np.allclose(pixels[0, 0], 1)


def test_the_same_figure_gives_the_same_bytes(tmp_path):
    pages = [page(tmp_path / name) for name in ("a.html", "b.html")]
    assert pages[0] == pages[1]


def test_series_grow_lighter_in_grey_and_stay_visible_on_white():
    styles = series_styles(6)
    linear = [
        np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        for rgb in (np.array(to_rgb(style.colour)) for style in styles)
    ]
    luminance = [float(rgb @ [0.2126, 0.7152, 0.0722]) for rgb in linear]
    assert luminance == sorted(luminance)
    assert min(np.diff(luminance)) > 0.03
    assert all(1.05 / (value + 0.05) > 2 for value in luminance)
    assert len({s.marker for s in styles}) == len({s.dashes for s in styles}) == 6


def test_dollars_are_not_taken_for_formulas():
    assert is_math_text("$1 to $2")
    assert not is_math_text(literal("$1 to $2"))


@pytest.mark.parametrize(("epochs", "count"), [(0, 1), (0, 2), (1, 1), (1, 2), (40, 5)])
def test_learning_curves_have_a_panel_for_each_loss(epochs, count):
    picture = run_page.learning_curves(
        {f"loss_{i}": history(epochs, mape=0.1) for i in range(count)}
    )
    titles = [axes.get_title(loc="left") for axes in picture.figure.axes]
    assert titles[:count] == [f"loss_{i}" for i in range(count)]
    shared = ["mape, validation part"] if epochs and count > 1 else []
    assert titles[count:] == shared
    png(picture.figure)


def test_learning_curves_mark_the_epoch_that_was_kept():
    kept = history(10)
    kept.best_epoch = 4
    axes = run_page.learning_curves({"mse": kept}).figure.axes[0]
    stars = [
        line for line in axes.get_lines() if line.get_marker() == "*" and len(line.get_xdata())
    ]
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in stars] == [(4, 1.1 / 4)]


def test_learning_curves_bear_a_validation_cut_short():
    cut = history(3, mape=0.1)
    cut.rows[-1] |= {"valid_loss": float("nan"), "mape": float("nan")}
    png(run_page.learning_curves({"a": cut, "b": history(3, mape=0.1)}).figure)


def printed(width, monkeypatch, outcomes=OUTCOMES):
    monkeypatch.setenv("COLUMNS", str(width))
    file = io.StringIO()
    print_table(METRICS, outcomes, file=file)
    return file.getvalue()


@pytest.mark.parametrize("width", [40, 47, 60, 80, 200])
def test_terminal_table_neither_wraps_nor_cuts(width, monkeypatch):
    text = printed(width, monkeypatch)
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    assert text.isascii()
    for row in metrics_table(METRICS, OUTCOMES):
        found = [line for line in lines if line.startswith(row.title)]
        cells = [cell.strip(" *") for line in found for cell in line.split("|")[1:]]
        assert cells == row.cells
    heads = [c.strip() for line in lines if line.startswith("  ") for c in line.split("|")[1:]]
    assert heads == [outcome.name for outcome in OUTCOMES]


def test_terminal_marks_the_best_trained_with_a_star(monkeypatch):
    text = printed(100, monkeypatch)
    line = next(line for line in text.splitlines() if line.startswith("MAPE"))
    assert line.split("|")[2].strip() == "15.00"
    assert line.split("|")[3].strip() == "*12.00"
    assert "*" not in printed(100, monkeypatch, OUTCOMES[:1])


def test_settings_are_shown_as_a_person_writes_them(tmp_path):
    settings = json.loads('{"lr": 0.002, "minutes": null, "column": ["id", "url"], "empty": []}')
    words = Reader(page(tmp_path / "r.html", settings=settings)).words
    shown = [word for word in words if word.strip()][-8:]
    assert shown == ["lr", "0.002", "minutes", "-", "column", "id, url", "empty", "-"]


def test_pictures_in_the_page_are_real_pngs(tmp_path):
    source = Reader(page(tmp_path / "r.html")).all("img")[0]["src"]
    pixels = imread(io.BytesIO(base64.b64decode(source.partition(",")[2])))
    assert pixels[..., :3].min() < 0.3  # something is drawn
