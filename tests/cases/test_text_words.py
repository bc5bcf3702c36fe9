"""Numbers, stress and signs in texts: each was once taken for another, or cut up."""

import unicodedata

import pytest

from text.cleaning import clean
from text.lexicon import Lexicon
from text.morphology import Morphology
from text.tokens import shape, tokenize


def shapes(text):
    return [shape(token) for token in tokenize(text)]


@pytest.fixture(scope="module")
def morphology():
    return Morphology(folder=None)


@pytest.mark.parametrize("pair", [("10000", "1000"), ("5555", "555555"), ("0,0000", "0,000")])
def test_digits_are_never_cut(pair):
    assert [tokenize(f"долг {number} руб")[1] for number in pair] == list(pair)
    assert shapes(pair[0]) != shapes(pair[1])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("12.05.2023", "00.00.0000"),
        ("2023-05-12", "0000-00-00"),
        ("12-05-2023", "00-00-0000"),
        ("12/05/2023", "00/00/0000"),
        ("1 250 000", "0000000"),
        ("1\u00a0250\u00a0000,50", "0000000,00"),
        ("1250000", "0000000"),
        ("192.168.1.100", "000.000.0.000"),
        ("2.10.13", "0.00.00"),
        ("40817810099910004312", "0" * 20),
        ("12:30:45", "00:00:00"),
    ],
)
def test_what_is_no_telephone_is_not_called_one(text, meant):
    assert shapes(text) == [meant]


@pytest.mark.parametrize(
    "text",
    [
        *("8 800 555-35-35", "+7 916 123-45-67", "89161234567", "+79161234567", "8(495)123-45-67"),
        *("8 (495) 123 45 67", "(495) 123-45-67", "123-45-67", "9161234567", "916 123-45-67"),
        *("555-123-4567", "(555) 123-4567", "+44 20 7946 0958", "8-916-123-45-67"),
    ],
)
def test_telephones_are_known_by_their_forms(text):
    assert shapes(text) == ["<phone>"]
    assert shapes(f"звоните {text}, жду")[1] == "<phone>"


@pytest.mark.parametrize("text", ["долг 1 250 000 руб", "тел 8 916 123 45 67 звоните", "с 7 до 9"])
def test_a_text_has_the_same_tokens_in_the_lexicon(text, morphology):
    lexicon = Lexicon(morphology)
    tokens, _ = lexicon.encode([text])
    assert [lexicon.tokens[row] for row in tokens] == tokenize(text)


@pytest.mark.parametrize(
    ("written", "lemma"),
    [
        ("воды\u0301", "вода"),
        ("за\u0301мок", "замок"),
        ("замо\u0301к", "замок"),
        ("во\u0300ды", "вода"),
        ("Во\u0301ду", "вода"),
        (unicodedata.normalize("NFD", "чайник"), "чайник"),
        (unicodedata.normalize("NFD", "ёлка"), "ёлка"),
        ("во\u00adды", "вода"),
        ("во\u200bды", "вода"),
    ],
)
def test_a_word_with_marks_is_the_word(written, lemma, morphology):
    assert [found.lemma for found in morphology.analyse(tokenize(written))] == [lemma]


@pytest.mark.parametrize("sign", ["❤\ufe0f", "☎\ufe0f", "👍🏽", "🇷🇺", "⚠\ufe0f"])
def test_an_emoji_is_one_token(sign):
    assert tokenize(f"да {sign} нет") == ["да", sign.replace("\ufe0f", ""), "нет"]


@pytest.mark.parametrize("word", ["हिन्दी", "ภาษาไทย", "עִבְרִית", "résumé"])
def test_a_word_of_another_script_is_not_cut_at_its_marks(word):
    assert len(tokenize(word)) == 1


def test_what_excel_writes_for_a_carriage_return_is_a_space():
    assert tokenize("пахнет_x000D_\nгазом_x000d_ давно") == ["пахнет", "газом", "давно"]
    assert clean("файл_x00.txt") == "файл_x00.txt"


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009", "\u3000"])
def test_words_are_parted_by_any_space(space):
    assert tokenize(f"пахнет{space}газом") == ["пахнет", "газом"]


def test_a_long_row_of_signs_is_read_in_a_moment():
    for text in ("1 . " * 5000, "1" + " ." * 9999, "(1) " * 5000, "+1" + "-" * 19000, "9" * 20000):
        assert tokenize(text)
