"""Tables of short real texts for `benchmarks/texts.py`, made of what anybody can have.

    python benchmarks/text_tables.py tables --novels NOVELS
    python benchmarks/text_tables.py tables --fortunes /usr/share/games/fortunes

Of novels named AUTHOR_title.txt: `sentence_author.csv`, who wrote a sentence of 40 to 160 letters,
and `word_order.csv`, whether a sentence is as it was printed or two neighbouring words have changed
places. Of Debian's packages fortunes and fortunes-ru: `fortunes_en.csv` and `fortunes_ru.csv`, from
which of eight or nine files a saying of 20 to 600 letters comes. Each of the tables of authors and
sayings also with 700 rows alone.
"""

import argparse
import csv
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ENGLISH = ("computers", "definitions", "men-women", "politics", "science", "songs-poems", "work",
           "wisdom")  # fmt: skip
RUSSIAN = ("love", "polit", "knowledge", "life", "murphy", "friendship", "book", "wealth", "art")
SMALL, SENTENCES = 700, 6000
Row = tuple[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--novels", type=Path)
    parser.add_argument("--fortunes", type=Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(exist_ok=True)
    if arguments.fortunes:
        folders = (("en", arguments.fortunes, ENGLISH), ("ru", arguments.fortunes / "ru", RUSSIAN))
        for language, folder, names in folders:
            rows = sayings(folder, names)
            write(arguments.out / f"fortunes_{language}.csv", rows)
            few = shuffled(rows, 1)[:SMALL]
            write(arguments.out / f"fortunes_{language}_{SMALL}.csv", few)
    if arguments.novels:
        rows = shuffled(sentences(arguments.novels), 2)
        write(arguments.out / "sentence_author.csv", rows[:SENTENCES])
        few = rows[SENTENCES : SENTENCES + SMALL]
        write(arguments.out / f"sentence_author_{SMALL}.csv", few)
        write(arguments.out / "word_order.csv", ordered(text for text, _ in rows[7000:14000]))


def sayings(folder: Path, names: tuple[str, ...]) -> list[Row]:
    """Return what stands between lines of %, in each file, once."""
    found: dict[str, str] = {}
    for name in names:
        for part in re.split(r"\n%\n", (folder / name).read_text("utf-8", errors="replace")):
            text = " ".join(part.replace("\x08", "").split())
            if 20 <= len(text) <= 600:
                found.setdefault(text, name)
    return list(found.items())


def sentences(folder: Path) -> list[Row]:
    """Return the sentences of all novels with their authors, the last one's of any twice."""
    found = {}
    for file in sorted(folder.glob("*.txt")):
        text = " ".join(file.read_text("utf-8").split())
        for one in re.split(r"(?<=[.!?…])\s+(?=[А-Я—«])", text):
            if 40 <= len(one) <= 160 and len(one.split()) >= 6:
                found[one] = file.stem.split("_")[0]
    return list(found.items())


def ordered(texts: Iterable[str]) -> Iterator[Row]:
    """Yield each sentence as it is, or with two neighbours inside it exchanged."""
    generator = random.Random(3)
    for text in texts:
        words = text.split()
        if generator.random() < 0.5:
            yield text, "yes"
            continue
        at = generator.randrange(1, len(words) - 2)
        one, other = (re.sub(r"\W", "", word) for word in words[at : at + 2])
        if not one or not other or one == other:
            yield text, "yes"
            continue
        words[at] = words[at].replace(one, other, 1)
        words[at + 1] = words[at + 1].replace(other, one, 1)
        yield " ".join(words), "no"


def shuffled(rows: Iterable[Row], seed: int) -> list[Row]:
    rows = list(rows)
    random.Random(seed).shuffle(rows)
    return rows


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write a table, its rows in an order drawn once for all."""
    rows = shuffled(rows, 0)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    print(f"{path}: {len(rows):,} texts")


if __name__ == "__main__":
    main()
