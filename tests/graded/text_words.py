"""Checks of lemmas and parts of speech, each distinct word parsed once."""

import numpy as np

from common.grading.exercise.expectations import expect_equal
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases
from tests.graded.text_word_oracle import (
    EVERY_TIME,
    KEPT_AS_WRITTEN,
    LONGEST,
    NOT_KEPT,
    OPENED_AGAIN,
    ORDER,
    TAG_OBJECT,
    WALKED_TWICE,
    asked_for,
    expected_of,
    suspected_of,
)

PROBES = "tests.graded.text_probes"
DICTIONARY = {
    "трубы": ("труба", "NOUN"),
    "прорвало": ("прорвать", "VERB"),
    "течёт": ("течь", "VERB"),
    "подъезде": ("подъезд", "NOUN"),
    "газом": ("газ", "NOUN"),
    "соседи": ("сосед", "NOUN"),
    "затопили": ("затопить", "VERB"),
    "лифта": ("лифт", "NOUN"),
    "мастеру": ("мастер", "NOUN"),
    "горячей": ("горячий", "ADJF"),
    "холодная": ("холодный", "ADJF"),
    "спасибо": ("спасибо", "INTJ"),
    "срочно": ("срочно", "ADVB"),
    "жильцов": ("жилец", "NOUN"),
    "крыши": ("крыша", "NOUN"),
    "убирают": ("убирать", "VERB"),
    "пахнет": ("пахнуть", "VERB"),
    "отключили": ("отключить", "VERB"),
}
"""Words whose analysis every dictionary of Russian would give."""
TAGS = ("NOUN,inan,femn sing,gent", "VERB,perf,tran plur,past,indc", "ADJF,Qual femn,sing,nomn")


def judge_words(inputs: dict, output) -> None:
    """Every analysis, then what the analyzer was asked, then what is remembered."""
    for words, expected, actual in zip(
        inputs["calls"], expected_of(inputs), output["calls"], strict=True
    ):
        _judge_call(inputs, words, expected, actual)
    _judge_questions(inputs, output)


def _judge_call(inputs: dict, words: list[str], expected: list, actual) -> None:
    given = f"words = {words}"
    if not isinstance(actual, list) or len(actual) != len(words):
        what = Text("the answer is no list with an entry for each word",
                    "ответ — не список с разбором каждого слова")  # fmt: skip
        if isinstance(actual, list):
            mistake = WALKED_TWICE if not actual else ORDER
            raise Wrong(what, actual=len(actual), expected=len(words), mistake=mistake, given=given)
        expect_equal(actual, [], what=what, given=given)
    for word, right, item in zip(words, expected, actual, strict=True):
        if not isinstance(item, list):
            what = Text("an entry is no Analysis", "в списке не Analysis")
            raise Wrong(what, actual=str(item), expected="Analysis", given=given)
        lemma, tag, is_text = item
        shown = f"the analysis of {word[:40]!r} is not right", f"разбор слова {word[:40]!r} неверен"
        if not is_text:
            what = Text("a tag is no text", "тег — не текст")
            sides = {"actual": f"{lemma}, {tag}", "expected": f"{lemma!r}, {tag!r}"}
            raise Wrong(what, **sides, mistake=TAG_OBJECT, given=given)
        elsewhere = [lemma, tag] if [lemma, tag] in expected else None
        suspects = [*suspected_of(word, inputs, right), (ORDER, elsewhere)]
        expect_equal([lemma, tag], right, what=Text(*shown), suspects=suspects, given=given)


def _judge_questions(inputs: dict, output) -> None:
    given = f"calls = {inputs['calls']}; known before: {[word for word, *_ in inputs['known']]}"
    before = {word for word, *_ in inputs["known"]}
    words = {word for words in inputs["calls"] for word in words} - before
    needed = {asked_for(word) for word in words} - before
    asked = output["asked"]
    what = Text(
        "each distinct word should be parsed once", "каждое слово надо разобрать один раз"
    )  # fmt: skip
    expect_equal(sorted(asked), sorted(needed), what=what, given=given,
                 suspects=[(EVERY_TIME, sorted(asked))])  # fmt: skip
    what = Text("the analyzer was opened this often", "столько раз открыт анализатор")
    suspects = [(OPENED_AGAIN, output["opened"])]
    expect_equal(output["opened"], int(bool(needed)), what=what, given=given, suspects=suspects)
    remembered = {word: [lemma, tag] for word, lemma, tag in output["known"]}
    words = [word for words in inputs["calls"] for word in words]
    analyses = [analysis for call in expected_of(inputs) for analysis in call]
    for word, analysis in zip(words, analyses, strict=True):
        what = Text(
            f"self._known has no {asked_for(word)[:40]!r} afterwards, or another analysis of it",
            f"потом в self._known нет {asked_for(word)[:40]!r} или разбор другой",
        )
        key = word if word in before else asked_for(word)
        actual = remembered.get(key, "nothing")
        # A word that is there tells nothing of under what another was kept.
        kept = actual if key in remembered else "nothing" if word in remembered else None
        suspects = [(KEPT_AS_WRITTEN, kept), (NOT_KEPT, None if kept else "nothing")]
        expect_equal(actual, analysis, what=what, given=given, suspects=suspects)


def judge_dictionary(inputs: dict, output) -> None:
    """The real dictionary; the first grammeme is all that is asked of the tag."""
    (words,) = inputs["calls"]
    (actual,) = output["calls"]
    if isinstance(actual, list):
        actual = [
            [item[0], item[1].partition(",")[0].partition(" ")[0], item[2]]
            if isinstance(item, list) and isinstance(item[1], str)
            else item
            for item in actual
        ]
    readings = {word: [list(DICTIONARY[word])] for word in map(str.lower, words)}
    _judge_call({**inputs, "readings": readings}, words, [readings[w.lower()][0] for w in words],
                actual)  # fmt: skip


def _invented(rng) -> str:
    syllables = ("ба", "ко", "ли", "ду", "ра", "ми", "ну", "сте", "вол", "гор", "же", "тро")
    return "".join(str(s) for s in rng.choice(syllables, int(rng.integers(2, 5)), replace=False))


def _case(rng, word: str) -> str:
    return (str.lower, str.upper, str.title)[rng.integers(3)](word)


def _readings(rng, words: list[str]) -> dict[str, list[list[str]]]:
    """Three readings for each word, of which the first is the likeliest."""
    return {
        word: [[f"{word[:-1]}{ending}", str(tag)] for ending, tag in
               zip(("ить", "а", "ый"), rng.permutation(TAGS), strict=True)]
        for word in words
    }  # fmt: skip


def _distinct(rng, count: int) -> list[str]:
    words: dict[str, None] = {}
    while len(words) < count:
        words.setdefault(_invented(rng))
    return list(words)


def _inputs(calls: list, readings: dict, known=(), *, generator: bool = False) -> dict:
    return {"calls": calls, "readings": readings, "known": list(known), "generator": generator}


def _real(rng):
    words = [_case(rng, str(word)) for word in rng.choice(list(DICTIONARY), 6, replace=False)]
    return {"calls": [words], "readings": {}, "known": [], "generator": False, "real": True}


def _repeated(rng):
    """A few words, again and again and in all spellings; a generator gives them."""
    distinct = _distinct(rng, 4)
    words = [_case(rng, str(word)) for word in rng.permutation(distinct * 3)]
    words += [distinct[0], distinct[0].upper(), distinct[0].title()]
    return _inputs([words], _readings(rng, distinct), generator=True)


def _two_calls(rng):
    distinct = _distinct(rng, 6)
    calls = [[_case(rng, w) for w in distinct[:4]], [_case(rng, w) for w in distinct[2:][::-1]], []]
    return _inputs(calls, _readings(rng, distinct))


def _remembered(rng):
    """Every word is known from earlier, with an analysis that no analyzer would give."""
    distinct = _distinct(rng, 4)
    known = [[word, f"{word}-{rng.integers(100)}", "NOUN"] for word in distinct]
    return _inputs([[_case(rng, w) for w in rng.permutation(distinct)]], {}, known)


def _short_and_long(rng):
    """Single letters in both cases, and two words that part after the 64th letter."""
    letters = [str(letter) for letter in rng.choice(list("авиксуо"), 2, replace=False)]
    start = "".join(str(s) for s in rng.choice(list("агорнтук"), LONGEST))
    long = [start + ending for ending in ("ша", "шой")]
    plain = [*letters, *map(str.upper, letters), start]
    words = [*letters, *map(str.upper, letters), long[0], long[1].title()]
    readings = {word: [[f"{i}{word}", TAGS[i % 3]]] for i, word in enumerate(plain)}
    return _inputs([[str(w) for w in rng.permutation(np.array(words, dtype=object))]], readings)


def _one_only() -> dict:
    """The same word and no other: it is answered as often as it was asked for."""
    return _inputs([["труба", "труба"], ["Труба"]], {"труба": [["0труба", TAGS[0]]]})


def _of_two_letters() -> dict:
    """The shortest words that are no initials: they are made small like all others."""
    words = ["Он", "он", "ОН", "Ёж", "OK", "Я", "я"]
    distinct = ["он", "ёж", "ok", "Я", "я"]
    readings = {word: [[f"{i}{word}", TAGS[i % 3]]] for i, word in enumerate(distinct)}
    return _inputs([words], readings)


def _of_all_signs() -> dict:
    """A word of one letter more than is asked for, and words whose signs belong to them.

    The last one has a letter of two signs: what is asked for is what was written.
    """
    longest = "перепере" * (LONGEST // 8)
    words = [longest, f"{longest}п", "-то", "кое-", "Т.Д.", "о'нил", "Straße", "Тро\u0438\u0306ка"]
    distinct = list(dict.fromkeys(word[:LONGEST].lower() for word in words))
    readings = {word: [[f"{i}{word}", TAGS[i % 3]]] for i, word in enumerate(distinct)}
    return _inputs([words], readings)


def _as_written(rng):
    """Words that an earlier run kept with their capitals, and others that are new."""
    distinct = _distinct(rng, 5)
    known = [[word.title(), f"{word}-{rng.integers(100)}", "NOUN"] for word in distinct[:3]]
    words = [*(word.title() for word in distinct[:3]), *(word.upper() for word in distinct[3:])]
    return _inputs([[str(w) for w in rng.permutation(words)]], _readings(rng, distinct[3:]), known)


def _known_twice() -> dict:
    """A word that an earlier run kept in two spellings: the one that is written counts."""
    known = [["Роза", "Роза", "NOUN,Name"], ["роза", "роза", "NOUN,inan"]]
    return _inputs([["Роза", "роза", "РОЗА"]], {}, known)


YO_WORDS = ["Пёстрый", "пестрый", "ЁЛКА", "ещё"]


def _yo() -> dict:
    distinct = list(dict.fromkeys(word.lower() for word in YO_WORDS))
    return _inputs([YO_WORDS], _readings(np.random.default_rng(1), distinct))


_WORDS = f"{PROBES}:analyses"
ANALYSE = ExerciseSpec(
    "text.morphology.Morphology.analyse",
    Text("Each word once", "Каждое слово — один раз"),
    """
    Верните `Analysis` каждого слова, по порядку; одно и то же слово разбирается лишь однажды.

    words: может быть генератором, пройти по нему можно только раз.

    `open_analyzer()` возвращает анализатор; его `parse(слово)` перечисляет разборы слова —
    кортежи (слово, тег, лемма, оценка, как), и первый — самый вероятный: он и нужен. Лемма в нём
    уже текст, тег ещё нет: текст — это `str(тег)`.

    Спрашивать анализатор надо о первых 64 (LONGEST) буквах слова, сделав их строчными: Трубы,
    трубы и ТРУБЫ — одно слово. О слове из одной буквы — как оно есть: «А.» может быть чьим-то
    инициалом, а «а» — союз.

    self._known: что запомнено, `Analysis` по слову; в нём могут быть слова от прежних запусков.
    Слово оттуда больше никогда не разбирается, как бы оно ни было там записано: «Трубы» ищите и
    как «Трубы», и как «трубы». Разобранное добавляется под тем видом, о котором
    спрошено, здесь «трубы»; добавить ли и «Трубы», решайте сами.
    self._analyzer: сначала None. Откройте анализатор, когда надо разобрать первое слово, положите
    сюда и сохраните: если все слова известны, он не нужен вовсе.
    """,
    (
        Text(
            "Think of three questions about each word, the cheapest first. Is it known? Is it "
            "known under its small letters? Only then: what does pymorphy2 say?",
            "Задайте о каждом слове три вопроса, начиная с дешёвого. Известно ли оно? Известно ли "
            "строчными буквами? И лишь потом: что говорит pymorphy2?",
        ),
        Text(
            "One loop over words is enough: dict.get says None for what is not there. The first "
            "item of what parse returns is the likeliest reading, and can be unpacked into five "
            "names. Store before you go on to the next word.",
            "Хватит одного цикла по words: dict.get даёт None, если ключа нет. parse(…)[0] — самый "
            "вероятный разбор, его можно разложить на пять имён. Запоминайте, прежде чем идти к "
            "следующему слову.",
        ),
    ),
    (
        Check("dictionary", Text("words of the dictionary", "слова из словаря"),
              cases(_real), _WORDS, each(judge_dictionary)),
        Check("repeated", Text("a generator of words that repeat", "генератор, слова повторяются"),
              cases(_repeated, _yo(), _one_only()), _WORDS, each(judge_words)),
        Check("calls", Text("one call after another", "вызов за вызовом"), cases(_two_calls),
              _WORDS, each(judge_words)),
        Check("known", Text("words known from an earlier run", "слова, известные с прошлого раза"),
              cases(_remembered), _WORDS, each(judge_words)),
        Check("written", Text("words known as they were written", "слова, известные в том виде, "
              "в каком написаны"), cases(_as_written, _known_twice()), _WORDS, each(judge_words)),
        Check("lengths", Text("initials, and endless words", "инициалы и бесконечные слова"),
              cases(_short_and_long, _of_two_letters(), _of_all_signs()), _WORDS,
              each(judge_words)),
    ),
)  # fmt: skip
