"""The quick analyzer gives what pymorphy2 gives; its memory is believed only where it is sound."""

import itertools
import os
import stat
import sys

import pymorphy2
import pymorphy2_dicts_ru
import pytest

from text import morphology
from text.analyzer import mend_units, mended_analyzer, open_analyzer
from text.morphology import Morphology
from text.synthetic import read_messages
from text.tokens import is_word, tokenize

STRANGE = [
    *("я", "А", "а", "Ёж", "еж", "кто-то", "по-русски", "жэк-центр", "смотри-ка", "хрюндель"),
    *("бутявками", "ПЯТЬДЕСЯТ", "Wi-Fi", "о'кей", "ъыь", "И-и-и", "нетуууу", "псевдокошка"),
]


@pytest.fixture(scope="module")
def plain():
    mend_units()
    return pymorphy2.MorphAnalyzer(path=pymorphy2_dicts_ru.get_path())


def test_lemmas_and_tags_are_those_of_a_plain_loop(plain):
    texts = [message.text for message in read_messages()[::12]]
    words = sorted({word for text in texts for word in tokenize(text) if is_word(word)})
    assert len(words) > 1000
    found = Morphology(folder=None).analyse([*words, *STRANGE])
    expected = [plain.parse(word)[0] for word in [*words, *STRANGE]]
    assert [a.lemma for a in found] == [parse.normal_form for parse in expected]
    assert [a.tag for a in found] == [str(parse.tag) for parse in expected]


def test_lemmas_of_words_of_the_dictionary_are_those_of_a_plain_loop(plain):
    words = [word for word, *_ in itertools.islice(plain.iter_known_word_parses("пере"), 20_000)]
    words = sorted({word.replace("ё", "е") for word in words[::9]})
    found = Morphology(folder=None).analyse(words)
    expected = [plain.parse(word)[0] for word in words]
    assert [tuple(a) for a in found] == [(p.normal_form, str(p.tag)) for p in expected]


def test_every_parse_is_that_of_the_plain_analyzer(plain):
    quick = mended_analyzer()
    for word in ["стали", "ее", "елка", "переел", "три", "бутявкать", "зеленее", "", "е", "ъе"]:
        shown = [(p[0], str(p[1]), p[2], round(p[3], 9)) for p in quick.parse(word)]
        expected = [(p[0], str(p[1]), p[2], round(p[3], 9)) for p in plain.parse(word)]
        assert shown == expected


def test_a_letter_that_has_no_name_in_unicode_is_no_latin_one():
    """Those of Tangut have none; pymorphy2 ends there with an error."""
    (found,) = Morphology(folder=None).analyse(["\U00017000\U00017001"])
    assert found.part_of_speech == "UNKN"


def test_what_is_remembered_has_a_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(morphology, "MOST_KNOWN", 20)
    words = [f"слово{letter}" for letter in "абвгдежзиклмнопрстуфхцчшщ"]
    found = Morphology(folder=tmp_path)
    first = []
    for word in words:
        found.make_room()
        first += found.analyse([word])
    assert len(found._known) <= 21
    assert found.analyse(words) == first


def test_each_distinct_word_is_analysed_once(monkeypatch):
    asked = []
    real = open_analyzer()

    class Counting:
        def parse(self, word):
            asked.append(word)
            return real.parse(word)

    monkeypatch.setattr(morphology, "open_analyzer", Counting)
    words = ["труба", "Труба", "ТРУБА", "вода", "труба", "А", "а"] * 3
    found = Morphology(folder=None).analyse(words)
    assert sorted(asked) == sorted(["труба", "вода", "А", "а"])
    assert found[:7] == found[7:14]


def test_what_was_found_is_there_in_the_next_run(tmp_path, monkeypatch):
    first = Morphology(folder=tmp_path / "not" / "there")
    expected = first.analyse(["прорвало", "трубу"])
    first.save()
    monkeypatch.setattr(morphology, "open_analyzer", lambda: pytest.fail("asked again"))
    assert Morphology(folder=tmp_path / "not" / "there").analyse(["прорвало", "трубу"]) == expected


def test_two_runs_add_to_one_memory(tmp_path):
    runs = [Morphology(folder=tmp_path) for _ in range(2)]
    for run, word in zip(runs, ("вода", "кран"), strict=True):
        run.analyse([word])
        run.save()
    third = Morphology(folder=tmp_path)
    assert {"вода", "кран"} <= set(third._known)


@pytest.mark.parametrize(
    "damage", [b"", b"\xff\xfe", b"one field\n", b"a\tb\tNOUN", b"a\t\tNOUN\n", b"a\tb\tc\td\n"]
)
def test_a_damaged_memory_is_not_believed(tmp_path, damage, plain):
    path = Morphology(folder=tmp_path).path
    path.write_bytes(damage)
    again = Morphology(folder=tmp_path)
    assert again.analyse(["воды"])[0].lemma == "вода"
    again.save()
    assert Morphology(folder=tmp_path).analyse(["воды"])[0].lemma == "вода"


@pytest.mark.skipif(
    sys.platform == "win32", reason="permissions of folders are another matter there"
)
def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    os.chmod(folder, stat.S_IRUSR | stat.S_IXUSR)
    found = Morphology(folder=folder / "deeper")
    found.analyse(["вода"])
    found.save()


def test_an_endless_word_is_cut():
    assert len(Morphology(folder=None).analyse(["ы" * 100_000])[0].lemma) <= 2 * morphology.LONGEST
