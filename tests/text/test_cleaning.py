"""Texts as they come: from web pages, telephones, mail programs and the ill-meaning."""

import unicodedata

import pytest

from text.cleaning import LONGEST, clean, fold
from text.tokens import is_word, shape, tokenize


def test_composed_and_decomposed_letters_are_the_same():
    text = "Ёлки и чай"
    assert clean(unicodedata.normalize("NFD", text)) == text


def test_yo_is_known_as_ye():
    assert fold("ТЁПЛЫЙ") == fold("теплый")


@pytest.mark.parametrize(
    ("mixed", "meant"),
    [
        ("сaт", "сат"),
        ("KOT", "KOT"),
        ("КOТ", "КОТ"),
        ("вoдa тeчёт", "вода течёт"),
        ("Wi-Fi и USB", "Wi-Fi и USB"),
        ("SQLзапрос", "SQLзапрос"),
    ],
)
def test_latin_letters_inside_a_cyrillic_word_become_cyrillic_ones(mixed, meant):
    assert clean(mixed) == meant


def test_what_cannot_be_seen_goes():
    assert clean("во\u00adда\u200f\u202e \x00те\u200bчёт\ufeff") == "вода течёт"


def test_every_kind_of_space_is_a_space():
    assert clean("а\u00a0б\u2003в\tг\u2028д").split() == list("абвгд")


def test_html_is_read_as_it_would_be_shown():
    text = "<p>Течёт&nbsp;кран<br/>&laquo;сильно&raquo; &amp; давно</p><!-- нет -->"
    assert clean(text).split() == ["Течёт", "кран", "«сильно»", "&", "давно"]


@pytest.mark.parametrize(
    "text", ["5 < 6 > 4", "a<b", "<", "&", "&#1114112; &#xD800; &nosuch;", "<<<<"]
)
def test_what_only_looks_like_html_does_no_harm(text):
    assert isinstance(clean(text), str)


def test_five_is_less_than_six_is_kept():
    assert clean("5 < 6 > 4") == "5 < 6 > 4"


def test_a_message_of_a_megabyte_is_cut():
    assert len(clean("вода " * 200_000)) == LONGEST
    assert len(tokenize("<" * 1_000_000)) <= LONGEST


def test_tokens_are_words_numbers_addresses_and_signs():
    text = "Кто-то залил кв.12: звоните 8 (999) 123-45-67, пишите a.b@mail.example или "
    text += "www.x.example!!!"
    assert tokenize(text) == [
        *("Кто-то", "залил", "кв", ".", "12", ":", "звоните", "8 (999) 123-45-67", ",", "пишите"),
        *("a.b@mail.example", "или", "www.x.example!!!"),
    ]


def test_a_long_cry_is_cut_to_three_letters():
    assert tokenize("АААААА ааааа!!!!!!!! 😱😱😱😱😱") == ["ААА", "ааа", "!!!", *"😱😱😱"]


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\u200b\u200f"])
def test_a_text_of_nothing_has_no_tokens(text):
    assert tokenize(text) == []


def test_only_emoji_and_only_digits_have_tokens_that_are_no_words():
    for text in ("🔥🔥", "👨‍👩‍👧", "112", "12.05.2024 7:30"):
        tokens = tokenize(text)
        assert tokens
        assert not any(map(is_word, tokens))


def test_numbers_are_known_by_their_places_and_telephones_as_such():
    assert shape("45") == shape("99") != shape("456")
    assert shape("89991234567") == shape("8 (999) 123-45-67") == "<phone>"
    assert shape("https://a.example/б?в=1") == "<web>"


def test_surrogates_and_other_broken_text_are_borne():
    assert tokenize("вода \ud800 течёт") == ["вода", "течёт"]
