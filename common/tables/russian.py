"""How a person's table was read, in Russian: see `common.translation`."""

from common.tables import russian_errors

_PLACES = {
    ", separator tab": ", разделитель — табуляция",
    ", separator {}": ", разделитель {2}",
    ", one column": ", один столбец",
}
_MARKS = {
    "": "",
    ", decimal comma": ", десятичная запятая",
    ", decimal point": ", десятичная точка",
}
_FORMATS = {
    f"{{}}: CSV, {{}}{place}{mark}": f"{{0}}: CSV, {{1}}{_PLACES[place]}{_MARKS[mark]}"
    for place in _PLACES
    for mark in _MARKS
}
PHRASES = {
    **russian_errors.PHRASES,
    **_FORMATS,
    "blank rows left out: {}, the first is row {}": "пропущено пустых строк: {}, первая — {}",
    "rows of dashes left out: {} (row {})": "пропущено строк из черт: {} (строка {})",
    "rows that repeat the header left out: {} (row {})": (
        "пропущено строк, повторяющих заголовок: {} (строка {})"
    ),
    "rows of totals left out: {} (row {})": "пропущено строк с итогами: {} (строка {})",
    "rows of averages and the like at the end left out: {} (row {})": (
        "пропущено строк со средними и тому подобным в конце: {} (строка {})"
    ),
    "rows that sum up a group left out: {} (row {})": (
        "пропущено строк с суммой группы: {} (строка {})"
    ),
    "remarks below the table left out: {} (row {})": (
        "пропущено примечаний под таблицей: {} (строка {})"
    ),
    "a row that numbers the columns left out: row {}": (
        "пропущена строка с номерами столбцов: строка {}"
    ),
    "a second line of names or of units left out: row {}, {}": (
        "пропущена вторая строка имён или единиц: строка {}, {}"
    ),
    "columns behind a blank one, filled in {} of {} rows: {}": (
        "столбцы за пустым, заполненные в {} из {} строк: {}"
    ),
    "if they are another table, delete it, for they are read with this one": (
        "если это другая таблица, удалите её: она прочитана вместе с этой"
    ),
    "column {}: names stand once above blank cells ({}), such as {} in row {}": (
        "столбец {}: имена стоят по разу над пустыми ячейками ({}), например {} в строке {}"
    ),
    "if those below belong to them, fill them": "если те, что ниже, относятся к ним, заполните их",
    "a second column {} is called {}": "второй столбец {} получил имя {}",
    "a column without a name is called {}": "столбец без имени получил имя {}",
    "rows begin with a number, and the header has a name less than they have cells: the number is "
    "taken for the row's, as R writes it": (
        "строки начинаются с числа, а имён в заголовке на одно меньше, чем ячеек: число сочтено "
        "номером строки, как пишет R"
    ),
    "the first row, which should name the columns, holds numbers": (
        "в первой строке, где должны быть имена столбцов, стоят числа"
    ),
    "the file holds {} of the {} rows that its field {} names: is it one page of several?": (
        "строк в файле {} из {}, о которых говорит его поле {}: не одна ли это страница из многих?"
    ),
    "rows taken from {}": "строки взяты из {}",
    "shapes on the map stay JSON, as text, for they are no points: {}": (
        "фигуры на карте, а не точки, остаются текстом JSON: {}"
    ),
    "fields that hold lists or objects stay JSON, as text: {}": (
        "поля со списками и объектами остаются текстом JSON: {}"
    ),
    "rows without some of the fields: {}; these are missing there": (
        "строк, где нет каких-то полей: {}; эти значения пропущены"
    ),
    "left out, neither text nor numbers: {}": "пропущено, это не текст и не числа: {}",
    "parts of the table: {}, from {} to {}": "частей таблицы: {}, от {} до {}",
    "told by the names of folders: {}": "взято из имён папок: {}",
    "no Parquet, left out: {} and others, {} in all": (
        "не Parquet, пропущено файлов: {1}, среди них {0}"
    ),
    "the table ends in row {}, where a sheet of Excel ends: was it cut off there?": (
        "таблица кончается строкой {}, где кончается лист Excel: не обрезана ли она?"
    ),
    "unpacked from the archive: {}": "взято из архива: {}",
    "rows above the header left out: {}; the header is row {}": (
        "пропущено строк над заголовком: {}; заголовок — строка {}"
    ),
    "merged cells: {}, held for all the rows that each spans": (
        "объединённых ячеек: {}, значение взято для всех строк каждой"
    ),
    "percents by their format are read as fractions of 1: {}": (
        "проценты, заданные форматом ячеек, прочитаны как доли единицы: {}"
    ),
    "only sheet {} is read, not {}": "прочитан только лист {}, но не {}",
    "hidden sheets are not read: {}": "скрытые листы не прочитаны: {}",
    "sheet {} is hidden in the workbook, and was read": "лист {} в книге скрыт и был прочитан",
    "hidden rows are read: {}, the first is row {}; --hidden skip leaves them out": (
        "скрытые строки прочитаны: {}, первая — {}; без них — с --hidden skip"
    ),
    "hidden rows left out: {}, the first is row {}": "пропущено скрытых строк: {}, первая — {}",
    "hidden columns are read: {}; --hidden skip leaves them out": (
        "скрытые столбцы прочитаны: {}; без них — с --hidden skip"
    ),
    "hidden columns left out: {}": "скрытые столбцы пропущены: {}",
    "hidden rows and columns of a workbook: read or skip": (
        "скрытые строки и столбцы книги: read — читать, skip — пропустить"
    ),
    "quotation marks are read as they stand: in this file they enclose no cells": (
        "кавычки прочитаны как есть: в этом файле они не окружают ячейки"
    ),
    "rows with fewer cells than the header: {}, the first is row {}": (
        "строк, где ячеек меньше, чем в заголовке: {}, первая — {}"
    ),
}
