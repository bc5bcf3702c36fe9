"""What a file is that was taken for something else, by how it begins."""

import re

_STARTS = (
    (b"version https://git-lfs", "a pointer of Git LFS, whose file was not fetched: git lfs pull"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
    (b"%pdf", "a PDF"),
    (b"{\\rtf", "an RTF document"),
    (b"webvtt", "subtitles"),
    (b"mthd", "a MIDI file, which holds notes and no sound"),
    (b"dsd \x1c\0\0\0", "a sound of single bits (DSD), which is to be converted to FLAC"),
    (b"begin:vc", "cards of people or a calendar (vCard, iCalendar)"),
    (b"structure(list(", "a table in R's notation (dput)"),
    *((start, "a document of LaTeX") for start in (b"\\documentclass", b"\\begin{")),
    (b"header record*******", "a file of SAS"),
    (b"__label__", "lines for fastText, and not columns of texts and of classes"),
    (b"pk\x03\x04", "a zip archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"bzh91ay&sy", "a bzip2 archive"),
    (b"\xfd7zxz\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\xff\xfe\x00\x00", "a text in UTF-32, which is to be saved as UTF-8"),
    (b"\x00\x00\xfe\xff", "a text in UTF-32, which is to be saved as UTF-8"),
    (b"\x89png", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x93numpy", "a NumPy array"),
    (b"par1", "a Parquet table"),
    (b"sqlite format", "an SQLite database"),
    *((b"\x80" + bytes([number]), "a pickle, which is never opened") for number in range(2, 6)),
    *((start, "a file of SPSS") for start in (b"$fl2@(#)", b"$fl3@(#)")),
    *((start, "a file of Stata") for start in (b"<stata_dta>", b"q\2\1\0", b"r\2\1\0", b"s\2\1\0")),
    (bytes(12) + b"\xc2\xea\x81`\xb3\x14\x11\xcf", "a file of SAS"),
    (b"\0\1\0\0standard ", "a database of Access"),
    (b"arrow1\0", "a file of Arrow (Feather)"),
    (b"fea1", "a file of Arrow (Feather)"),
    (b"obj\1", "a file of Avro"),
    (b"\x89hdf\r\n", "a file of HDF5"),
    (b"rdx2\n", "a file of R"),
    (b"rdx3\n", "a file of R"),
    (b"x\n\0\0\0", "a file of R"),
    (b"matlab 5.0 mat-file", "a file of MATLAB"),
    (b"\0\0\x27\x0a", "a shapefile"),
    (b"[{'", "a list in Python's notation, and not JSON"),
    (b"{'", "a dict in Python's notation, and not JSON"),
)
_TAR = 257
"""Where the mark of a tar archive stands, behind the name of its first file."""
_DUCK = 8
"""Where a database of DuckDB names itself, behind a checksum; its version follows, in 8 bytes."""
_MAIL = re.compile(
    r"\s*(>?from \S+ [^\n]*\b\d{4}\b[^\n]*\n)?"
    r"((?:(?:from|to|cc|date|sent|subject|sender|reply-to|return-path|received|delivered-to"
    r"|message-id|mime-version|organization|lines|newsgroups|content-type|x-[\w-]+"
    r"|от|от кого|кому|копия|дата|отправлено|тема): [^\n]*\n(?:[ \t]+\S[^\n]*\n)*){2,})",
    re.IGNORECASE,
)
_OF_MAIL_ALONE = re.compile(
    r"^(?:(?:from|to|cc|sender|reply-to|от|от кого|кому|копия): [^\n]*\S@\S"
    r"|(?:message-id|mime-version|return-path|delivered-to|reply-to|newsgroups): "
    r"|received: (?:from|by)\b)",
    re.IGNORECASE | re.MULTILINE,
)
"""Dates, places and subjects stand above forms, reports and tables too."""
_WRITER, _SUBJECT = (
    re.compile(rf"^(?:{names}): ", re.IGNORECASE | re.MULTILINE)
    for names in ("from|от|от кого", "subject|тема")
)
_HEADERS = re.compile(rb"(?:[\w-]+: [^\n]*\n(?:[ \t][^\n]*\n)*)+")
_SAVED = re.compile(rb"^(?:from: [<\"]saved by |snapshot-content-location: )", re.MULTILINE)
_RELATED = re.compile(rb"^content-type: multipart/related", re.MULTILINE)
_SENT = re.compile(rb"^(?:from|to|received|delivered-to): ", re.MULTILINE)
_SCRIPT = re.compile(
    rb"(?:(?:(?://[^\n]*\n|/\*[^*]*\*/)\s*)+"
    rb"|(?:var|let|const)\s+\w+\s*=\s*|(?:/\*\*/\s*)?[a-z_$][\w.$]{0,60}\(\s*)[\[{]\s*[\[{\"]"
)
"""`callback([{`, `var flats = [{`, or a list below a line of comment."""
_SYLK = re.compile(
    rb"ID;P[A-Z]*\d*(?:;[A-Z])*\r?\n"
    rb"(?:P;P(?:General|[^A-Za-z\s])|[BCF];[PWXY]\d+[; ]|F;[A-Z]+\d\w*;|O;[A-Z];)"
)
_ORC = re.compile(rb"ORC(?=[\x00-\x1f])[\t\r\n]?[^\x00-\x08\x0e-\x1f]{0,8}[\x00-\x08\x0e-\x1f]")
_SQL_DUMP = re.compile(rb"--\s+(?:\w+ )?(?:sql|mysql|mariadb|postgresql database|sqlite) dump")
_SQL = re.compile(
    rb"(?:(?:--[^\n]*\n|/\*[^*]*\*/;?|begin transaction;|pragma [^;\n]*;)\s*)*"
    rb"(?:create table (?:if not exists )?[\w`\"\[\].]+\s*\("
    rb"|insert into [\w`\"\[\].]+\s*(?:\([^()]*\)\s*)?values\s*\()"
)
_ARFF = re.compile(rb"(?:%[^\n]*\n|\s)*@relation\s")
_QUOTED_JSON = re.compile(
    rb"\"\s*[\[{]\s*(?:\{\s*)?\\\"(?:[^\"\\]|\\.)*(?:\\?\Z|\"[^\S\n]*(?:\n|\Z))", re.DOTALL
)
"""Its quotation mark closes where a line ends: before a separator, a cell of a table would end."""
_XML = re.compile(rb"<([A-Za-z][\w.:-]*)(?:\s[^<>]*)?>\s*<([A-Za-z][\w.:-]*)(?:\s[^<>]*)?>")
_YAML = re.compile(
    rb"(?:%yaml [^\n]*\n)?(?:---[^\n]*\n|#[^\n]*\n|\w[\w-]*:[^\S\n]*\n)*"
    rb"(?P<dash>[^\S\n]*-[^\S\n]+)(?P<name>[^\s:\"'][^\n:]{0,60}): [^\n]*\n"
    rb"(?:[^\S\n]{2,}[^\s:-][^\n:]{0,60}:(?: [^\n]*)?\n)+(?P=dash)(?P=name): "
)
"""A list of records, each with the same first name: `- area: 30`."""
_TOML = re.compile(rb"(?:#[^\n]*\n|\s)*\[\[[\w.\- ]+\]\][^\S\n]*\n\s*[\w-]+\s*=")
_SUBTITLES = re.compile(rb"\d+\r?\n\d\d:\d\d:\d\d[,.]\d{3} --> ")


def is_mail(text: str) -> bool:
    """Whether a text begins with the headers of an e-mail.

    >>> is_mail("From: a@b.c\\nSubject: lift\\n\\nstuck"), is_mail("From: Moscow\\nTo: Tula\\n")
    (True, False)
    """
    found = _MAIL.match(text)
    if found is None:
        return False
    box, headers = found.groups()
    many = len(re.findall(r"^\S", headers, re.MULTILINE)) > 2
    whole = many and _WRITER.search(headers) and _SUBJECT.search(headers)
    return bool(box or whole or _OF_MAIL_ALONE.search(headers))


def _is_saved_page(begins: bytes) -> bool:
    """Whether a page and its pictures begin so; an e-mail with pictures has who sent it to whom."""
    found = _HEADERS.match(begins.replace(b"\r\n", b"\n"))
    if found is None:
        return False
    headers = found.group()
    return bool(_SAVED.search(headers) or (_RELATED.search(headers) and not _SENT.search(headers)))


def kind_of(start: bytes, *, of_lines: bool = False) -> str | None:
    """Name what begins so, of the kinds that downloads and mistakes often leave; None otherwise.

    Args:
        start: the first 64 bytes or more of the file.
        of_lines: whether each line is a text, which one of code may be too.

    >>> kind_of(b"\\n<!DOCTYPE html><html>"), kind_of(b"RIFF....WAVE")
    ('a web page', None)
    """
    begins = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    found = next((name for magic, name in _STARTS if begins.startswith(magic)), None)
    if found is not None:
        return found
    if start[_TAR : _TAR + 5] == b"ustar":
        return "a tar archive"
    if start[_DUCK : _DUCK + 4] == b"DUCK" and b"\0" in start[_DUCK + 4 : _DUCK + 12]:
        return "a database of DuckDB"
    if _is_saved_page(begins):
        return "a saved web page with its pictures (MHTML)"
    if not of_lines and _SCRIPT.match(begins):
        return "JSON within JavaScript, or with comments"
    if not of_lines and _YAML.match(begins.replace(b"\r\n", b"\n")):
        return "a list in YAML"
    if not of_lines and _TOML.match(begins):
        return "a list in TOML"
    if is_mail(begins.decode("utf-8", "replace")):
        return "an e-mail, or a box of them"
    if _SUBTITLES.match(begins):
        return "subtitles"
    if _SYLK.match(start):
        return "a workbook in SYLK"
    if _SQL_DUMP.match(begins) or (not of_lines and _SQL.match(begins)):
        return "a script of SQL, and not its table"
    if _ARFF.match(begins):
        return "a file of Weka (ARFF)"
    if _QUOTED_JSON.match(begins):
        return "JSON written as one text in quotation marks"
    if _ORC.match(start):
        return "a file of ORC"
    return None


def is_text(start: bytes) -> bool:
    """Whether a file begins as a text in UTF-8 does.

    >>> is_text("цена\\n".encode()), is_text(b"RIFF\\0\\0\\0\\0")
    (True, False)
    """
    try:
        words = start.decode("utf-8-sig")
    except UnicodeDecodeError as error:  # a letter may be cut in two
        if error.start < len(start) - 3:
            return False
        words = start[: error.start].decode("utf-8-sig")
    return all(letter.isprintable() or letter.isspace() for letter in words)


def is_bare_xml(start: bytes) -> bool:
    """Whether a file begins as XML that does not say it is: with an element inside another.

    >>> is_bare_xml(b"<Ads><Ad><Id>1</Id></Ad></Ads>"), is_bare_xml(b"<a>;<b>;c</b>")
    (True, False)
    """
    found = _XML.match(start.removeprefix(b"\xef\xbb\xbf").lstrip())
    return found is not None and any(b"</" + name + b">" in start for name in found.groups())
