"""What a file is that was taken for something else."""

import pytest

from common.file_signatures import kind_of


def test_json_in_quotation_marks_is_told_from_a_cell_of_a_table():
    said = "JSON written as one text in quotation marks"
    json = rb'"[{\"text\": \"no water\", \"label\": \"spam\"}]"'
    assert kind_of(json) == kind_of(json + b"\r\n" + json) == kind_of(json[:30]) == said
    assert kind_of(rb'"[\"quoted\" text]",spam' + b"\n") is None


def test_a_column_called_duck_is_no_database():
    for start in (b"species\nDUCK,5\nGOOSE,6\nSWAN,7\n", b"name,id,DUCK,price\n1,2,3,4\n"):
        assert kind_of(start) is None
    assert kind_of(bytes(range(1, 9)) + b"DUCK\x40" + bytes(7) + b"x" * 40) is not None


RELATED = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n"
MAIL, PAGE = "an e-mail, or a box of them", "a saved web page with its pictures (MHTML)"


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (RELATED + b"From: a@b.c\nSubject: x\n\n", MAIL),
        (b"Received: from a\n by b\n" + RELATED + b"\n", MAIL),
        (RELATED + b"X-Document-Type: Workbook\n\nTo: see\n", PAGE),
        (b"From: <Saved by Blink>\r\nSubject: x\r\n\r\n", PAGE),
        (b"Subject: x\nSnapshot-Content-Location: a:b\n" + RELATED + b"To: a@b.c\n", PAGE),
        (b"From: Anna\nSent: monday\nTo: Bob\nSubject: x\n\n", MAIL),
        (b"From a@b.c Thu Jan 1 2020\nDate: monday\nSubject: x\n", MAIL),
        (b"From: 2024-01-01\nTo: 2024-01-31\n\nflat,price\n", None),
        (b"Date: monday\nSubject: flats\n\nflat,price\n", None),
        (b"From: Moscow\nTo: Tula\nby train\n", None),
        (b"From: Anna\n of Tula\nSubject: flats\n", None),
        (b"From Anna with love\nTo: Bob\nDate: monday\n", None),
    ],
)
def test_mail_is_told_from_a_saved_page_and_from_a_head_of_dates(start, kind):
    assert kind_of(start) == kind


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b'f({"a": 1})\n', "JSON within JavaScript, or with comments"),
        (b"// flats\n[[1]]\n", "JSON within JavaScript, or with comments"),
        (b"INSERT INTO a VALUES (1)\n", "a script of SQL, and not its table"),
        (b"CREATE TABLE a (b int)\n", "a script of SQL, and not its table"),
    ],
)
def test_a_line_of_code_is_no_table_and_a_text(start, kind):
    assert (kind_of(start), kind_of(start, of_lines=True)) == (kind, None)
