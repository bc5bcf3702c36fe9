"""Text in any encoding as UTF-8, piece by piece, beside Python's decoder of the whole."""

import pytest

from common.tables.utf8_stream import Utf8Stream

TEXT = "район;цена\r\nСокол;€ 5\u202f000\n"


def pieces(stream, size):
    while piece := stream.read(size):
        assert len(piece) <= size
        yield piece


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_it_is_the_text_in_utf_8(tmp_path, encoding, size):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode("utf-8-sig" if encoding == "utf-8" else encoding))
    stream = Utf8Stream(path, encoding)
    assert b"".join(pieces(stream, size)).decode() == TEXT
    assert stream.error is None


@pytest.mark.parametrize("broken", [b"\xff;5\n", b"\xd0"])
def test_a_broken_byte_ends_it_without_an_exception(tmp_path, broken):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode() + broken)
    stream = Utf8Stream(path, "utf-8")
    assert TEXT.encode().startswith(b"".join(pieces(stream, 5)))
    assert isinstance(stream.error, UnicodeDecodeError)
    assert stream.read(5) == b""
