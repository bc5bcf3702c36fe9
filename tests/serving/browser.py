"""A real browser, as a person uses it: nothing may be asked of anybody but the server."""

from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
NEEDED = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium at /usr/bin")
PHONE, DESK = (360, 800), (1200, 900)
WIDTHS = (360, 768)
"""A phone and a tablet: at these no page and no table may be wider than the screen."""
NAMELESS = """[...document.querySelectorAll("input, select, textarea, img, video, audio, canvas")]
  .filter(one => !one.labels?.length && !one.ariaLabel && !one.alt).map(one => one.id)"""
NEXT_FRAME = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@contextmanager
def browser():
    """Give Chromium, with a microphone that always hears a tone."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(
            executable_path=str(CHROMIUM),
            args=[
                "--no-sandbox",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                "--autoplay-policy=no-user-gesture-required",
            ],
        )
        try:
            yield running
        finally:
            running.close()


@contextmanager
def opened(running, url, language, size=DESK):
    """Give the page of a server; afterwards, nothing may have gone wrong or gone elsewhere."""
    context = running.new_context(
        viewport={"width": size[0], "height": size[1]}, permissions=["microphone"]
    )
    page = context.new_page()
    strange = []
    own = (f"{url}/", "data:", f"blob:{url}")
    page.on("request", lambda asked: asked.url.startswith(own) or strange.append(asked.url))
    page.on("pageerror", lambda error: strange.append(str(error)))
    page.on("console", lambda message: _is_strange(message) and strange.append(message.text))
    page.set_default_timeout(30_000)
    try:
        page.goto(f"{url}/?lang={language}")
        assert page.get_attribute("html", "lang") == language
        yield page
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(NEXT_FRAME)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            boxes = page.locator(".box:visible")
            assert not boxes.evaluate_all(
                "all => all.filter(b => b.scrollWidth > b.clientWidth).length"
            )
        assert page.evaluate(NAMELESS) == []
        assert strange == []
    finally:
        context.close()


def _is_strange(message):
    """What is refused is told to the person, and the browser says so as well."""
    return message.type == "error" and "status of 422" not in message.text


def is_in_view(page, selector):
    """Whether all of it is seen without scrolling."""
    box = page.locator(selector).bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


def drop(page, *files):
    """Drop files, names and contents, as a mouse would."""
    page.evaluate(
        """files => {
          const data = new DataTransfer();
          for (const [name, bytes] of files) {
            data.items.add(new File([Uint8Array.from(bytes)], name));
          }
          const event = new DragEvent("drop", { dataTransfer: data, bubbles: true });
          document.getElementById("drop").dispatchEvent(event);
        }""",
        [[name, list(content)] for name, content in files],
    )


def is_russian(text):
    return any("а" <= sign <= "я" for sign in text.casefold())
