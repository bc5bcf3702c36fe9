"""What is said of a person's own table reads in Russian as a whole."""

import re

import pytest

from common.tables.reading import read_table
from common.translation import translator

CASES = {
    "tabs.tsv": "a\tb\n1,5\t2\n2,5\t3\n",
    "one.csv": "a\n1\n2\n",
    "title.csv": "Наши квартиры;;\n;;\nдом;цена;пусто\nа;1,5;\n;;\nб;2,5;\nИтого;4;\n",
    "points.csv": "a,b\n1.5,x\n2.5,y\n",
}
WORDS = re.compile(r"(?<![\w.'])[a-z]{3,}(?![\w.'])")


@pytest.mark.parametrize("name", CASES)
def test_no_english_is_left_of_how_a_table_was_read(name, tmp_path):
    (tmp_path / name).write_text(CASES[name], encoding="utf-8")
    table = read_table(tmp_path / name)
    russian = translator("ru", "tabular")
    for line in (f"{name}: {table.found}", *table.notes):
        left = set(WORDS.findall(russian(line))) - {"utf", "csv", "tsv"}
        assert not left, russian(line)
