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
    (b"\x80\x02", "a pickle, which is never opened"),
)
_MAIL = re.compile(
    rb"(?:>?from \S+ [^\n]*\r?\n)?"
    rb"(?:(?:return-path|received|delivered-to|message-id|mime-version|x-[\w-]+|date|from|to|subject)"
    rb": [^\n]*\n(?:[ \t][^\n]*\n)*){2}"
)
_SUBTITLES = re.compile(rb"\d+\r?\n\d\d:\d\d:\d\d[,.]\d{3} --> ")


def kind_of(start: bytes) -> str | None:
    """Name what begins so, of the kinds that downloads and mistakes often leave; None otherwise.

    Args:
        start: the first 64 bytes or more of the file.

    >>> kind_of(b"\\n<!DOCTYPE html><html>"), kind_of(b"RIFF....WAVE")
    ('a web page', None)
    """
    begins = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    found = next((name for magic, name in _STARTS if begins.startswith(magic)), None)
    if found is None and _MAIL.match(begins):
        return "an e-mail, or a box of them"
    if found is None and _SUBTITLES.match(begins):
        return "subtitles"
    return found
