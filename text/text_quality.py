"""What may be wrong with a column of texts, said so that one look shows a mistake."""

import base64
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from common.alike_names import from_mojibake
from common.encodings import CYRILLIC, detect_encoding, likeness_to_russian
from text.cleaning import LONGEST, fold
from text.written_forms import form_notes

SAMPLE = 2_000
"""Texts that are looked at."""
MANY = 0.05
"""Share of the texts from which on a look is worth a note."""
ENOUGH_LETTERS, MOST_LOOKED_AT = 200, 20_000
"""Letters beyond ASCII that tell an encoding, and characters that are looked at for them."""
LEAST_GAIN = 0.75
"""How little Russian costs as it was meant, by what it costs as it was read."""
LEAST_CUT = 100
"""A text shorter than this was hardly cut by an export."""
_LINES = {chr(code) for code in range(0x2500, 0x25A0)}
"""Lines of a drawing, which letters become as cp866 and koi8-r have each other's places."""
_TAG = re.compile(
    r"</?(?:p|br|div|span|b|i|u|a|li|ul|ol|td|tr|table|strong|em|font|h[1-6])(?=[\s/>])[^<>]*>"
)
_ESCAPES = {
    "quoted-printable": re.compile(r"(?:=[0-9A-F]{2}){4}"),
    "URL": re.compile(r"(?:%[0-9A-Fa-f]{2}){4}"),
    "escaped": re.compile(r"(?:\\u[0-9a-fA-F]{4}){4}|(?:\\x[0-9a-fA-F]{2}){4}"),
}
_LOST = re.compile("\ufffd{2}|[?]{4}[ ?]*[?]{3}")
"""Question marks in place of words: more than the excited write, and several times."""
_SAYS_SOMETHING = re.compile(r"[^\W\d_]|[\u2600-\u27bf\U0001f300-\U0001faff]")
"""A letter, or an emoji."""
_ADDRESS = re.compile(
    r"(?:\w+://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:[A-Z]:)?[^\s/\\]*(?:[/\\][^\s/\\]+)+\.\w{2,5}"
    r"|[\w-]+\.(?:txt|md|docx?|pdf|html?|json|xml|eml|jpe?g|png|wav|mp3)"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24,64}",
    re.IGNORECASE,
)
"""An address of a page or a person, a file's name, or a key: where a text may be."""
_WORD = re.compile(r"\w+")
TOLD, MOST_NAMES, LEAST_TOLD = 0.9, 50, 20
"""Share of the texts that name their own class from which on that is said, of how many classes
and texts."""
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{24,}={0,2}")
_CODED = re.compile("[\u0080-\u00ff\u0400-\u04ff\u2013-\u2122]{2}")


def look_at(texts: Sequence[str], rows: np.ndarray) -> list[str]:
    """Return notes of texts that hold tags, were read in a wrong encoding, or were cut.

    texts: (n) some of them. rows: (n,) what a message calls each.

    >>> look_at(["<p>no water</p>", "no light"], np.array([2, 3]))
    ['HTML in 1 of 2 texts, such as row 2: its tags are left out']
    """
    notes = []
    tagged = [place for place, text in enumerate(texts) if _TAG.search(text)]
    if tagged and len(tagged) >= MANY * len(texts):
        notes.append(
            f"HTML in {len(tagged):,} of {len(texts):,} texts, such as row {rows[tagged[0]]}: its "
            "tags are left out"
        )
    notes += damage_in(texts, rows)
    lengths = Counter(map(len, texts))
    longest = max(lengths, default=0)
    cut = lengths[longest] + lengths[longest - 1]  # one that ended with a space
    if longest >= LEAST_CUT and cut >= max(5, MANY * len(texts)):
        notes.append(
            f"{cut:,} of {len(texts):,} texts have {longest} characters, and none has more: cut by "
            "what wrote the file?"
        )
    return notes


def damage_in(texts: Sequence[str], rows: np.ndarray) -> list[str]:
    """Return notes of texts that no network reads rightly: their letters are others, or none.

    >>> damage_in(["вода".encode().decode("cp1251"), "нет света"], np.array([2, 3]))[0][:60]
    'UTF-8 that was read in another encoding and saved in 1 of 2 '
    """
    notes = []
    coded = [
        place for place, text in enumerate(texts) if _CODED.search(text) and from_mojibake(text)
    ]
    of = f"of {len(texts):,} texts, such as row"
    if coded and len(coded) >= MANY * len(texts):
        text = texts[coded[0]]
        notes.append(
            f"UTF-8 that was read in another encoding and saved in {len(coded):,} {of} "
            f"{rows[coded[0]]}: {text[:20]!r} for {from_mojibake(text)[:10]!r}; mend the file first"
        )
    notes += misread_notes(texts)
    kinds = [_layer(text) for text in texts]
    hidden = [place for place, kind in enumerate(kinds) if kind]
    if hidden and len(hidden) >= MANY * len(texts):
        place = hidden[0]
        notes.append(
            f"coded ({kinds[place]}) {len(hidden):,} {of} {rows[place]}: {texts[place][:20]!r}; "
            "decode them first, for their codes are read as words"
        )
    notes += form_notes(texts, rows)
    lost = [place for place, text in enumerate(texts) if _LOST.search(text)]
    if lost and len(lost) >= MANY * len(texts):
        notes.append(
            f"letters that a wrong encoding made ? or \ufffd of in {len(lost):,} {of} "
            f"{rows[lost[0]]}: {texts[lost[0]][:20]!r}; they are gone: export the texts anew"
        )
    wordless = [place for place, text in enumerate(texts) if not _SAYS_SOMETHING.search(text)]
    if len(wordless) > len(lost) and len(wordless) >= 0.5 * len(texts):
        place = wordless[0]
        notes.append(
            f"without any letter {len(wordless):,} {of} {rows[place]}: {texts[place][:20]!r}; is "
            "this the column of texts?"
        )
    named = [place for place, text in enumerate(texts) if _ADDRESS.fullmatch(text.strip())]
    if named and len(named) >= 0.5 * len(texts):
        place = named[0]
        notes.append(
            f"an address, a file's name or a key alone in {len(named):,} {of} {rows[place]}: "
            f"{texts[place][:40]!r}; is this the column of texts?"
        )
    long = [place for place, text in enumerate(texts) if len(text) > LONGEST]
    if long:
        notes.append(
            f"longer than {LONGEST:,} characters, of which the rest is not read: {len(long):,} "
            f"{of} {rows[long[0]]}"
        )
    return notes


def tell_tale(texts: Sequence[str], labels: Sequence[str]) -> list[str]:
    """Say that nearly each text names its class, and hardly one another: that may be a leak.

    >>> tell_tale(["[gas] it smells", "[water] no water"] * 10, ["gas", "water"] * 10)
    ["20 of 20 texts name their own class, such as 'gas', and 0 another: did somebody write it \
there afterwards?"]
    >>> tell_tale(["gas smells", "no water, and gas"] * 10, ["gas", "water"] * 10)
    []
    """
    names = {label: fold(label) for label in sorted(set(labels))}
    if not 2 <= len(names) <= MOST_NAMES or len(texts) < LEAST_TOLD:
        return []
    own = others = 0
    for text, label in zip(texts, labels, strict=True):
        words = {*_WORD.findall(fold(text))}
        named = {each for each, name in names.items() if name in words}
        own += label in named
        others += bool(named - {label})
    if own < TOLD * len(texts) or others > MANY * len(texts):
        return []
    return [
        f"{own:,} of {len(texts):,} texts name their own class, such as {labels[0]!r}, and "
        f"{others:,} another: did somebody write it there afterwards?"
    ]


def _layer(text: str) -> str:
    """Name the code that a text of letters is still in, as mails and web pages have it.

    >>> _layer("=D0=92=D0=BE=D0=B4=D0=B0"), _layer("0JLQvtC00Ysg0L3QtdGCINC/0Y/RgtGL0Lk=")
    ('quoted-printable', 'base64')
    >>> _layer("a=b, 100 % of C:\\\\users"), _layer("gasleakinthebasementofthishouse")
    ('', '')
    """
    for name, code in _ESCAPES.items():
        if code.search(text):
            return name
    if _BASE64.fullmatch(text.strip()):
        try:
            plain = base64.b64decode("".join(text.split()), validate=True).decode()
        except ValueError:
            return ""
        return "base64" if plain.replace("\n", "").isprintable() else ""
    return ""


def misread_notes(texts: Sequence[str]) -> list[str]:
    """Say that Russian texts were read in another encoding, and saved as what came."""
    found = misread(texts)
    if found is None:
        return []
    read_as, meant, example = found
    return [
        f"texts in {meant} that were read as {read_as} and saved: {texts[0][:20]!r} for "
        f"{example[:20]!r}; mend the file first"
    ]


def misread(texts: Sequence[str]) -> tuple[str, str, str] | None:
    """Return the encoding in which Russian texts were read, theirs, and the first as it was.

    None where the texts are as they were, or too few to tell.

    >>> lines = ["нет горячей воды в доме, протекает крыша, не горит свет на лестнице"] * 4
    >>> misread([line.encode("koi8-r").decode("cp1251") for line in lines])[:2]
    ('cp1251', 'koi8-r')
    >>> misread(lines) is None
    True
    """
    joined = "\n".join(texts)[:MOST_LOOKED_AT]
    letters = sum(sign > "\x7f" and (sign.isalpha() or sign in _LINES) for sign in joined)
    if letters < ENOUGH_LETTERS:
        return None
    for read_as in ("cp1251", "koi8-r", "cp866", "cp1252"):
        data = joined.encode(read_as, "replace")
        if data.count(b"?") - joined.count("?") > MANY * letters:
            continue
        meant = detect_encoding(data)
        if meant not in CYRILLIC or meant == read_as:
            continue
        as_meant, as_it_is = (likeness_to_russian(data, name) for name in (meant, read_as))
        if read_as in CYRILLIC and as_meant < LEAST_GAIN * as_it_is:
            continue  # a few words alone, that both make much the same of
        return read_as, meant, texts[0].encode(read_as, "replace").decode(meant, "replace")
    return None
