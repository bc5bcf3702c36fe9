"""What is said: sentences written for this course, free for any use (CC0)."""

import functools
from importlib.resources import files


@functools.cache
def sentences() -> tuple[str, ...]:
    """Return the sentences, in the order of their files; none stands twice.

    >>> len(sentences()) > 200
    True
    """
    folder = files("audio.synthetic.speech") / "russian"
    pages = sorted(page.name for page in folder.iterdir() if page.name.endswith(".txt"))
    lines = [
        line.strip()
        for name in pages
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
    ]
    return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
