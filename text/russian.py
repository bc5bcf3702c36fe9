"""What the lesson of texts says, in Russian: see `common.translation`."""

from text import russian_errors, russian_notes

PHRASES = {
    **russian_errors.PHRASES,
    **russian_notes.PHRASES,
    "Message triage: a network for texts, and losses that know what a mix-up costs.": (
        "Разбор сообщений: сеть для текстов и функции потерь, которые знают цену ошибки."
    ),
    # the page
    "Who must read this message?": "Кто должен прочитать это сообщение?",
    "A property manager gets messages: gas in the stairwell, a dripping tap, a wrong bill, "
    "thanks, advertisements.": (
        "Управляющая компания получает сообщения: газ на лестнице, капающий кран, неверный счёт, "
        "благодарность, реклама."
    ),
    "One network learns to classify them with several losses.": (
        "Одна и та же сеть учится их различать с разными функциями потерь."
    ),
    "The standard one counts every mix-up alike; the cost loss has the price list, where a smell "
    "of gas filed under thanks costs 120,000 roubles and thanks filed under gas 4,000.\n\n"
    "The price list can also be used afterwards, to choose the answer of least expected cost: the "
    "columns that end in “least cost” do so with the very same networks.": (
        "Для стандартной все ошибки одинаковы; у функции потерь cost есть прейскурант, где запах "
        "газа, принятый за благодарность, стоит 120 000 рублей, а благодарность, принятая за газ, "
        "— 4000.\n\nПрейскурант можно применить и потом: выбрать ответ с наименьшими ожидаемыми "
        "затратами. Так сделано в столбцах с пометкой «наименьшая цена», с теми же самыми сетями."
    ),
    "Texts of {}": "Тексты: {}",
    "A network that was trained with the loss {} sorts them into {} classes.": (
        "Сеть, обученная с функцией потерь {}, делит их на классы: {}."
    ),
    "The price list says what each mix-up costs.": "Цена каждой ошибки — в прейскуранте.",
    "No price list was given, so every mix-up counts 1.": (
        "Прейскуранта нет, и каждая ошибка стоит 1."
    ),
    "What was understood of the file stands under “How the data was read”.": (
        "Что понято из файла, сказано в разделе «Как прочитаны данные»."
    ),
    "lost per 1,000 texts": "потеряно на 1000 текстов",
    "costliest class missed, %": "пропущено самого дорогого класса, %",
    "filed right, %": "верных ответов (accuracy), %",
    "calibration error (ECE), %": "ошибка калибровки (ECE), %",
    "always {}": "всегда {}",
    "{}, least cost": "{}, наименьшая цена",
    "What there is to learn from": "На чём учатся",
    "{} text": "текстов: {}",
    "{} texts": "текстов: {}",
    "{}. One of them: “{}”": "Всего {}. Один из них: «{}»",
    "texts in the training part": "текстов в обучающей выборке",
    "Filed by {}": "Ответы сети {}",
    "Each row holds the texts of one class; what is off the diagonal is a mix-up.": (
        "В строке — тексты одного класса; всё вне диагонали — ошибки."
    ),
    "Below, the same mix-ups by what they cost together.": (
        "Ниже те же ошибки: сколько они стоят вместе."
    ),
    "The table has the figures of each class; a dash is a share of nothing.": (
        "В таблице — показатели каждого класса; прочерк — доля от ничего."
    ),
    "{}: texts": "{}: тексты",
    "{}: cost": "{}: стоимость",
    "was filed under": "ответ сети",
    "is": "истина",
    "class": "класс",
    "texts": "тексты",
    "Can its probabilities be believed?": "Можно ли верить вероятностям?",
    "The examined texts in six groups, from the least to the most certain.": (
        "Тексты выборки в шести группах, от самых неуверенных ответов к самым уверенным."
    ),
    "On the line, eight of ten answers given with 80\u00a0% are right; below it, the network is "
    "too sure of itself.": (
        "На прямой из десяти ответов с вероятностью 80\u00a0% верны восемь; ниже неё сеть слишком "
        "уверена."
    ),
    "The decision by least cost lives on honest probabilities; the cost loss does not try to "
    "have them.": (
        "Выбору по наименьшим затратам нужны честные вероятности; функция потерь cost к ним не "
        "стремится."
    ),
    "how sure the network was": "насколько сеть уверена",
    "how often it was right": "как часто она права",
    "The costliest mistakes": "Самые дорогие ошибки",
    "No mistake was made": "Ошибок нет",
    "By the network trained with {}.": "Их сделала сеть, обученная с {}.",
    "By the network trained with {}, the one that lost least.": (
        "Их сделала сеть, обученная с {}, та, что потеряла меньше всех."
    ),
    "“Looked at” names the words that its attention weighed most, the mean of its heads; the bag "
    "of pieces beside it has its own say.": (
        "«Смотрела на» — слова с наибольшими весами внимания, в среднем по головам; мешок слов "
        "рядом решает по-своему."
    ),
    "sure": "уверенность",
    "looked at": "смотрела на",
    "text": "текст",
    # how the data was read
    "the messages were written for this course (CC0): no resident, address or telephone number in "
    "them is real": (
        "сообщения написаны для этого курса (CC0): жильцы, адреса и телефоны в них вымышлены"
    ),
    "repeated texts thrown out: {} of {}": "повторные тексты отброшены: {} из {}",
    "rows without a class left out: {}": "строки без класса не взяты: {}",
    "a mix-up costs from {} to {}": "ошибка стоит от {} до {}",
    "the costliest class to miss: {}": "дороже всего пропустить класс {}",
    "no prices were given, so every mix-up costs 1; --costs FILE names them": (
        "прейскуранта нет, и каждая ошибка стоит 1; его назовёт --costs FILE"
    ),
    "classes in the training part: {}": "классы в обучающей выборке: {}",
    "{} token": "токенов: {}",
    "{} tokens": "токенов: {}",
    "{} word": "слов: {}",
    "{} words": "слов: {}",
    "{} phrase": "сочетаний: {}",
    "{} phrases": "сочетаний: {}",
    "{}, {} distinct; known by themselves: {} and {}": (
        "{}, разных {}; с собственным вектором — {}, {}"
    ),
    # --help
    "a table (CSV, TSV, JSON Lines, Excel, Parquet) or a folder with one text file a document; if "
    "left out: the course's messages, or the run's own data": (
        "таблица (CSV, TSV, JSON Lines, Excel, Parquet) или папка, где документ — текстовый файл; "
        "без неё — сообщения из курса или данные самого прогона"
    ),
    "column that holds the text": "столбец с текстом",
    "column that holds the class": "столбец с классом",
    "sheet of a workbook (default: the first that has the columns)": (
        "лист книги (обычно первый, где есть эти столбцы)"
    ),
    "sheet of a workbook (default: the first that has the column of texts)": (
        "лист книги (обычно первый, где есть столбец текстов)"
    ),
    "row in which the columns' names stand (default: found)": (
        "строка с именами столбцов (обычно находится сама)"
    ),
    "table of what each mix-up costs: a row for each true class, a column for each answer": (
        "прейскурант ошибок: строка — истинный класс, столбец — ответ"
    ),
    "rows with one value in this column stay in one part; of a folder: 'folder' for the inner "
    "folders, or N for part N of the files' names, cut at _, - and spaces": (
        "строки с одним значением в этом столбце остаются в одной выборке; для папки: 'folder' — "
        "по внутренним папкам, N — по N-й части имён файлов, разделённых _, - и пробелами"
    ),
    "words in a passage of a long document": "слов в отрывке длинного документа",
    "word vectors to use, in word2vec's text or binary format (default: learn them)": (
        "готовые векторы слов в формате word2vec (обычно выучиваются)"
    ),
    "loss to train with: cross_entropy, smoothing, focal, cost, ordinal, or a sum such as "
    "cost + 0.5*focal": (
        "функция потерь: cross_entropy, smoothing, focal, cost, ordinal или сумма, например "
        "cost + 0.5*focal"
    ),
    "how to choose the class: most_likely, least_cost (default: least_cost where a mix-up has its "
    "price, save with the loss cost, which has chosen already)": (
        "как выбрать класс: most_likely, least_cost (обычно least_cost, если есть прейскурант; с "
        "функцией потерь cost — нет, она выбрала сама)"
    ),
    "attention heads": "голов внимания",
    "numbers in a learned word vector": "чисел в выученном векторе слова",
    "share of neurons dropped in training": "доля нейронов, отключаемых при обучении (dropout)",
    "share of words hidden from the network in training": "доля слов, скрытых при обучении",
    "share of texts that training shows without their bag": (
        "доля текстов, показанных при обучении без мешка слов"
    ),
    "loss smoothing: share given to all classes alike": (
        "функция потерь smoothing: доля, отданная всем классам поровну"
    ),
    "loss focal: how little an easy text counts": (
        "функция потерь focal: насколько мало значит лёгкий текст"
    ),
    "losses cost and ordinal: weight of the cross-entropy in them": (
        "функции потерь cost и ordinal: вес кросс-энтропии в них"
    ),
    # usual mistakes
    "say which column it is, {} COLUMN; there are: {}": "назовите столбец, {} COLUMN; есть: {}",
    "{} of one class, {}: there is nothing to learn": (
        "{}, и все одного класса, {}: учиться нечему"
    ),
    # the comparison
    "none: FLAML reads texts only with transformers that it downloads, and AutoKeras 3.0 wants "
    "Keras before 3.15; here the autopilot searches": (
        "нет: FLAML читает тексты только трансформерами, которые скачивает, а AutoKeras 3.0 "
        "требует Keras младше 3.15; здесь ищет autopilot"
    ),
    # the page of a served run
    "Paste messages, and a network says who must read each, what every answer would cost, and "
    "which words it looked at.": (
        "Вставьте сообщения, и сеть скажет, кому их читать, чего стоил бы каждый ответ и на какие "
        "слова она смотрела."
    ),
    "It sorts into:": "Классы:",
    "Messages": "Сообщения",
    "One or several, with an empty line between them": "Одно или несколько, через пустую строку",
    "Ctrl+Enter sends them": "Ctrl+Enter отправляет",
    "Who must read this?": "Кому это читать?",
    "Clear": "Очистить",
    "A whole file": "Целый файл",
    "Drop a file here, or choose one: a table (CSV, TSV, Excel), or lines (.txt).": (
        "Перетащите сюда файл или выберите его: таблица (CSV, TSV, Excel) или строки (.txt)."
    ),
    "It looked most at:": "Больше всего смотрела на:",
    "answer": "ответ",
    "expected cost": "ожидаемая цена",
    "What each answer would cost": "Чего стоил бы каждый ответ",
    "How probable each answer is": "Как вероятен каждый ответ",
    "There is no message yet.": "Сообщения пока нет.",
    "So many messages are better sent as a file.": "Столько сообщений лучше прислать файлом.",
    "probability": "вероятность",
}
