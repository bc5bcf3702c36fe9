"""Words are cut once and remembered; what comes out is what cutting every text gives."""

import numpy as np
import pytest

from text import lexicon
from text.lexicon import Lexicon
from text.morphology import Morphology
from text.synthetic import read_messages
from text.tokens import splits_at_spaces, tokenize

STRANGE = [
    "8 800 555 35 35, жду",
    "звоните 8\u200b800 555-35-35",
    "55" + " " * 30 + "66",
    "АЛЛООО!!!!!!! гдееееее  воддддда",
    "Вoда&nbsp;течёт <b>сильно</b> и 3 < 5",
    "таб\tтут\u2028и\xa0там",
    "й и ё\u0301 " + "и\u0306",
    "https://a.example/x?y=1&amp;z=2 w@w.example",
    "",
    "   ",
    "слово " * 5000,
]


@pytest.fixture
def words():
    return Lexicon(Morphology(folder=None))


def cut(words, texts):
    tokens, ends = words.encode(texts)
    written = words.tokens
    return [[written[t] for t in part] for part in np.split(tokens, ends[:-1])]


def test_words_cut_one_by_one_give_the_tokens_of_the_whole_text(words):
    texts = [m.text for m in read_messages()] + STRANGE
    assert sum(map(splits_at_spaces, texts)) > 1000
    for _ in range(2):  # the second time from memory
        assert cut(words, texts) == [tokenize(text) for text in texts]


def test_what_is_remembered_of_words_has_a_bound(words, monkeypatch):
    monkeypatch.setattr(lexicon, "MOST_CHUNKS", 10)
    texts = [m.text for m in read_messages()[:50]]
    assert cut(words, texts) == [tokenize(text) for text in texts]
    assert len(words._chunks) <= 10


def test_rows_from_the_middle_on_are_those_of_the_whole(words):
    words.encode([m.text for m in read_messages()[:30]])
    whole, first = words.arrays(), 40
    rest = words.arrays(first)
    before = whole["char_ngram_ends"][first - 1]
    for name, column in rest.items():
        expected = whole[name][before if name == "char_ngrams" else first :]
        expected = expected - before if name == "char_ngram_ends" else expected
        np.testing.assert_array_equal(column, expected)


def test_no_texts_have_no_tokens(words):
    tokens, ends = words.encode([])
    assert len(tokens) == len(ends) == 0
