"""Slides of a lesson: all of its text, its figures, nothing from elsewhere, nothing cut off."""

import re

import pytest
from markdown_it import MarkdownIt

from common.__main__ import main
from common.discovery import ROOT, modules_with_exercises
from common.report.pages import source_hash
from common.slides.lecture import render, slides_of
from common.slides.lesson import Slide, sections
from tests.serving.browser import NEEDED, browser


def words_of(text):
    return re.findall(r"\w+", re.sub(r"<[^>]*>", " ", text))


@pytest.mark.parametrize("module", modules_with_exercises())
def test_no_word_of_a_lesson_is_lost_or_said_twice(module):
    for name in ("README.md", "README.ru.md"):
        text = (ROOT / module / name).read_text(encoding="utf-8")
        found = [slide for part in sections(text) for slide in part.slides]
        shown, titles = " ".join(slide.html for slide in found), [slide.title for slide in found]
        whole = (
            MarkdownIt("commonmark", {"html": True})
            .enable("table")
            .render(re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))
        )
        kept = re.sub(r"<h[12]>.*?</h[12]>|<p>(По-русски|In English): .*?</p>", "", whole)
        assert words_of(shown) == words_of(kept)
        assert list(dict.fromkeys(titles[1:])) == re.findall(r"(?m)^## (.*)$", text)


def test_the_page_has_everything_inside_and_what_the_exercises_draw(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["slides", "common", "--lang", "ru"]) == 0
    assert "slides-common.html" in capsys.readouterr().out
    page = (tmp_path / "slides-common.html").read_text(encoding="utf-8")
    sources = re.findall(r'src="([^"]*)"', page)
    assert len(sources) == 7  # six exercises and the picture of the lesson
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)[1]
    assert source_hash(script) in page.replace("&#39;", "'")
    assert "одна и та же ошибка при трёх ценах" in page
    assert not re.search(r'href="(?!https://)', page)


def test_a_module_that_there_is_not_is_one_line(capsys):
    assert main(["slides", "tabluar", "--lang", "en"]) == 2
    assert "did you mean 'tabular'" in capsys.readouterr().err


def test_the_student_edition_has_slides_without_what_is_not_solved(tmp_path):
    (tmp_path / "common").mkdir()
    text = (ROOT / "common" / "README.md").read_text(encoding="utf-8")
    for name in ("README.md", "README.ru.md"):
        (tmp_path / "common" / name).write_text(text, encoding="utf-8")
    assert not any(slide.picture for slide in slides_of("common", "en", root=tmp_path))


@NEEDED
def test_nothing_is_cut_off_keys_turn_and_every_slide_is_a_page(tmp_path):
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1000, "height": 700})
        strange = []
        page.on("console", lambda message: strange.append(message.text))
        page.on("pageerror", lambda error: strange.append(str(error)))
        for module in modules_with_exercises():
            for language, name in (("en", "README.md"), ("ru", "README.ru.md")):
                text = (ROOT / module / name).read_text(encoding="utf-8")
                slides = [slide for part in sections(text) for slide in part.slides]
                slides = [Slide(s.title, s.html.replace("src=", "alt="), s.heading) for s in slides]
                (tmp_path / "slides.html").write_text(render(slides, language), encoding="utf-8")
                page.goto((tmp_path / "slides.html").as_uri())
                inside = "b => b.scrollHeight <= b.clientHeight + 1"
                bodies = f"[...document.querySelectorAll('.body')].every({inside})"
                assert page.evaluate(bodies), (module, language)
        assert page.locator(".slide.here").get_attribute("id") == "slide-1"
        for key, number in (
            ("ArrowRight", 2),
            ("End", len(slides)),
            ("ArrowLeft", -1),
            ("Home", 1),
        ):
            page.keyboard.press(key)
            number = number if number > 0 else len(slides) + number
            assert page.locator(".slide.here").get_attribute("id") == f"slide-{number}"
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == len(slides)
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert strange == []
