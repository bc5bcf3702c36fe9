"""Texts in the form of another program, and folders whose documents name their class."""

import json

import pytest

from common.errors import UserError
from common.translation import translator
from text.data import load
from text.settings import TextSource
from text.written_forms import form_notes, form_of

WORDS = ["На", "лестнице", "не", "горит", "свет,", "лифт", "застрял", "между", "этажами"]
TEXT = " ".join(WORDS)
HEADERS = "From: a@site.ru\nDate: Mon, 6 May 2024 12:00:00 +0300\nSubject: свет\n\n"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (HEADERS + TEXT, "an e-mail with headers"),
        (HEADERS.replace("\n", "\r\n") + TEXT, "an e-mail with headers"),
        (f"От: Анна\nКому: дом\nТема: свет\n\n{TEXT}", "an e-mail with headers"),
        (f"To: office@site.ru\nDate: monday\n\n{TEXT}", "an e-mail with headers"),
        (f"Message-ID: <1>\nX-From: Anna\n\n{TEXT}", "an e-mail with headers"),
        *(
            (f"{mark} Аня: {TEXT}", "a chat with dates and names")
            for mark in (
                "[5/6/24, 1:02 PM]",
                "[06/05/2024 13:02:11]",
                "06.05.2024, 13:02 -",
                "2024-05-06, 1:02 PM -",
                "06/05/24 13:02 -",
            )
        ),
        (
            "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{w}\n" for n, w in enumerate(WORDS)),
            "subtitles",
        ),
        ("{\\rtf1\\ansi " + TEXT + "\\par}", "RTF"),
        (json.dumps({"ops": [{"insert": TEXT}]}, ensure_ascii=False), "JSON"),
        (json.dumps([TEXT, {"type": "bold", "text": "!"}]), "JSON"),
        ('[{"text": "' + TEXT * 900, "JSON"),
        (str(WORDS), "a list in Python's notation"),
        (f"---\ntitle: x\ntags:\n  - a\n---\n{TEXT}", "a page with a head of properties"),
        (
            "\n".join(f"{n}\t{w}\t{w}\tNOUN" for n, w in enumerate(WORDS)),
            "columns set apart by tabs",
        ),
        ("\\section{свет} \\textbf{лифт} \\cite{дом}", "LaTeX"),
        (" ".join(TEXT), "letters set apart by spaces"),
        ("на лест-\nнице не го-\nрит свет, лифт за-\nстрял", "lines that end within words"),
    ],
)
def test_a_form_is_named(text, form):
    assert form_of(text) == form
    (note,) = form_notes([text, TEXT], [2, 3])
    assert note.startswith(f"written as {form} 1 of 2 texts, such as row 2: ")
    russian = translator("ru", "text")
    said = russian(note)
    assert said.startswith(("в записи", "в форме"))
    assert "first" not in said
    assert russian(form_notes([text], ["a.txt"], "documents, such as")[0]).startswith(said[:8])


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "",
        "[1] no light; {2} no water",
        "[gas] it smells in the hall",
        "{name}, the lift is stuck",
        "12",
        '"no light"',
        "Date: tomorrow, is it right?",
        "Он сказал: да.\nОна сказала: нет.",
        "Он кто-\nто, и какой-\nнибудь",
        "в 12:05 пришёл мастер: всё починил",
        "2024-05-06 не было света: ждали мастера",
        "a\tb\nc\td",
        "С О С! помогите, не горит свет на лестнице и застрял лифт",
        "- no light\n- no water\n---\nand: no gas\n",
        *("---\n" + line * 60 for line in (" a: b\n", "- a: b\n", "a: b\n", "a-b: c\n d: e\n")),
        "we met from 12:00:00.000 --> 12:30:00.000",
        f"Дата: 05.05.2024\nТема: обращение\n{TEXT}",
        f"Тема: лифт\nДата: 5 мая\n{TEXT}",
        "From: Moscow\nTo: Tula\nby train",
        "X-ray: clear\nDate: monday\nno pain",
        "Received: 5 parcels\nDate: monday\n",
        "Date: monday\nLines: 5\nask a@site.ru\n",
        "2024-05-06 12:00:01 ERROR dfs.DataNode: timeout\n" * 3,
        "2024-05-06 12:00:01 - root: timeout",
        "[2024-05-06 12:00:01] production.ERROR: timeout",
        f"05.06.2024 13:02 Мастер Иванов: {TEXT}",
        "func main() {\n" + "\t\t\tprint(1)\n" * 9,
        *("[]", "{}", "[5]", "[1, 2]"),
        "Яблоки-\nГруши-\nСливы-\nВишни",
        "Solve \\frac{1}{2} + \\sqrt{3} = \\text{x} \\begin{cases} x \\end{cases}",
    ],
)
def test_a_text_is_in_no_form(text):
    assert form_of(text) == ""


def test_a_few_letters_among_many_texts_are_no_matter():
    assert form_notes([TEXT] * 50 + [HEADERS + TEXT], range(51)) == []


def folder(place, make, count=24):
    for number in range(count):
        label = ("gas", "light")[number % 2]
        path = place / label / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        words = " ".join(WORDS[(number + k * (1 + number // 8)) % 8] for k in range(9))
        path.write_bytes(make(f"{words} {number}", label))
    return TextSource(file=str(place))


def test_the_documents_of_a_folder_are_looked_at(tmp_path):
    mail = "From: anna\nTo: {}@service.ru\nSubject: x\n\n{}"
    notes = load(folder(tmp_path, lambda text, label: mail.format(label, text).encode())).notes
    (said,) = [note for note in notes if "written as" in note]
    mail = "written as an e-mail with headers 24 of 24 documents, such as 0.txt: 'From: anna"
    assert said.startswith(mail)
    assert any("24 of 24 texts name their own class" in note for note in notes)


def test_plain_documents_are_in_no_form(tmp_path):
    notes = load(folder(tmp_path, lambda text, label: text.encode())).notes
    assert not any("written as" in note or "own class" in note for note in notes)


def test_what_texts_by_name_are_is_told(tmp_path):
    source = folder(tmp_path, lambda text, label: text.encode("utf-32"), count=2)
    with pytest.raises(UserError, match=r"0.txt \(UTF-32, to be saved as UTF-8\), 1.txt"):
        load(source)
    source = folder(tmp_path, lambda text, label: b"\x1f\x8b\x08" + bytes(90), count=2)
    with pytest.raises(UserError, match=r"0.txt \(a gzip archive\)"):
        load(source)
