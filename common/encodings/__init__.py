"""Which encoding a file's text is in, whatever program wrote it, and names that can be printed."""

from common.encodings.detection import (
    CYRILLIC,
    check_encoding,
    detect_encoding,
    likeness_to_russian,
    shown,
)

__all__ = ["CYRILLIC", "check_encoding", "detect_encoding", "likeness_to_russian", "shown"]
