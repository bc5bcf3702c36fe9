"""What a table's columns were taken for, in Russian, see `type_inference` and `column_summary`."""

_READ = (("number", "numbers", "числа"), ("date", "dates", "даты"))
_DATES = {
    "date ({} to {}": "дата (от {} до {}",
    "date (month and year: {} to {}": "дата (месяц и год: от {} до {}",
    "date (days as Excel counts them, {} for {}: {} to {}": (
        "дата (дни по счёту Excel, {} — это {}: от {} до {}"
    ),
    "date (dates in digits, {} for {}: {} to {}": "дата (цифрами, {} — это {}: от {} до {}",
    "date_month_first ({} to {}": "дата, сначала месяц (от {} до {}",
}
_FAR = {
    "": "",
    "; {} in {} rows, far from all others: blank them if it means none": (
        "; {} в стольких строках: {}, далеко от остальных: если это пропуск, оставьте ячейки "
        "пустыми"
    ),
}
_CALENDARS = {
    "; is {} a year of the Buddhist calendar? write {}": (
        "; не по буддийскому ли календарю год {}? пишите {}"
    ),
    "; is {} a year of another calendar? write those of ours": (
        "; не по другому ли календарю год {}? пишите по нашему"
    ),
}
_DOUBT = {
    "": "",
    "; no cell tells whether the day or the month comes first in {}, the day is taken to: --column "
    "{}=date_month_first": (
        "; ни одна ячейка не говорит, день или месяц стоит первым в {}, взят день; иначе — с "
        "--column {}=date_month_first"
    ),
    "; does the year come first in {}? write 2024-05-31": (
        "; не стоит ли в {} первым год? пишите 2024-05-31"
    ),
}

_WHAT = {
    "ignore ({})": "не взят ({})",
    "ignore (empty in training)": "не взят (в обучающей выборке пуст)",
    "ignore (the same everywhere: {})": "не взят (всюду одно и то же: {})",
    "ignore (an identifier: a different value in every row)": (
        "не взят (номер: в каждой строке своё значение)"
    ),
    "ignore (an identifier, or no number and no date as they are known: a different value in every "
    "row)": "не взят (номер или то, что не читается ни числом, ни датой: всюду разные значения)",
    "ignore (an identifier: a different value in nearly every row)": (
        "не взят (номер: почти в каждой строке своё значение)"
    ),
    "ignore (long numbers that all differ and begin alike: an identifier by their look)": (
        "не взят (длинные числа, все разные и похожие началом: по виду это номер)"
    ),
    "ignore (free text: {} different values in {} rows)": (
        "не взят (свободный текст: разных значений {} на {} строк)"
    ),
    "ignore (numbers in one cell, {}: give each its own column)": (
        "не взят (несколько чисел в ячейке, {}: дайте каждому свой столбец)"
    ),
    **{
        f"ignore ({english} but for {{}} of {{}} cells, such as {{}}; --column {{}}={kind} takes "
        "those for blank)": f"не взят ({russian}, но {{}} ячеек из {{}} не читаются, например "
        f"{{}}; --column {{}}={kind} сочтёт их пустыми)"
        for kind, english, russian in _READ
    },
    "ignore (times, {}: give them as one number, such as minutes)": (
        "не взят (время, {}: задайте его одним числом, например в минутах)"
    ),
    **{
        f"ignore (days in {number} digits, {{}}: write them as 2024-05-31)": (
            f"не взят (дни из {russian} цифр, {{}}: запишите их как 2024-05-31)"
        )
        for number, russian in (("six", "шести"), ("eight", "восьми"))
    },
    "ignore (an identifier whose last digits are lost: {})": (
        "не взят (номер, последние цифры которого потеряны: {})"
    ),
    "ignore (days and months without a year, {}: give whole dates)": (
        "не взят (дни и месяцы без года, {}: запишите даты целиком)"
    ),
    "ignore (bounds and guesses, {}: give one number in a cell)": (
        "не взят (границы и оценки, {}: запишите в ячейку одно число)"
    ),
    **{
        f"category ({{}}, {english} but for {{}} of {{}} cells, such as {{}}; or --column "
        f"{{}}={kind})": f"категория ({{}}, {russian}, но {{}} ячеек из {{}} не читаются, "
        f"например {{}}; или --column {{}}={kind})"
        for kind, english, russian in _READ
    },
    **{
        f"{kind}days such as {{}} beside numbers such as {{}}: has a spreadsheet made days of "
        "numbers?)": f"{russian}дни, например {{}}, рядом с числами, например {{}}: не сделала ли "
        "таблица из чисел дни?)"
        for kind, russian in (("ignore (", "не взят ("), ("category ({}, ", "категория ({}, "))
    },
    "ignore (days such as {} in a column of counts: has a spreadsheet made days of numbers?)": (
        "не взят (дни, например {}, в столбце количеств: не сделала ли таблица из чисел дни?)"
    ),
    "category ({})": "категория ({})",
    "category (codes: {}, such as {})": "категория (коды: {}, например {})",
    "category ({} or blank)": "категория ({} или пусто)",
    "boolean ({} or blank)": "да или нет ({} или пусто)",
    "boolean (yes or no)": "да или нет",
    "boolean (0 or 1)": "да или нет (0 или 1)",
    **{
        f"number ({{}} to {{}}{far})": f"число (от {{}} до {{}}{away})"
        for far, away in _FAR.items()
    },
    "number ({} to {}, not in degrees as its name has it)": (
        "число (от {} до {}, не в градусах, хотя так назван)"
    ),
    "latitude ({} to {})": "широта (от {} до {})",
    "longitude ({} to {})": "долгота (от {} до {})",
    **{
        f"{english}{far}{doubt})": f"{russian}{away}{unsure})"
        for english, russian in _DATES.items()
        for far, away in {**_FAR, **_CALENDARS}.items()
        for doubt, unsure in _DOUBT.items()
        if not doubt or english == "date ({} to {}"
    },
    "{} (as you said)": "{} (как вы сказали)",
}
_SAMPLES = {"": "", ", such as {}": ", например {}"}

PHRASES = {
    "column {}: {} numbers, taken apart": "столбец {}: {} числа, разделены",
    "column {}: turned round, the first number above the second: {}, row {} holds {}": (
        "столбец {}: первое число больше второго, наоборот: {}, в строке {} — {}"
    ),
    "rows alike but for the price: {} of {}": "строки, одинаковые во всём, кроме цены: {} из {}",
    "rows alike but for the price and the column {}: {} of {}": (
        "строки, одинаковые во всём, кроме цены и столбца {}: {} из {}"
    ),
    "rows alike but for the price and the columns {} and {}: {} of {}": (
        "строки, одинаковые во всём, кроме цены и столбцов {} и {}: {} из {}"
    ),
    "rows alike but for the column {}: {} of {}": (
        "строки, одинаковые во всём, кроме столбца {}: {} из {}"
    ),
    "rows alike but for the columns {} and {}: {} of {}": (
        "строки, одинаковые во всём, кроме столбцов {} и {}: {} из {}"
    ),
    "rows alike but for rounding in the column {}: {} of {}": (
        "строки, одинаковые с точностью до округления в столбце {}: {} из {}"
    ),
    "rows alike but for rounding in the columns {} and {}: {} of {}": (
        "строки, одинаковые с точностью до округления в столбцах {} и {}: {} из {}"
    ),
    "the column {} is nearly the price itself, their logarithms correlate by {}": (
        "столбец {}: почти сама цена, корреляция логарифмов {}"
    ),
    "the column {} is nearly the price itself, they correlate by {}": (
        "столбец {}: почти сама цена, корреляция {}"
    ),
    "if it is not known beforehand, leave it out: --column {}=ignore": (
        "если заранее он неизвестен, уберите его: --column {}=ignore"
    ),
    **{
        f"the columns {{}} and {{}} give the price, as their {made}": (
            f"столбцы {{}} и {{}} вместе дают цену: это их {said}"
        )
        for made, said in (("{}", "{}"), ("product", "произведение"), ("sum", "сумма"))
    },
    "if they are not known beforehand, leave one out, such as --column {}=ignore": (
        "если заранее они неизвестны, уберите один из них, например --column {}=ignore"
    ),
    "column {}: {} of {} numbers are at most {}, the others at least {}: are they in another "
    "scale?": (
        "столбец {0}: чисел не больше {3} — {1} из {2}, остальные не меньше {4}: они в другом "
        "масштабе?"
    ),
    "column {}: values that look alike, in {}, such as {}": (
        "столбец {}: похожие на вид значения, {}, например {}"
    ),
    "{} group": "групп: {}",
    "{} groups": "групп: {}",
    "if they are one, spell them alike": "если это одно и то же, пишите их одинаково",
    "column {}: names several units, {}": "столбец {}: в нём несколько единиц, {}",
    "if numbers beside it are in them, make them one": (
        "если в них числа соседнего столбца, сделайте их одной"
    ),
    "column {}: names several currencies, {}": "столбец {}: в нём несколько валют, {}",
    "are all prices in one? if not, make them one": (
        "все ли цены в одной? если нет, переведите их в одну"
    ),
    "the currency is taken from the column {}: {}": "валюта взята из столбца {}: {}",
    "the prices are in {}, as they tell themselves, and the column {} names {}": (
        "цены в {}, как видно по ним самим, а в столбце {} названо {}"
    ),
    "which is right?": "что верно?",
    "they stay in one part of the split": "они остаются в одной выборке",
    "blank: {}": "пусто: {}",
    "no number and so missing: {}, row {} holds {}": (
        "не число и поэтому пропущено: {}, в строке {} — {}"
    ),
    "converted to {}: {}, row {} holds {}": "пересчитано в {}: {}, в строке {} — {}",
    "in several currencies: row {} holds {}, row {} holds {}": (
        "в нескольких валютах: в строке {} — {}, в строке {} — {}"
    ),
    "read without the mark of a footnote: {}, row {} holds {}": (
        "прочитано без знака сноски: {}, в строке {} — {}"
    ),
    "make them one": "переведите их в одну",
    "without a unit: {}, about {}, beside about {}, row {} holds {}": (
        "без единицы: {}, около {}, а другие около {}, в строке {} — {}"
    ),
    "if such cells are in another unit, write it there": ("если там другая единица, напишите её"),
    "without % and at most 1: {}, row {} holds {}, read as so many %": (
        "без % и не больше 1: {}, в строке {} — {}, прочитано как столько процентов"
    ),
    "if such cells are fractions of 1, write them with %": (
        "если это доли единицы, запишите их с %"
    ),
    **{
        f"column {{}}: {english}{such}": f"столбец {{}}: {russian}{like}"
        for english, russian in _WHAT.items()
        for such, like in _SAMPLES.items()
    },
}
