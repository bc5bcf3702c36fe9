"""A review of a class: who may see it, what is kept, and that nothing a student wrote can act."""

import re
import shutil

import pytest

from common.__main__ import main
from common.errors import UserError
from common.grading.gradebook.store import opened
from common.review import server
from common.review.app import create_app
from common.review.session import Review
from common.review.side_by_side import MOST_LINES, MOST_SIGNS, side_by_side
from tests.common.grading.classbook import NASTY, make_class
from tests.serving.browser import DESK, NEEDED, PHONE, browser
from tests.serving.servers import running

WHO = "К. Иванова"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return make_class(tmp_path_factory.mktemp("review"))


@pytest.fixture
def review(graded, tmp_path):
    out, course = graded
    shutil.copytree(out, tmp_path / "grades")
    with opened(tmp_path / "grades") as gradebook:
        yield Review(gradebook, tmp_path / "grades", course, who=WHO, language="en")


@pytest.fixture
def site(review):
    """The address of a review, its gate, and a client that has not come in."""
    options = server.options_of(0)
    gate = create_app(review, options)
    with running(gate, options) as (url, client):
        yield url, gate, client


def decision(number=1, exercise="tabular.loss.double", points="30", comment="half of it"):
    return {"number": number, "exercise": exercise, "points": points, "comment": comment}


def test_only_who_has_the_key_comes_in_and_only_our_pages_may_post(site, review):
    url, gate, client = site
    assert client.get("/").status_code == 403
    assert client.get("/submission/0").status_code == 403
    assert client.get("/enter?key=guess").status_code == 403
    reply = client.get(f"/enter?key={gate.key}")
    assert (reply.status_code, reply.headers["location"]) == (303, "/")
    assert "SameSite=Strict" in reply.headers["set-cookie"]
    assert "HttpOnly" in reply.headers["set-cookie"]
    assert client.get("/").status_code == 200
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    token = {"x-token": gate.token}
    assert client.post("/decide", json=decision()).status_code == 403
    assert client.post("/decide", json=decision(), headers={"x-token": "guess"}).status_code == 403
    foreign = {**token, "origin": "https://evil.example"}
    assert client.post("/decide", json=decision(), headers=foreign).status_code == 403
    form = {**token, "content-type": "text/plain"}
    assert client.post("/decide", content="{}", headers=form).status_code == 415
    assert review.gradebook.overrides() == []
    assert client.get("/submission/77").status_code == 404
    assert client.get("/submission/0?beside=4").status_code == 404  # of another module
    assert url.startswith("http://127.0.0.1:")


def test_points_and_comments_are_kept_and_every_file_knows_them(site, review):
    _, gate, client = site
    client.get(f"/enter?key={gate.key}")
    token = {"x-token": gate.token}
    reply = client.post("/decide", json=decision(), headers=token)
    assert reply.json()["points"] == "30"
    assert reply.json()["score"] == "70"
    (kept,) = review.gradebook.overrides()
    assert (kept.who, kept.student, kept.points, kept.comment) == (WHO, "Boris", 30, "half of it")
    page = (review.out / "feedback" / "Boris.html").read_text(encoding="utf-8")
    assert f"by hand: {WHO}" in page
    assert "70" in (review.out / "grades.csv").read_text(encoding="utf-8-sig")
    for points in ("60.5", "-1", "nan", "many"):
        refused = client.post("/decide?lang=ru", json=decision(points=points), headers=token)
        assert refused.status_code == 422
        assert refused.json()["error"] == f"баллы {points}: нужно число от 0 до 60"
    strange = client.post("/decide", json=decision(exercise="tabular.no"), headers=token)
    assert strange.status_code == 404
    assert len(review.gradebook.overrides()) == 1
    assert not (review.out / "summary.html").exists()
    review.close()
    assert "Boris" in (review.out / "summary.html").read_text(encoding="utf-8")


def test_what_a_student_wrote_is_text_and_nothing_else_runs(site):
    _, gate, client = site
    client.get(f"/enter?key={gate.key}")
    for place in ("/", "/submission/0", "/submission/0?beside=1&lang=ru", "/submission/1?beside=0"):
        reply = client.get(place)
        assert NASTY not in reply.text
        assert "&lt;img src=x onerror=alert(1)&gt;" in reply.text
        assert (
            len(re.findall("<script", reply.text)) == len(re.findall("</script", reply.text)) == 1
        )
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert reply.headers["cache-control"] == "no-store"


def test_two_reviews_at_once_and_a_folder_without_grades_are_refused(review, capsys, tmp_path):
    for grades, says in ((review.out, "another grader or a review"), (tmp_path, "no gradebook")):
        assert main(["review", str(grades), "--lang", "en"]) == 2
        assert says in capsys.readouterr().err
    assert main(["review", str(tmp_path), "--port", "70000", "--lang", "ru"]) == 2
    assert "нужно число от 0 до 65535" in capsys.readouterr().err


def test_a_gradebook_in_which_nothing_is_graded_is_refused(graded, tmp_path):
    with opened(tmp_path) as gradebook, pytest.raises(UserError, match="nothing is graded"):
        Review(gradebook, tmp_path, graded[1], who=WHO, language="en")


def test_both_sources_are_whole_beside_each_other():
    common = "".join(f"line {n}\n" for n in range(40))
    left, right = f"a\n{common}b\nc\n", f"{common}c\nd\n{common}"
    parts = side_by_side(left, right)
    lines = [line for part in parts for line in part.lines]
    assert [one.left for one in lines if one.left_number] == left.splitlines()
    assert [one.right for one in lines if one.right_number] == right.splitlines()
    assert any(part.folded for part in parts)
    assert all(one.same for part in parts if part.folded for one in part.lines)
    huge = side_by_side("", "x" * 10**6 + "\n" + "y\n" * 10**5)
    assert sum(len(part.lines) for part in huge) == MOST_LINES + 1
    assert max(len(one.right) for part in huge for one in part.lines) == MOST_SIGNS + 1


@NEEDED
def test_a_teacher_goes_through_a_class_by_keys(site, review):
    url, gate, _ = site
    with browser() as chromium:
        context = chromium.new_context(viewport={"width": DESK[0], "height": DESK[1]})
        page = context.new_page()
        strange = []
        page.on("request", lambda asked: asked.url.startswith(url) or strange.append(asked.url))
        page.on("pageerror", lambda error: strange.append(str(error)))
        page.on("dialog", lambda dialog: strange.append(dialog.message) or dialog.accept())
        page.set_default_timeout(20_000)
        page.goto(f"{url}/enter?key={gate.key}")
        names = "#works tbody tr:not([hidden]) td:first-child"
        assert page.locator(names).count() == 5
        page.get_by_role("button", name="score").click()
        page.get_by_role("button", name="score").click()
        assert page.locator(names).first.inner_text() == "Анна Петрова_4711"
        page.get_by_label("alike").check()
        assert page.locator(names).all_inner_texts() == ["Boris", "clara@uni.ru"]
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.wait_for_url("**/submission/1?*")
        page.keyboard.press("j")
        page.wait_for_url("**/submission/2?*")
        assert page.locator("#next").get_attribute("href") is None  # the last of those shown
        page.select_option("#beside", label="Boris (alike 1)")
        page.wait_for_url("**beside=1")
        assert "scale = sum" in page.locator(".left").all_inner_texts()[-3]
        fold = page.locator(".fold button").first
        fold.click()
        assert fold.get_attribute("aria-expanded") == "true"
        form = page.locator('.decision[data-exercise="tabular.loss.double"]')
        form.locator("[name=points]").fill("61")
        form.locator("button").click()
        form.get_by_text("not saved: points 61: a number from 0 to 60").wait_for()
        form.locator("[name=points]").fill("12,5")
        form.locator("textarea").fill(f"seen {NASTY}")
        page.keyboard.press("Control+Enter")
        form.get_by_text("saved", exact=True).wait_for()
        assert form.locator(".hand").inner_text().endswith(f"12.5 points. seen {NASTY}")
        assert page.locator("#score").inner_text() == "52.5"
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        for place in ("/submission/0?lang=ru", "/?lang=ru"):
            page.goto(url + place)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        context.close()
    assert strange == []
    assert review.gradebook.overrides()[0].student == "clara@uni.ru"
