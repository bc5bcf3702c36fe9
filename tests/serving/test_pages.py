"""Each domain's page, driven as a person would, in both languages, on a desk and on a phone."""

import re

import pytest

from audio.task import TASK as AUDIO
from tabular.task import TASK as TABULAR
from tests.serving.browser import DESK, NEEDED, PHONE, browser, drop, is_in_view, is_russian, opened
from tests.serving.conftest import sold_flats
from tests.serving.servers import served
from tests.vision.scenes import scene
from text.task import TASK as TEXT
from vision.images import write_image
from vision.task import TASK as VISION

pytestmark = NEEDED


@pytest.fixture(scope="module")
def chromium():
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def prices(tabular_run):
    with served(TABULAR, tabular_run) as (_, url, _):
        yield url


@pytest.fixture(scope="module")
def messages(text_run):
    with served(TEXT, text_run) as (_, url, _):
        yield url


@pytest.fixture(scope="module")
def pictures(vision_run):
    with served(VISION, vision_run) as (_, url, _):
        yield url


@pytest.fixture(scope="module")
def voices(audio_run):
    with served(AUDIO, audio_run) as (_, url, _):
        yield url


@pytest.mark.parametrize(("language", "size"), [("en", DESK), ("ru", PHONE)])
def test_a_flat_is_priced_and_a_table_too(chromium, prices, tmp_path, language, size):
    sold_flats(5).to_csv(tmp_path / "new flats.csv", index=False)
    with opened(chromium, prices, language, size) as page:
        assert is_russian(page.inner_text("header")) or language == "en"
        page.click("[data-example='0']")
        page.click("#flat button.main")
        page.wait_for_selector("#answer:not([hidden])")
        assert "₽" in page.inner_text("#price") or any(map(str.isdigit, page.inner_text("#price")))
        assert "%" in page.inner_text("#interval")
        assert page.locator("#neighbours tbody tr").count() == 5
        lines = "all => all.map(one => { const text = document.createRange(); "
        lines += "text.selectNodeContents(one); return text.getClientRects().length; })"
        assert page.locator("#neighbours tbody th").evaluate_all(lines) == [1] * 5
        assert is_russian(page.inner_text("#interval")) == (language == "ru")
        numbers = page.inner_text("main") + page.input_value("[data-field='4']")  # and a latitude
        assert bool(re.search(r"\d,\d\d?\b", numbers)) == (language == "ru")
        assert bool(re.search(r"\d\.\d", numbers)) == (language == "en")
        page.fill("[data-field='0']", "70,5 кв. м")  # the area, as a person writes it
        page.press("[data-field='0']", "Enter")  # by the keyboard alone
        page.wait_for_selector("#flat button.main:not([disabled])")
        assert page.is_hidden("#problem")
        page.fill("[data-field='0']", "семьдесят")
        page.press("[data-field='0']", "Enter")
        page.wait_for_selector("#problem:not([hidden])")
        assert "семьдесят" in page.inner_text("#problem")
        assert "--" not in page.inner_text("#problem")  # what only the command knows
        title = page.inner_text("#answer-title")
        page.evaluate("scrollTo(0, 0)")
        page.click("#flat button.main")
        page.wait_for_selector("#flat button.main:not([disabled])")
        assert is_in_view(page, "#problem")
        assert page.evaluate("document.activeElement.className") == "main"
        page.fill("[data-field='0']", "70")
        page.press("[data-field='0']", "Enter")
        page.wait_for_selector("#flat button.main:not([disabled])")
        assert page.inner_text("#answer-title") != title  # the price was of the row before
        assert is_russian(page.inner_text("label.button")) == (language == "ru")
        few = {"name": "few.csv", "mimeType": "text/csv", "buffer": b"a\n1\n"}
        page.set_input_files("#file", few)
        page.wait_for_selector("#problem:not([hidden])")
        assert "--" not in page.inner_text("#problem")
        page.set_input_files("#file", tmp_path / "new flats.csv")
        with page.expect_download() as download:
            page.click("#done a")
        assert download.value.suggested_filename == "new flats-predicted.csv"
        assert "predicted_цена" in download.value.path().read_text(encoding="utf-8-sig")
        page.set_input_files(
            "#file", {"name": "x.exe", "mimeType": "application/x", "buffer": b"MZ"}
        )
        page.wait_for_selector("#problem:not([hidden])")
        assert ".csv" in page.inner_text("#problem")


def test_the_report_and_the_api_are_one_click_away(chromium, prices):
    with opened(chromium, prices, "en") as page:
        page.fill("[data-field='0']", "71")
        page.click("aside a")
        page.wait_for_selector("h2#figures")
        page.go_back()
        assert page.input_value("[data-field='0']") == "71"
        page.click("footer a")
        page.wait_for_selector(".opblock")
        assert page.locator(".opblock").count() >= 5


def test_the_language_is_chosen_on_the_page_and_the_form_is_reached_by_the_keyboard(
    chromium, prices
):
    with opened(chromium, prices, "ru") as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # skips to the form
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.example") == "0"
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.wait_for_selector("#answer:not([hidden])")
        page.focus("#file")
        outline = "getComputedStyle(document.querySelector('label.button')).outlineStyle"
        assert page.evaluate(outline) == "solid"  # where the keyboard is, is seen
        page.click(".languages a")
        page.wait_for_selector("html[lang=en]")


@pytest.mark.parametrize(("language", "size"), [("en", PHONE), ("ru", DESK)])
def test_messages_are_pasted_and_a_file_is_sorted(chromium, messages, tmp_path, language, size):
    (tmp_path / "lines.txt").write_text("Пахнет газом\nСпасибо\n", encoding="utf-8")
    with opened(chromium, messages, language, size) as page:
        page.fill("#text", "В подвале газ, в подъезде газ!\n\nСпасибо <b>большое</b> за ремонт.")
        page.press("#text", "Control+Enter")
        page.wait_for_selector("#answer:not([hidden])")
        assert page.locator(".message").count() == 2
        assert page.locator(".message mark").count() >= 1
        words = re.findall(r"([а-я]+) \(", page.inner_text(".message .remarks >> nth=0").casefold())
        assert len(words) == len(set(words)) == 4
        assert "<b>большое</b>" in page.inner_text(".message:nth-child(2) blockquote")
        assert page.locator(".message:first-child tbody tr").count() >= 2
        assert is_russian(page.inner_text("details summary >> nth=0")) == (language == "ru")
        page.set_input_files("#file", tmp_path / "lines.txt")
        with page.expect_download() as download:
            page.click("#done a")
        assert download.value.suggested_filename == "lines-predicted.csv"
        page.click("#messages button[type=reset]")
        page.click("#messages button.main")
        page.wait_for_selector("#problem:not([hidden])")


@pytest.mark.parametrize(("language", "size"), [("en", DESK), ("ru", PHONE)])
def test_a_picture_is_dropped_the_slider_moved_and_a_video_played(
    chromium, pictures, film, tmp_path, language, size
):
    write_image(tmp_path / "one.png", scene(3, height=60, width=72)[0])
    with opened(chromium, pictures, language, size) as page:
        drop(page, ("one.png", b""), ("two.png", b""))
        page.wait_for_selector("#problem:not([hidden])")
        assert is_russian(page.inner_text("#problem")) == (language == "ru")
        drop(page, ("one.png", b"no picture"))
        page.locator("#problem", has_text="one.png: ").wait_for()
        drop(page, ("one.png", (tmp_path / "one.png").read_bytes()))
        page.wait_for_selector("#drawn:not([hidden])")
        found = page.inner_text("#count")
        assert page.locator("#objects tbody tr").count() == int(found.rpartition(":")[2])
        assert page.inner_text("#objects tbody") != ""
        page.focus("#threshold")
        late = []
        page.route("**/predict?*threshold=0.01*", lambda asked: late.append(asked))
        page.keyboard.press("Home")
        while not late:
            page.wait_for_timeout(20)
        with page.expect_response(lambda reply: "threshold=0.99" in reply.url):
            page.keyboard.press("End")
        page.locator("#told", has_text="0").wait_for()
        page.wait_for_function("document.getElementById('status').textContent === ''")
        seen = page.inner_text("#count")
        late[0].fulfill(json={"objects": [{}] * 99, "drawn": ""})  # to a question before the last
        page.wait_for_timeout(50)
        assert page.inner_text("#count") == seen
        assert page.is_hidden("#problem")
        page.unroute("**/predict?*threshold=0.01*")
        page.uncheck("#own")
        page.set_input_files("#file", film)
        page.wait_for_selector("#film:not([hidden])")
        page.wait_for_selector("#done a")
        assert page.evaluate(
            """async () => {
              const film = document.getElementById("film");
              await film.play();
              return film.videoWidth;
            }"""
        )


@pytest.mark.parametrize(("language", "size"), [("en", DESK), ("ru", PHONE)])
def test_a_voice_is_recorded_and_a_file_is_cleaned(chromium, voices, recording, language, size):
    with opened(chromium, voices, language, size) as page:
        page.click("#record")
        page.locator("#clock", has_text="1").wait_for()
        page.click("#record")  # stops
        page.wait_for_selector("#done a")
        assert page.get_attribute("#done a", "download").endswith("-predicted.wav")
        page.set_input_files("#file", recording)
        page.locator("#cleaned", has_text="noisy-predicted.wav").wait_for()
        page.wait_for_selector("#done a[download='noisy-predicted.wav']")
        page.wait_for_timeout(300)
        for name in ("before", "after"):
            seconds = page.evaluate(f"document.getElementById('{name}').duration")
            assert seconds == pytest.approx(1.5, abs=0.05)
            shades = page.evaluate(
                """name => {
                  const canvas = document.getElementById(`${name}-picture`);
                  const whole = canvas.getContext("2d").getImageData(0, 0, 640, 200).data;
                  return new Set(whole).size;
                }""",
                name,
            )
            assert shades > 50
        page.set_input_files(
            "#file", {"name": "a $& b.wav", "mimeType": "audio/wav", "buffer": b"RIFF"}
        )
        page.locator("#problem", has_text="a $& b.wav: ").wait_for()
