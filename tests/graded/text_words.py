"""Checks of lemmas and parts of speech, each distinct word parsed once."""

import numpy as np

from common.grading.exercise.expectations import expect_equal
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases

PROBES = "tests.graded.text_probes"
LONGEST = 64

LAST_READING = Mistake(
    "last-reading",
    "this is not the likeliest reading, which stands first in the list",
    "это не самый вероятный разбор, а он стоит в списке первым",
)
FORM = Mistake(
    "form-for-lemma",
    "this is the word as it was asked for; the lemma is the third of a reading's five parts",
    "это само слово, о котором спросили, а лемма — третья из пяти частей разбора",
)
SWAPPED = Mistake("swapped", "lemma and tag have changed places", "лемма и тег перепутаны местами")
CASE = Mistake(
    "case",
    "the analyzer was asked for a word with capitals in it",
    "анализатор спросили о слове с заглавными буквами",
)
INITIAL = Mistake(
    "initial",
    "a single letter was made small: А. may be an initial, а is “and”",
    "одиночная буква стала строчной, а «А» может быть инициалом",
)
UNCUT = Mistake(
    "uncut",
    "the whole of a very long word was asked for, and not its first 64 letters",
    "анализатор спросили обо всём длинном слове, а не о первых 64 буквах",
)
TAG_OBJECT = Mistake(
    "tag-object", "the tag is not text yet: str(tag) is", "тег ещё не текст: нужен str(tag)"
)
EVERY_TIME = Mistake(
    "every-time",
    "a word that has been parsed is parsed again: is it looked up, and under its small letters?",
    "слово разбирается снова: ищете ли вы его среди известных, и строчными ли буквами?",
)
NOT_KEPT = Mistake(
    "not-kept",
    "what was found is not in self._known, so the next call and the next run begin anew",
    "найденного нет в self._known: следующий вызов и следующий запуск начнут сначала",
)
OPENED_AGAIN = Mistake(
    "opened-again",
    "the analyzer is opened more often than it must be; keep it in self._analyzer",
    "анализатор открывается чаще, чем нужно; храните его в self._analyzer",
)
WALKED_TWICE = Mistake(
    "walked-twice",
    "`words` was walked through twice, and a generator is empty the second time",
    "`words` обошли дважды, а генератор во второй раз пуст",
)
ORDER = Mistake(
    "order",
    "each word has its own analysis in the answer, in the order and as often as it came",
    "в ответе у каждого слова свой разбор: в том же порядке и столько же раз",
)
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


YO = Mistake("yo", "ё is a letter of its own: it is not е", "«ё» — буква сама по себе, а не «е»")
AS_WRITTEN = Mistake(
    "as-written",
    "a word may be known as it was written, with its capitals: that is to be looked up first",
    "слово может быть известно так, как написано, с заглавной: сначала ищите его в таком виде",
)


def _asked_for(word: str) -> str:
    return word if len(word) < 2 else word[:LONGEST].lower()


def _expected(inputs: dict) -> list[list[list[str]]]:
    remembered = {word: [lemma, tag] for word, lemma, tag in inputs["known"]}
    first = {word: readings[0] for word, readings in inputs["readings"].items()}
    table = first | remembered
    return [
        [remembered.get(word) or table[_asked_for(word)] for word in words]
        for words in inputs["calls"]
    ]


def _suspected(word: str, inputs: dict, expected: list[str]) -> list[tuple[Mistake, list[str]]]:
    """What mistakes would make of one word; what the analyzer does not know is UNKN to it."""
    asked = _asked_for(word)
    last = inputs["readings"].get(asked, [expected])[-1]
    strange = CASE if len(word) > 1 else INITIAL
    uncut = [(UNCUT, [word.lower(), "UNKN"])] if len(word) > LONGEST else []
    without = [(YO, [asked.replace("ё", "е"), "UNKN"])] if "ё" in asked else []
    written = [known for known, *_ in inputs["known"] if known != known.lower() and known == word]
    return [
        *without,
        *((AS_WRITTEN, [asked, "UNKN"]) for _ in written),
        (EVERY_TIME, [asked, "UNKN"]),
        *uncut,
        (SWAPPED, expected[::-1]),
        (FORM, [asked, expected[1]]),
        (LAST_READING, last),
        (strange, [word, "UNKN"]),
        (strange, [word[:LONGEST], "UNKN"]),
        (INITIAL, inputs["readings"].get(word.lower(), [expected])[0]),
    ]


def judge_words(inputs: dict, output) -> None:
    """Every analysis, then what the analyzer was asked, then what is remembered."""
    for words, expected, actual in zip(
        inputs["calls"], _expected(inputs), output["calls"], strict=True
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
        suspects = _suspected(word, inputs, right)
        elsewhere = [[lemma, tag]] if [lemma, tag] in expected else []
        suspects += [(ORDER, one) for one in elsewhere]
        expect_equal([lemma, tag], right, what=Text(*shown), suspects=suspects, given=given)


def _judge_questions(inputs: dict, output) -> None:
    given = f"calls = {inputs['calls']}; known before: {[word for word, *_ in inputs['known']]}"
    before = {word for word, *_ in inputs["known"]}
    words = {word for words in inputs["calls"] for word in words} - before
    needed = {_asked_for(word) for word in words} - before
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
    analyses = [analysis for call in _expected(inputs) for analysis in call]
    for word, analysis in zip(words, analyses, strict=True):
        what = Text(
            f"self._known has no {_asked_for(word)[:40]!r} afterwards, or another analysis of it",
            f"потом в self._known нет {_asked_for(word)[:40]!r} или разбор другой",
        )
        actual = remembered.get(word if word in before else _asked_for(word), "nothing")
        expect_equal(actual, analysis, what=what, given=given, suspects=[(NOT_KEPT, "nothing")])


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
               zip(("а", "ить", "ый"), rng.permutation(TAGS), strict=True)]
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


def _as_written(rng):
    """Words that an earlier run kept with their capitals, and others that are new."""
    distinct = _distinct(rng, 5)
    known = [[word.title(), f"{word}-{rng.integers(100)}", "NOUN"] for word in distinct[:3]]
    words = [*(word.title() for word in distinct[:3]), *(word.upper() for word in distinct[3:])]
    return _inputs([[str(w) for w in rng.permutation(words)]], _readings(rng, distinct[3:]), known)


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
              cases(_real, count=2), _WORDS, each(judge_dictionary)),
        Check("repeated", Text("a generator of words that repeat", "генератор, слова повторяются"),
              cases(_repeated, _yo()), _WORDS, each(judge_words)),
        Check("calls", Text("one call after another", "вызов за вызовом"), cases(_two_calls),
              _WORDS, each(judge_words)),
        Check("known", Text("words known from an earlier run", "слова, известные с прошлого раза"),
              cases(_remembered), _WORDS, each(judge_words)),
        Check("written", Text("words known as they were written", "слова, известные в том виде, "
              "в каком написаны"), cases(_as_written), _WORDS, each(judge_words)),
        Check("lengths", Text("initials, and endless words", "инициалы и бесконечные слова"),
              cases(_short_and_long), _WORDS, each(judge_words)),
    ),
)  # fmt: skip
