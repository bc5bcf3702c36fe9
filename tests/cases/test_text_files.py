"""Lines and folders of texts as other programs leave them."""

import codecs
import io
import os
import random
import sys
import unicodedata

import pytest

from common.errors import UserError
from text.data import load
from text.documents import find_encoding
from text.line_reading import read_lines
from text.settings import TextSource

MESSAGES = ["Газом воняет в подъезде", "Спасибо мастеру за работу", "Течёт труба под раковиной"]


class Pipe(io.BytesIO):
    """Bytes that come but once."""

    def seekable(self):
        return False


@pytest.mark.parametrize("pipe", [io.BytesIO, Pipe])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "utf-8-sig"])
def test_lines_in_unicode(encoding, end, pipe):
    content = "".join(line + end for line in MESSAGES).encode(encoding)
    assert list(read_lines(pipe(content))) == MESSAGES
    assert list(read_lines(pipe(content[: -len(end.encode(encoding.removesuffix("-sig")))])))
    without_end = end.join(MESSAGES).encode(encoding)
    assert list(read_lines(pipe(without_end))) == MESSAGES


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "utf-16-le", "mac_cyrillic"])
def test_lines_that_end_as_on_an_old_mac(encoding):
    content = "".join(f"{line}\r" for line in MESSAGES).encode(encoding)
    assert list(read_lines(io.BytesIO(content))) == MESSAGES


def test_lines_of_utf_16_with_its_bytes_the_other_way_round():
    content = codecs.BOM_UTF16_BE + "\r\n".join(MESSAGES).encode("utf-16-be")
    assert list(read_lines(io.BytesIO(content))) == MESSAGES


def test_a_letter_whose_byte_is_that_of_a_line_end_stays():
    content = "жук Ċ ਊ жук\nдва жука\n".encode("utf-16")
    assert list(read_lines(io.BytesIO(content))) == ["жук Ċ ਊ жук", "два жука"]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "mac_cyrillic"])
def test_short_lines_are_read_as_the_file_is(encoding):
    lines = [*MESSAGES * 3, "да", "ЖЭК", "нет воды"]
    content = "\r\n".join(lines).encode(encoding)
    assert list(read_lines(io.BytesIO(content))) == lines


def test_a_line_of_another_encoding_among_utf_8():
    content = "\n".join(MESSAGES).encode() + b"\n" + MESSAGES[0].encode("cp1251")
    assert list(read_lines(io.BytesIO(content))) == [*MESSAGES, MESSAGES[0]]


UTF_16 = {
    "utf-16-le": "\ufeff",
    "utf-16-be": "\ufeff",
    "utf-16-le without a mark": "",
    "utf-16-be without a mark": "",
}


@pytest.mark.parametrize(("name", "mark"), UTF_16.items())
def test_documents_in_utf_16_are_read_as_others_are(tmp_path, monkeypatch, name, mark):
    monkeypatch.setattr("text.cutting.BLOCK", 1000)  # as far as a long document is read at once
    encoding = name.partition(" ")[0]
    found = {}
    for folder, own, first in (("plain", "utf-8", ""), ("wide", encoding, mark)):
        for label in ("cat", "dog"):
            words = [f"{label} {number} 🐈{'х' * (number % 7)} —\n\tслово" for number in range(500)]
            path = tmp_path / folder / f"{label}_1.txt"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes((first + "\r\n".join(words)).encode(own))
        found[folder] = load(TextSource(file=str(tmp_path / folder), passage=40))
    assert list(found["wide"].texts) == list(found["plain"].texts)
    assert found["wide"].notes[0] == f"2 documents, 2 in {encoding}"


def test_a_document_in_utf_16_that_is_cut_short_keeps_its_words(tmp_path):
    for name in ("a_1", "b_1"):
        content = ("письмо о воде " * 4 + "и о трубах").encode("utf-16-le")
        (tmp_path / f"{name}.txt").write_bytes(b"\xff\xfe" + content[:-1])
    texts = load(TextSource(file=str(tmp_path), passage=10)).texts
    assert list(texts)[1] == "о воде и о труба"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1253", "Πωλείται διαμέρισμα δύο δωματίων κοντά στο μετρό, ήσυχη αυλή"),
        ("cp1256", "شقة للبيع من غرفتين بالقرب من محطة المترو، فناء هادئ"),
    ],
)
def test_a_text_in_an_encoding_that_nobody_knows_here_is_refused(tmp_path, encoding, text):
    for name in ("a_1", "b_1"):
        (tmp_path / f"{name}.txt").write_bytes((text + "\n").encode(encoding) * 5)
    with pytest.raises(UserError, match="a_1.txt: in no encoding that is known here; the best, "):
        load(TextSource(file=str(tmp_path)))


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "出售两居室公寓，靠近地铁站，安静的院子，旁边有学校和幼儿园"),
        ("cp932", "地下鉄の近くにある二部屋のアパートを販売中、静かな中庭、学校"),
    ],
)
def test_documents_in_encodings_of_asia_are_read(tmp_path, encoding, text):
    for name in ("a_1", "b_1"):
        (tmp_path / f"{name}.txt").write_bytes(f"{name} {text}\n".encode(encoding) * 5)
    texts = load(TextSource(file=str(tmp_path)))
    assert text in next(iter(texts.texts))
    assert f"2 in {encoding}" in texts.notes[0]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
@pytest.mark.parametrize(
    "text",
    [
        "ЖК МКАД ТЦ ПИК СЗАО ЮВАО ЦАО ВДНХ п-44т ж/б кирп монол б/у эт пл цена руб",
        "Щукина Хмыров Цой Эйхенбаум Юсупов Жуков Шамсутдинов Гулбахор Йовчев",
        "Продава се двустаен апартамент в центъра на града, близо до метростанция",
    ],
)
def test_unusual_words_in_cyrillic_are_let_in(tmp_path, encoding, text):
    path = tmp_path / "a.txt"
    path.write_bytes((text + "\n").encode(encoding) * 5)
    assert find_encoding(path) == encoding


def write(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def prose(seed, words=400):
    drawn = random.Random(seed)
    return " ".join(
        "".join(drawn.choice("абвгдежзиклмнопрстуя") for _ in range(drawn.randint(2, 9)))
        for _ in range(words)
    )


def test_what_systems_leave_in_a_folder_is_no_document(tmp_path):
    for name in ("a/one.txt", "a/TWO.TXT", "b/three.md", "b/four.Text"):
        write(tmp_path, name, prose(name))
    for name in ("__MACOSX/a/._one.txt", "a/._TWO.TXT", ".git/x.txt", "README.md", "b/~$x.txt"):
        write(tmp_path, name, prose(name))
    write(tmp_path, "b/scan.pdf", "%PDF")
    texts = load(TextSource(file=str(tmp_path)))
    assert set(texts.rows) == {"one.txt", "TWO.TXT", "three.md", "four.Text"}
    assert set(texts.labels) == {"a", "b"}
    assert any(
        "left out: " in n and ".pdf" in n and "README.md (about the others)" in n
        for n in texts.notes
    )


def test_a_folder_of_other_files_is_refused_with_what_is_there(tmp_path):
    write(tmp_path, "a/scan.pdf", "%PDF")
    with pytest.raises(UserError, match=r"no text file.*there are: \.pdf"):
        load(TextSource(file=str(tmp_path)))


@pytest.mark.parametrize("words", [60, 400, 6000])
def test_copies_of_a_document_stay_in_one_part(tmp_path, words):
    book = prose("book", words)
    write(tmp_path, "a/first.txt", book)
    write(tmp_path, "a/second.txt", "Издание второе. " + book.upper())
    write(tmp_path, "a/third.txt", book.replace(" ", "\n") + " конец")
    for number in range(4):
        write(tmp_path, f"a/{number}.txt", prose(f"a{number}", words))
        write(tmp_path, f"b/{number}.txt", prose(f"b{number}", words))
    texts = load(TextSource(file=str(tmp_path)))
    groups = dict(zip(texts.rows, texts.split_by["groups"], strict=True))
    assert len({groups[name] for name in ("first.txt", "second.txt", "third.txt")}) == 1
    assert len(set(texts.split_by["groups"])) == 9
    assert any("near-identical documents: 3" in note for note in texts.notes)


def test_copies_of_two_classes_are_said(tmp_path):
    for name in ("a/one.txt", "b/two.txt"):
        write(tmp_path, name, prose("same"))
    assert any(
        "one of their classes is wrong" in n for n in load(TextSource(file=str(tmp_path))).notes
    )


def test_letters_that_share_a_form_of_words_are_no_copies(tmp_path):
    for number in range(6):
        form = "Здравствуйте, пишет вам жилец дома пять. " + prose(number, 60) + " С уважением, я."
        write(tmp_path, f"{'ab'[number % 2]}/{number}.txt", form)
    texts = load(TextSource(file=str(tmp_path)))
    assert len(set(texts.split_by["groups"])) == 6
    assert not any("near-identical" in note for note in texts.notes)


@pytest.mark.parametrize("start", [b"%PDF-1.4\n%", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\0\1\2\3"])
def test_what_is_called_a_text_and_is_none_is_left_out_by_name(tmp_path, start):
    for name in ("a/1.txt", "a/2.txt", "b/1.txt", "b/2.txt"):
        write(tmp_path, name, prose(name))
    (tmp_path / "a" / "scan.txt").write_bytes(start + random.Random(0).randbytes(3000))
    texts = load(TextSource(file=str(tmp_path)))
    assert "scan.txt" not in set(texts.rows)
    assert any(n.startswith("files that are no texts left out: scan.txt") for n in texts.notes)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a name is always text")
@pytest.mark.parametrize("encoding", ["cp1251", "cp866"])
def test_classes_of_folders_in_another_encoding_are_read(tmp_path, encoding):
    for name in ("вода/1.txt", "вода/2.txt", "made/1.txt", "made/2.txt"):
        write(tmp_path, name, prose(name))
    os.rename(tmp_path / "made", os.path.join(os.fsencode(tmp_path), "газета".encode(encoding)))
    assert set(load(TextSource(file=str(tmp_path))).labels) == {"вода", "газета"}


def test_classes_of_files_may_be_composed_or_not(tmp_path):
    for number, form in enumerate(["NFC", "NFD"] * 2):
        write(tmp_path, f"{unicodedata.normalize(form, 'й')}_{number}.txt", prose(number))
        write(tmp_path, f"б_{number}.txt", prose(f"b{number}"))
    assert set(load(TextSource(file=str(tmp_path))).labels) == {"й", "б"}


AUTHORS = [(kind, who, n) for kind in "ab" for who in ("anna", "ivan", "olga") for n in range(2)]


@pytest.mark.parametrize(
    ("name", "group"),
    [("{}/{}_{}.txt", "1"), ("{}_{} {}.txt", "2"), ("{}/{}/{}.txt", "folder")],
)
def test_documents_of_one_author_stay_together(tmp_path, name, group):
    for kind, who, n in AUTHORS:
        write(tmp_path, name.format(kind, who, n), prose(f"{kind}{who}{n}"))
    texts = load(TextSource(file=str(tmp_path), group=group))
    assert len(set(texts.documents)) == len(AUTHORS)
    found = {}
    for document, own in zip(texts.documents, texts.split_by["groups"], strict=True):
        found.setdefault(str(texts.texts.documents[document].path), own)
    for who in ("anna", "ivan", "olga"):
        assert len({own for path, own in found.items() if who in path}) == 1
    assert len(set(found.values())) == 3
    assert any(n.startswith(f"3 groups by --group {group} (anna, ivan, olga)") for n in texts.notes)


def test_copies_join_the_groups_that_they_are_in(tmp_path):
    for kind, who, n in AUTHORS:
        write(tmp_path, f"{kind}/{who}_{n}.txt", prose(f"{kind}{who}{n}"))
    write(tmp_path, "a/olga_9.txt", prose("aanna0") + " конец")
    texts = load(TextSource(file=str(tmp_path), group="1"))
    assert len(set(texts.split_by["groups"])) == 2
    assert any(note.startswith("class 'a' has 2 groups: the training") for note in texts.notes)


@pytest.mark.parametrize(
    ("group", "words"),
    [("folder", "has no group"), ("3", "has no group"), ("0", "expected"), ("author", "expected")],
)
def test_a_group_that_is_not_there_is_refused(tmp_path, group, words):
    for kind, who, n in AUTHORS:
        write(tmp_path, f"{kind}/{who}_{n}.txt", prose(f"{kind}{who}{n}"))
    with pytest.raises(UserError, match=words):
        load(TextSource(file=str(tmp_path), group=group))
