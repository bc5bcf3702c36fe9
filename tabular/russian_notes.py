"""What was understood of a table of prices, in Russian: see `common.translation`."""

PHRASES = {
    "the flats are simulated: no real deal is among them, and what each was worth is known": (
        "квартиры смоделированы: настоящих сделок среди них нет, и чего стоит каждая, известно"
    ),
    "California, 1990 census: districts, not houses; prices above 500,000 are capped": (
        "Калифорния, перепись 1990 года: кварталы, а не дома; цены выше 500 000 срезаны"
    ),
    "repeated rows thrown out: {} of {}": "повторные строки отброшены: {} из {}",
    "{} GB of cells are more than is kept in memory: they, and what they become for the network, "
    "lie in files of the temporary folder": "{} ГБ ячеек — больше, чем держится в памяти: они и "
    "то, чем они становятся для сети, лежат в файлах временной папки",
    "{} GB of cells lie in memory: they came so, or the temporary folder (TMPDIR) cannot hold "
    "them": "{} ГБ ячеек лежат в памяти: так пришли, или временная папка (TMPDIR) их не вместит",
    "rows without a price left out: {}": "строки без цены не взяты: {}",
    "prices in {}: {} of {} are at most {}, the others at least {}: are they in another scale?": (
        "цены в столбце {0}: не больше {3} — {1} из {2}, остальные не меньше {4}: они в другом "
        "масштабе?"
    ),
    "prices in {}: {} of {} are {}, the highest: are those above it cut down to it?": (
        "цены в столбце {}: {} из {} равны {}, самой высокой: не срезаны ли до неё цены выше?"
    ),
    **{
        "prices in {}: all are written like {}, which is read as {}; if the mark " + english: (
            "цены в столбце {}: все записаны как {}, прочитано {}; если знак " + russian
        )
        for english, russian in (
            ("sets thousands apart, take it out", "отделяет тысячи, уберите его"),
            ("is the decimal one, write two decimals", "десятичный, пишите два знака после него"),
        )
    },
    "rows that hold nothing but a price: {}, such as row {}; is it a sum, or an average?": (
        "строк, где нет ничего, кроме цены: {}, например строка {}; не сумма ли это, не среднее ли?"
    ),
    "prices in {}: {} to {}, median {}": "цены в столбце {}: от {} до {}, медиана {}",
    "a catastrophe is an error above {}, critical is one above {}; others: --catastrophe, "
    "--critical": (
        "катастрофа — ошибка больше {}, критичная — больше {}; иначе: --catastrophe, --critical"
    ),
    "a catastrophe is an error above {}, critical is one above {}: {} and {} at {} roubles for "
    "one {}; say what they are to you with --catastrophe, --critical and --rate": (
        "катастрофа — ошибка больше {}, критичная — больше {}: {} и {}, {} руб. за {}; что это для "
        "вас, скажут --catastrophe, --critical и --rate"
    ),
    "a catastrophe is an error above {}, critical is one above {}: {} and {} at {} roubles for "
    "one unit; say what they are to you with --catastrophe, --critical and --rate": (
        "катастрофа — ошибка больше {}, критичная — больше {}: {} и {}, {} руб. за единицу; что "
        "это для вас, скажут --catastrophe, --critical и --rate"
    ),
    "nothing says the currency of the prices": "в какой валюте цены, не сказано",
    "the prices are in {}, of which no rate is known here": (
        "цены в {}, курс этой валюты здесь неизвестен"
    ),
    "as if in roubles, a catastrophe is an error above {}, critical is one above {}": (
        "считаем, что в рублях: катастрофа — ошибка больше {}, критичная — больше {}"
    ),
    "by their median, a catastrophe is an error above {}, critical is one above {}": (
        "по медиане цен: катастрофа — ошибка больше {}, критичная — больше {}"
    ),
    "as you said, a catastrophe is an error above {}, critical is one above {}": (
        "как вы указали: катастрофа — ошибка больше {}, критичная — больше {}"
    ),
    "say what they are to you with --catastrophe, --critical and --rate": (
        "что это для вас, скажут --catastrophe, --critical и --rate"
    ),
    "say what they are to you with --catastrophe, --critical and --rate (--rate 1000000 for "
    "millions of roubles)": (
        "что это для вас, скажут --catastrophe, --critical и --rate (--rate 1000000, если цены в "
        "миллионах рублей)"
    ),
    "each flat sees the prices of the {} most like it in training": (
        "каждой квартире сообщаются цены самых похожих из обучающей выборки: {}"
    ),
    "not in the file, taken for blank: {}": "в файле нет, считается пустым: {}",
    "prices are told in {}, as in training; those that the table has in {} are in {}": (
        "цены названы в {}, как при обучении; те, что уже есть в столбце {}, — в {}"
    ),
    "1 price in column {} of {}, {} to {}, median {}": (
        "одна цена в столбце {} файла {}, от {} до {}, медиана {}"
    ),
    "{} prices in column {} of {}, {} to {}, median {}": (
        "цен: {} в столбце {} файла {}, от {} до {}, медиана {}"
    ),
    "{} value": "значений: {}",
    "{} values": "значений: {}",
    "logarithm taken of: {}": "взят логарифм: {}",
    "ratios added: {}": "добавлены отношения: {}",
    "of each category its mean price in training is told as well": (
        "о каждой категории сообщается и её средняя цена в обучающей выборке"
    ),
    "the middle of all is at {} north, {} east": "середина всех: {} с. ш., {} в. д.",
    "latitude and longitude look swapped: give the columns each other's names, or write the "
    "latitude first in a cell that holds both": (
        "широта и долгота, похоже, перепутаны: поменяйте имена столбцов или, если в ячейке обе, "
        "пишите первой широту"
    ),
    "latitude or longitude has the wrong sign in {} of {} rows, it seems, such as row {}: with the "
    "other they lie among the others; mend them there": (
        "похоже, у широты или долготы не тот знак: строк {} из {}, например строка {}: с другим "
        "знаком они среди остальных; исправьте их в таблице"
    ),
    "latitude and longitude look swapped in {} of {} rows, such as row {}: the other way round "
    "they lie among the others; mend them there": (
        "широта и долгота, похоже, перепутаны в строках: {} из {}, например в строке {}: наоборот "
        "они лежат среди остальных; исправьте их там"
    ),
    "each flat sees the prices of its {} nearest in training": (
        "каждой квартире сообщаются цены ближайших из обучающей выборки: {}"
    ),
}
