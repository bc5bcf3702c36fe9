"""Requests as strangers put them together: nothing is passed over; what is wrong is told."""

import re

import pytest

from common.serving.russian import PHRASES
from tabular.task import TASK as TABULAR
from tests.serving.servers import said, served
from tests.serving.test_answers import png
from tests.vision.scenes import scene
from vision.task import TASK as VISION

JSON = {"content-type": "application/json"}
FORM = {"content-type": "multipart/form-data; boundary=XX"}


@pytest.fixture(scope="module")
def flats(tabular_run):
    with served(TABULAR, tabular_run) as (_, url, client):
        yield url, client


@pytest.fixture(scope="module")
def pictures(vision_run):
    with served(VISION, vision_run) as (_, _, client):
        yield client


@pytest.fixture(scope="module")
def picture():
    return png(scene(3)[0])


def part(content, *, name="files", file=True):
    end = '; filename="x"\r\nContent-Type: image/png' if file else ""
    head = f'--XX\r\nContent-Disposition: form-data; name="{name}"{end}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def refused(reply, status, words):
    assert (reply.status_code, words in reply.json()["error"]) == (status, True), reply.text


def asked(url, *lines, body=b""):
    """Ask with these lines below the Host; return the status and what is said."""
    first, *others = lines
    head = "\r\n".join([first, f"Host: {url[7:]}", *others, f"Content-Length: {len(body)}"])
    reply = said(url, f"{head}\r\nConnection: close\r\n\r\n".encode() + body)
    return int(reply.split()[1]), reply.partition(b"\r\n\r\n")[2].decode()


@pytest.mark.parametrize("origin", ["http://[::1", "http://[evil]/", "https://a]b", "//"])
def test_an_origin_that_is_no_address_is_foreign(flats, origin):
    status, words = asked(flats[0], "GET /health HTTP/1.1", f"Origin: {origin}")
    assert (status, "may not use this server" in words) == (403, True)


@pytest.mark.parametrize("header", ["Content-Type: text/csv", "Origin: null"])
def test_a_header_that_comes_twice_and_counts_once_is_refused(flats, header):
    name = header.partition(":")[0]
    other = {"Content-Type": "application/x-other", "Origin": flats[0]}[name]
    lines = ["POST /predict/file HTTP/1.1", f"{name}: {other}", header]
    status, words = asked(flats[0], *lines, body=b"a\n1\n")
    assert (status, f"the header '{name.lower()}' comes twice" in words) == (400, True)


def test_a_packed_body_is_named_and_not_called_broken(flats):
    for coding in ("gzip", "br", "deflate, gzip"):
        reply = flats[1].post(
            "/predict", content=b"{}", headers={**JSON, "content-encoding": coding}
        )
        refused(reply, 415, f"packed ('{coding}')")
    plain = {**JSON, "content-encoding": "identity"}
    refused(flats[1].post("/predict", content=b"{}", headers=plain), 422, "Field required")


def test_head_is_answered_as_get_without_the_body(flats):
    for path in ("/", "/health", "/nowhere"):
        of_get, of_head = flats[1].get(path), flats[1].head(path)
        assert (of_head.status_code, of_head.content) == (of_get.status_code, b"")
        assert of_head.headers["content-length"] == of_get.headers["content-length"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{} x", "no JSON from character 4 on"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "a number of too many digits"),
        (b'{"\xe9": 1}', "no text in UTF-8"),
    ],
)
def test_json_that_cannot_be_read_is_told_why(flats, body, words):
    refused(flats[1].post("/predict", content=body, headers=JSON), 422, words)


def test_a_form_that_breaks_off_is_not_answered_in_part(pictures, picture):
    whole = part(picture) + part(picture) + b"--XX--\r\n"
    found = pictures.post("/predict/batch", content=whole, headers=FORM)
    assert len(found.json()["pictures"]) == 2
    for lost in (8, 40, len(part(picture))):
        reply = pictures.post("/predict/batch", content=whole[:-lost], headers=FORM)
        refused(reply, 422, "breaks off")


def test_what_stands_in_a_form_beside_the_files_is_not_passed_over(pictures, picture):
    for odd, words in (
        (part(b"not a file", file=False), "a text came in this field"),
        (part(picture, name="file"), "in the field 'file' of the form, expected 'files'"),
    ):
        body = part(picture) + odd + b"--XX--\r\n"
        refused(pictures.post("/predict/batch", content=body, headers=FORM), 422, words)
    token = part(b"of the session", name="token", file=False)
    body = token + part(picture) + b"--XX--\r\n"
    assert pictures.post("/predict/batch", content=body, headers=FORM).status_code == 200


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("treshold=0.9", "treshold: Extra inputs are not permitted"),
        ("threshold=0.1&threshold=0.9", "the address names 'threshold' twice"),
        ("threshold=nan", "threshold: "),
    ],
)
def test_an_option_that_is_misspelt_or_stands_twice_is_refused(pictures, picture, query, words):
    kind = {"content-type": "image/png"}
    refused(pictures.post(f"/predict?{query}", content=picture, headers=kind), 422, words)


def test_an_option_where_there_are_none_is_refused(flats):
    reply = flats[1].post("/predict?lenient=true", content=b"{}", headers=JSON)
    refused(reply, 422, "lenient: Extra inputs are not permitted")


def test_what_is_wrong_with_a_form_is_told_in_russian(pictures, picture):
    many = part(picture) * 65 + b"--XX--\r\n"
    fields = part(b"", name="a", file=False) * 9 + b"--XX--\r\n"
    long = part(b"7" * 1_100_000, name="a", file=False) + b"--XX--\r\n"
    for content, kind, words in (
        (long, FORM, "не больше 1024 КБ"),
        (many, FORM, "можно не больше 64"),
        (fields, FORM, "можно не больше 8"),
        (b"--YY--XX--", FORM, PHRASES["Invalid multipart data."]),
        (b"", {"content-type": "multipart/form-data"}, "boundary"),
        (b"--XX\r\n\r\n\r\n--XX--\r\n", FORM, "нет имени"),
    ):
        headers = {**kind, "accept-language": "ru"}
        reply = pictures.post("/predict/batch", content=content, headers=headers)
        assert words in reply.json()["error"]
        assert re.search("[а-я]", reply.json()["error"])
        assert reply.status_code == 400
