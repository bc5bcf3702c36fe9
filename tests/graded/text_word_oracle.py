"""The analyses of words, and what classic mistakes make of them."""

from common.grading.exercise.oracle import oracle
from common.i18n import Mistake

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
KEPT_AS_WRITTEN = Mistake(
    "kept-as-written",
    "what was found is kept under the word as it was written, and not as it was asked for: another "
    "spelling is parsed again",
    "найденное запомнено под словом, как оно написано, а не под видом, о котором спрошено: другое "
    "написание разберут снова",
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
YO = Mistake("yo", "ё is a letter of its own: it is not е", "«ё» — буква сама по себе, а не «е»")
AS_WRITTEN = Mistake(
    "as-written",
    "a word may be known as it was written, with its capitals: that is to be looked up first",
    "слово может быть известно так, как написано, с заглавной: сначала ищите его в таком виде",
)


@oracle
def asked_for(word: str) -> str:
    return word if len(word) < 2 else word[:LONGEST].lower()


@oracle
def expected_of(inputs: dict) -> list[list[list[str]]]:
    remembered = {word: [lemma, tag] for word, lemma, tag in inputs["known"]}
    first = {word: readings[0] for word, readings in inputs["readings"].items()}
    table = first | remembered
    return [
        [remembered.get(word) or table[asked_for(word)] for word in words]
        for words in inputs["calls"]
    ]


@oracle
def suspected_of(word: str, inputs: dict, expected: list[str]) -> list[tuple[Mistake, list[str]]]:
    """What mistakes would make of one word; what the analyzer does not know is UNKN to it."""
    asked = asked_for(word)
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
