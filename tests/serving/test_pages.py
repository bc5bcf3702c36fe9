"""Each domain's page, driven as a person would, in both languages, on a desk and on a phone."""

import pytest

from tabular.task import TASK as TABULAR
from tests.serving.browser import DESK, NEEDED, PHONE, browser, is_russian, opened
from tests.serving.conftest import sold_flats
from tests.serving.servers import served

pytestmark = NEEDED


@pytest.fixture(scope="module")
def chromium():
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def prices(tabular_run):
    with served(TABULAR, tabular_run) as (_, url, _):
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
        assert is_russian(page.inner_text("#interval")) == (language == "ru")
        page.fill("[data-field='0']", "70,5 кв. м")  # the area, as a person writes it
        page.press("[data-field='0']", "Enter")  # by the keyboard alone
        page.wait_for_selector("#flat button.main:not([disabled])")
        assert page.is_hidden("#problem")
        page.fill("[data-field='0']", "семьдесят")
        page.press("[data-field='0']", "Enter")
        page.wait_for_selector("#problem:not([hidden])")
        assert "семьдесят" in page.inner_text("#problem")
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
        page.click("aside a")
        page.wait_for_selector("h2#figures")
        page.go_back()
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
        page.click(".languages a")
        page.wait_for_selector("html[lang=en]")
