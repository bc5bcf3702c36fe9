"""Why a table of prices is refused, in Russian: see `common.translation`."""

_WEIGHTS = "--critical-weight is below --catastrophe-weight: worse must cost more"

PHRASES = {
    "--column {}={}: no cell can be read as one, such as {}": (
        "--column {}={}: ни одну ячейку так не прочитать, например {}"
    ),
    "--column {}: expected NAME=KIND, such as floor=category": (
        "--column {}: нужно ИМЯ=ТИП, например floor=category"
    ),
    "--target {}: name the file that has this column": (
        "--target {}: назовите файл с этим столбцом"
    ),
    "--column {}: this is the price column, and stays a price": (
        "--column {}: это столбец цен, ценой он и останется"
    ),
    "price column {}: several currencies, row {} holds {}, row {} holds {}; make it one": (
        "столбец цен {}: несколько валют, в строке {} — {}, в строке {} — {}; нужна одна"
    ),
    "two columns are called {}: rename one of them": (
        "два столбца называются {}: переименуйте один из них"
    ),
    "price column {}: row {} holds {}, expected a number": (
        "столбец цен {}: в строке {} — {}, нужно число"
    ),
    "price column {}: row {} holds {}, expected a number such as 12 500 000": (
        "столбец цен {}: в строке {} — {}, нужно число, например 12 500 000"
    ),
    "price column {}: holds no number at all, expected prices": (
        "столбец цен {}: нет ни одного числа, нужны цены"
    ),
    "price column {}: row {} holds {}, expected a price above 0": (
        "столбец цен {}: в строке {} — {}, нужна цена больше 0"
    ),
    "price column {}: row {} holds {}, expected a price up to {}": (
        "столбец цен {}: в строке {} — {}, нужна цена не больше {}"
    ),
    "price column {}: row {} holds {}, without a scale beside others such as {}; write it there "
    "too": (
        "столбец цен {}: в строке {} — {}, без «тыс.» или «млн», а в других они есть, например {}; "
        "допишите и там"
    ),
    "column {}: row {} holds {}, expected a number that a flat can have": (
        "столбец {}: в строке {} — {}, нужно число, какое бывает у квартиры"
    ),
    "--group and --time together: give one of them": "--group и --time вместе: выберите одно",
    "time column {}: row {} holds {}, expected a date such as 2024-05-31": (
        "столбец времени {}: в строке {} — {}, нужна дата, например 2024-05-31"
    ),
    "a file and --data {} together: give one of them": "файл и --data {} вместе: выберите одно",
    "say which column holds the price, --target COLUMN; there are: {}": (
        "скажите, в каком столбце цена: --target СТОЛБЕЦ; есть: {}"
    ),
    "--{} {}: there is no such column": "--{} {}: такого столбца нет",
    "{}: is the file to be priced; name another to write": (
        "{}: это файл, который нужно оценить; назовите другой для записи"
    ),
    "the network's prices are beyond all numbers: its weights are damaged": (
        "цены сети за пределами чисел: её веса повреждены"
    ),
    "name the table to evaluate on: a FILE, or --data NAME": (
        "назовите таблицу для проверки: ФАЙЛ или --data ИМЯ"
    ),
    # remarks on a table, part by part
    "column {}: {} of {} dates are read day first, as in training, and could be meant the other "
    "way round": (
        "столбец {}: дат, прочитанных с дня, как при обучении, но возможных и наоборот: {} из {}"
    ),
    "column {}: {} of {} dates are read month first, as in training, and could be meant the other "
    "way round": (
        "столбец {}: дат, прочитанных с месяца, как при обучении, но возможных и наоборот: {} из {}"
    ),
    "row {} holds {}": "в строке {} стоит {}",
    "row {} holds {}, row {} holds {}, which only the other way can be read": (
        "в строке {} стоит {}, в строке {} — {}, что читается только наоборот"
    ),
    "column {}: {} of {} cells hold what training did not know, or hardly": (
        "столбец {}: ячеек с тем, чего обучение не знало или почти не знало: {} из {}"
    ),
    "column {}: {} of {} cells cannot be read as in training and count as missing": (
        "столбец {}: ячеек, которые не прочитать как при обучении (считаются пустыми): {} из {}"
    ),
    "column {}: {} of {} cells cannot be read as in training (unit {}) and count as missing": (
        "столбец {0}: ячеек, которые не прочитать как при обучении (единица {3}; считаются "
        "пустыми): {1} из {2}"
    ),
    "column {}: {} of {} cells cannot be read as in training (a share, such as 0.45 or 45 %) and "
    "count as missing": (
        "столбец {}: ячеек, которые не прочитать как при обучении (доля, например 0,45 или 45 %; "
        "считаются пустыми): {} из {}"
    ),
    "column {}: {} below a tenth of the least in training": (
        "столбец {}: {}, меньше десятой доли наименьшего в обучении"
    ),
    "are they in thousands, or in another unit?": "не в тысячах ли они, не в другой ли единице?",
    "column {}: {} far from all that training saw": (
        "столбец {}: {}, далеко от всего, что видело обучение"
    ),
    "column {}: {} not above 0, in training all were": (
        "столбец {}: {}, не больше 0, в обучении все были больше"
    ),
    "{} number": "чисел: {}",
    "{} numbers": "чисел: {}",
    "column {}: {} of {} cells are read without the mark of a footnote": (
        "столбец {}: прочитано без знака сноски: {} из {} ячеек"
    ),
    "column {}: {} of {} cells are in another unit, converted to {}": (
        "столбец {0}: ячеек в другой единице, пересчитанных в {3}: {1} из {2}"
    ),
    "column {}: {} of {} cells are in another unit, in training none had a unit": (
        "столбец {}: ячеек с единицей, каких в обучении не было: {} из {}"
    ),
    "column {}: {} of {} cells have no % and are at most 1, read as so many %": (
        "столбец {}: ячеек без % и не больше 1, прочитанных как столько процентов: {} из {}"
    ),
    "if such cells are fractions of 1, write them with %": (
        "если это доли единицы, запишите их с %"
    ),
    "column {}: {} of {} cells have the first number above the second, in training hardly any": (
        "столбец {}: ячеек, где первое число больше второго, чего в обучении почти не было: {} из "
        "{}"
    ),
    "the prices here are in {}, those of training in {}: they are taken for one": (
        "цены здесь в {}, а цены обучения в {}: приняты за одну валюту"
    ),
    "the prices here, about {}, are unlike those of training, about {}: are they in another "
    "currency, or in thousands?": (
        "цены здесь, около {}, не похожи на цены обучения, около {}: не в другой ли они валюте или "
        "в тысячах?"
    ),
    "column {}: {}, in training none was": "столбец {}: {}, в обучении таких не было",
    "{} blank cell": "пустых ячеек: {}",
    "{} blank cells": "пустых ячеек: {}",
    "{} without coordinates, priced as if in the centre, the first is row {}": (
        "{} без координат, оценены как в центре, первая — строка {}"
    ),
    "{} row": "строк: {}",
    "{} rows": "строк: {}",
    "{}; write dates as 2024-05-31, or price all the same with --lenient": (
        "{}; пишите даты как 2024-05-31 или оцените всё равно, с --lenient"
    ),
    "{}; correct them, or price all the same with --lenient": (
        "{}; исправьте их или оцените всё равно, с --lenient"
    ),
    "write dates as 2024-05-31, or price all the same with --lenient": (
        "пишите даты как 2024-05-31 или оцените всё равно, с --lenient"
    ),
    "correct them, or price all the same with --lenient": (
        "исправьте их или оцените всё равно, с --lenient"
    ),
    "write dates as 2024-05-31": "пишите даты как 2024-05-31",
    "correct them": "исправьте их",
    "is it {} there?": "не {} ли это там?",
    "{}; take it for blank with --lenient": "{}; считать её пустой — с --lenient",
    "no column is left to tell the price from: {}": "не осталось столбцов, чтобы судить о цене: {}",
    "column {} is missing, the network was trained with it": (
        "нет столбца {}, а сеть на нём училась"
    ),
    "column {} is missing, the network was trained with it; did you mean {}?": (
        "нет столбца {}, а сеть на нём училась; может быть, {}?"
    ),
    "all {} prices are the same: there is nothing to learn": (
        "все цены ({}) одинаковы: учиться нечему"
    ),
    "--critical {} is below --catastrophe {}": "--critical {} меньше, чем --catastrophe {}",
    _WEIGHTS: "--critical-weight меньше, чем --catastrophe-weight: худшее должно стоить дороже",
    "{}: holds no number at all, expected prices": "{}: нет ни одного числа, нужны цены",
    "price column {}: row {} holds {}, expected a price {}": (
        "столбец цен {}: в строке {} — {}, нужна цена {}"
    ),
    "say which column holds the price, target=COLUMN; there are: {}": (
        "скажите, в каком столбце цена: target=СТОЛБЕЦ; есть: {}"
    ),
}
