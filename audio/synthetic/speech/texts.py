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


_LATIN = {
    **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)),
    **{"ё": "yo", "ж": "zh", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch"},
    **{"ъ": "", "ь": "", "ю": "yu", "я": "ya"},
}
_TO_LATIN = str.maketrans(
    {**_LATIN, **{letter.upper(): latin.title() for letter, latin in _LATIN.items()}}
)


def in_latin_letters(text: str) -> str:
    """Return a Russian text in Latin letters, so that voices of other languages can read it.

    >>> in_latin_letters("Чайник ещё не вскипел.")
    'Chaynik eschyo ne vskipel.'
    """
    return text.translate(_TO_LATIN)
