"""What was understood of a person's own texts, in Russian: see `common.translation`."""

from text.written_forms import APART, CUT

FORMS = {
    "RTF": "в записи RTF",
    "JSON": "в записи JSON",
    "a list in Python's notation": "в записи списка Python",
    "an e-mail with headers": "в форме письма с заголовками",
    "a page with a head of properties": "в форме страницы с полями в начале",
    "a chat with dates and names": "в форме чата с датами и именами",
    "subtitles": "в форме субтитров",
    "LaTeX": "в записи LaTeX",
    "columns set apart by tabs": "в форме столбцов через табуляцию",
    APART: "в форме букв через пробел",
    CUT: "в форме строк с переносами слов",
}
"""The forms of `text.written_forms`."""

PHRASES = {
    "classes: {}": "классы: {}",
    "classes: {} and {} more": "классы: {} и ещё {}",
    "{} is taken for a class like the others": "{} — класс, как и другие",
    "{} are taken for classes like the others": "{} — классы, как и другие",
    "classes that look like several: {}": "классы, похожие на несколько сразу: {}",
    "each is a class of its own here, for a text has one": (
        "здесь каждый — отдельный класс: у текста он один"
    ),
    "classes that look alike: {}": "классы, похожие на вид: {}",
    "if they are one, give them one name": "если это один класс, назовите его одинаково",
    "texts under several classes: {}, such as {} and {}": (
        "тексты с несколькими классами: {}, например {} и {}"
    ),
    "the first was believed": "взят первый",
    "empty texts left out: {}, the first is row {}": (
        "пустых текстов не взято: {}, первый — строка {}"
    ),
    "{} answer": "ответов: {}",
    "{} answers": "ответов: {}",
    "{} written to {}": "{} — в файле {}",
    "1 empty text has none": "для 1 пустого текста ответа нет",
    "{} empty texts have none": "пустых текстов, для которых ответа нет: {}",
    "{} of {} answered in {}": "{}; {}; ответы — в файле {}",
    "empty documents left out: {}, such as {}": "пустых документов не взято: {}, например {}",
    "cut into {} of about {} words": "разрезано: {}, примерно по {} слов",
    "{} passage": "отрывков: {}",
    "{} passages": "отрывков: {}",
    "{} document": "документов: {}",
    "{} documents": "документов: {}",
    "{}, {} in {}": "{}, {} в {}",
    "those of one document stay in one part": "отрывки одного документа — в одной выборке",
    "{} by --group {} ({}): each stays in one part": (
        "{} по --group {} ({}): каждая — в одной выборке"
    ),
    "{} group": "групп: {}",
    "{} groups": "групп: {}",
    "near-identical documents: {}, copies stay in one part (such as {})": (
        "почти одинаковых документов: {}, копии — в одной выборке (например {})"
    ),
    "near-identical documents of several classes ({}), such as {}: one of their classes is "
    "wrong?": (
        "почти одинаковые документы разных классов ({}), например {}: не ошибочен ли один из них?"
    ),
    "{} a class that the network never saw ({}): left out of the figures": (
        "{} с классом, которого сеть не видела ({}): в показатели не входят"
    ),
    "{} text has": "текстов: {}",
    "{} texts have": "текстов: {}",
    "the training part has no text of {}": "в обучающей выборке нет текстов класса {}",
    "the validation part has no text of {}": "в валидационной выборке нет текстов класса {}",
    "the test part has no text of {}": "в тестовой выборке нет текстов класса {}",
    "the examined part has no text of {}": "среди оцениваемых нет текстов класса {}",
    **{
        f"the {part} part has texts of one class alone, {{}}: its figures say nothing of the "
        "others": f"в {russian} выборке тексты одного класса, {{}}: об остальных её показатели "
        "ничего не говорят"
        for part, russian in {
            "training": "обучающей",
            "validation": "валидационной",
            "test": "тестовой",
            "examined": "оцениваемой",
        }.items()
    },
    **{
        f"class {{}} has {{}} {place}: the training part has it, {gap}": (
            f"класс {{}}: {{}} {where}; он в обучающей выборке, {rest}"
        )
        for place, where in {"({})": "({})", "(row {})": "(строка {})"}.items()
        for gap, rest in {
            "no other part has it: no figure speaks of it": (
                "а в других его нет: показатели о нём молчат"
            ),
        }.items()
    },
    **{
        f"class {{}} has {{}}: the training part has it, {gap}": (
            f"класс {{}}: {{}}; он в обучающей выборке, {rest}"
        )
        for gap, rest in {
            "no other part has it: no figure speaks of it": (
                "а в других его нет: показатели о нём молчат"
            ),
            "one part lacks it": "а в одной из других его нет",
        }.items()
    },
    "HTML in {} of {} texts, such as row {}: its tags are left out": (
        "разметка HTML в {} текстах из {}, например в строке {}: её теги пропускаются"
    ),
    "letters that a wrong encoding made ? or \ufffd of in {} of {} texts, such as row {}: {}": (
        "буквы, ставшие ? или \ufffd из-за неверной кодировки: текстов {} из {}, например в строке "
        "{}: {}"
    ),
    "they are gone: export the texts anew": "их уже нет: выгрузите тексты заново",
    "without any letter {} of {} texts, such as row {}: {}": (
        "без единой буквы текстов {} из {}, например в строке {}: {}"
    ),
    "an address, a file's name or a key alone in {} of {} texts, such as row {}: {}": (
        "только адрес, имя файла или ключ в текстах: {} из {}, например в строке {}: {}"
    ),
    "no word that training knew in {} of {} texts, such as row {}: {}": (
        "ни одного слова, знакомого по обучению, в текстах: {} из {}, например в строке {}: {}"
    ),
    "no word that training knew in {} of {} passages, such as {}": (
        "ни одного слова, знакомого по обучению, в отрывках: {} из {}, например {}"
    ),
    "are they of another language, or another subject?": "они на другом языке или о другом?",
    "is this the column of texts?": "тот ли это столбец?",
    "{} of {} texts name their own class, such as {}, and {} another: did somebody write it there "
    "afterwards?": (
        "текстов, где названа их собственная категория, например {2}: {0} из {1}, а чужая — {3}: "
        "её туда вписали потом?"
    ),
    "coded ({}) {} of {} texts, such as row {}: {}": (
        "закодировано ({}) текстов: {} из {}, например в строке {}: {}"
    ),
    "decode them first, for their codes are read as words": (
        "сначала раскодируйте их: сейчас коды читаются как слова"
    ),
    **{
        f"written as {english} {{}} of {{}} {what} {{}}: {{}}": (
            f"{russian}: {ru} {{}} из {{}}, например {such}{{}}: {{}}"
        )
        for english, russian in FORMS.items()
        for what, ru, such in (
            ("texts, such as row", "текстов", "строка "),
            ("documents, such as", "документов", ""),
        )
    },
    "join the parts of its words first, each is read as a word of its own": (
        "сначала соедините части слов: сейчас каждая читается как отдельное слово"
    ),
    "its marks and names are read as words too, take the texts out of it first": (
        "её знаки и имена тоже читаются как слова: сначала достаньте тексты из неё"
    ),
    "longer than {} characters, of which the rest is not read: {} of {} texts, such as row {}": (
        "длиннее {} знаков (дальше не читается) текстов: {} из {}, например в строке {}"
    ),
    "and {} as rare": "и ещё {}, таких же редких",
    "{} more class": "классов: {}",
    "{} more classes": "классов: {}",
    "texts alike but for a few words: {}, they stay in one part (such as rows {} and {})": (
        "тексты, одинаковые с точностью до нескольких слов: {}, они остаются в одной выборке "
        "(например, строки {} и {})"
    ),
    "{} by --group {}: each stays in one part": "{} по --group {}: каждая — в одной выборке",
    "rows without one, each by itself: {}": "строк без группы, каждая сама по себе: {}",
    "texts alike but for digits and signs: {} of {}, such as rows {} and {}: too many for one "
    "part": (
        "тексты, одинаковые с точностью до цифр и знаков: {} из {}, например строки {} и {}: для "
        "одной выборки слишком много"
    ),
    "UTF-8 that was read in another encoding and saved in {} of {} texts, such as row {}: {} for "
    "{}": (
        "UTF-8, прочитанный в другой кодировке и так записанный, в {} текстах из {}, например в "
        "строке {}: {} вместо {}"
    ),
    "texts in {} that were read as {} and saved: {} for {}": (
        "тексты в {}, которые прочитали как {} и так записали: {} вместо {}"
    ),
    "mend the file first": "сначала исправьте файл",
    "{} of {} texts have {} characters, and none has more: cut by what wrote the file?": (
        "у {} текстов из {} ровно {} знаков, и ни у одного больше: не обрезаны ли они программой, "
        "которая записала файл?"
    ),
    "phrases, vectors and weights are learned from one text of {}": (
        "словосочетания, векторы и веса выучены по каждому тексту из {}"
    ),
    "class {} has no text in the training part: never answered": (
        "класс {} в обучающей выборке не встречается: сеть его не назовёт"
    ),
    "words that come in bursts, as names and topics do, are read as parts of speech, and weigh "
    "little in the bag": (
        "слова, которые встречаются гнёздами, как имена и темы, читаются как части речи и мало "
        "весят в мешке слов"
    ),
    "vectors of {}, {} each": "векторы: {}, {} в каждом",
    "{} number": "чисел: {}",
    "{} numbers": "чисел: {}",
    "among them {} of the training part's {} words and phrases": (
        "среди них {} из {} слов и сочетаний обучающей выборки"
    ),
}
