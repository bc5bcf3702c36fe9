"""Why a person's table is refused, in Russian: see `common.translation`."""

_KINDS = {
    "an Excel workbook": "книга Excel",
    "a Parquet file": "файл Parquet",
    "a workbook": "книга",
}
_BEGINNINGS = {
    f"{{}}: {state} {kind}, for its beginning is not like one's": said.format("{}", _KINDS[kind])
    for kind in _KINDS
    for state, said in (
        ("not", "{}: это не {}: начало файла другое"),
        ("empty, not", "{}: файл пуст, это не {}"),
    )
}

RUSSIAN_KINDS = {
    "a pointer of Git LFS, whose file was not fetched: git lfs pull": (
        "указатель Git LFS, сам файл не скачан: git lfs pull"
    ),
    "a web page": "веб-страница",
    "an XML file": "файл XML",
    "a PDF": "PDF",
    "an RTF document": "документ RTF",
    "an e-mail, or a box of them": "письмо или ящик писем",
    "a saved web page with its pictures (MHTML)": "сохранённая веб-страница с картинками (MHTML)",
    "JSON within JavaScript, or with comments": "JSON внутри JavaScript или с комментариями",
    "subtitles": "субтитры",
    "a MIDI file, which holds notes and no sound": "файл MIDI, в нём ноты, а не звук",
    "a sound of single bits (DSD), which is to be converted to FLAC": (
        "звук из одиночных битов (DSD), его нужно пересохранить во FLAC"
    ),
    "cards of people or a calendar (vCard, iCalendar)": (
        "визитные карточки или календарь (vCard, iCalendar)"
    ),
    "a table in R's notation (dput)": "таблица в записи R (dput)",
    "a document of LaTeX": "документ LaTeX",
    "a script of SQL, and not its table": "скрипт SQL, а не таблица из него",
    "JSON written as one text in quotation marks": "JSON, записанный одним текстом в кавычках",
    "lines for fastText, and not columns of texts and of classes": (
        "строки для fastText, а не столбцы текстов и классов"
    ),
    "a zip archive or an Office document": "архив zip или документ Office",
    "an old Office document": "старый документ Office",
    "a RAR archive": "архив RAR",
    "a 7z archive": "архив 7z",
    "a gzip archive": "архив gzip",
    "a bzip2 archive": "архив bzip2",
    "an xz archive": "архив xz",
    "a Zstandard archive": "архив Zstandard",
    "a text in UTF-32, which is to be saved as UTF-8": "текст в UTF-32, сохраните его в UTF-8",
    "a PNG picture": "картинка PNG",
    "a JPEG picture": "картинка JPEG",
    "a NumPy array": "массив NumPy",
    "a Parquet table": "таблица Parquet",
    "an SQLite database": "база данных SQLite",
    "a pickle, which is never opened": "pickle, такие файлы не открываются",
    "a database of Access": "база данных Access",
    "a database of DuckDB": "база данных DuckDB",
    "a shapefile": "шейп-файл",
    "a workbook in SYLK": "книга в формате SYLK",
    "a list in Python's notation, and not JSON": "список в записи Python, а не JSON",
    "a tar archive": "архив tar",
    "a list in YAML": "список в YAML",
    "a list in TOML": "список в TOML",
    "a dict in Python's notation, and not JSON": "словарь в записи Python, а не JSON",
    **{
        f"a file of {program}": f"файл {program}"
        for program in (
            *(
                "SPSS",
                "Weka (ARFF)",
                "Stata",
                "SAS",
                "Arrow (Feather)",
                "Avro",
                "HDF5",
                "R",
                "MATLAB",
                "ORC",
            ),
        )
    },
}
"""What a file is that was taken for a table or a sound: see `common.file_signatures`."""
_OFFICE = {
    "a Word document": "документ Word",
    "a presentation": "презентация",
    "a text of OpenDocument": "текст OpenDocument",
    "a workbook of Numbers": "книга Numbers",
}
_TABLE = "expected a table: CSV, TSV, Excel (.xlsx), Parquet, JSON Lines"
_NEEDED = "нужна таблица: CSV, TSV, Excel (.xlsx), Parquet или JSON Lines"

_WRONG_JSON = {
    phrase: said
    for place, called in (
        ("{}", "{}"),
        ("line {}", "строка {}"),
        ("the list", "список"),
        ("the object", "объект"),
    )
    for phrase, said in (
        (
            f"{{}}: {place} is not sound JSON ({{}}); expected an object in each line, such as "
            "{}, or a list of objects",
            f"{{}}: {called} — неверный JSON ({{}}); нужен объект в каждой строке, например {{}}, "
            "или список объектов",
        ),
        (
            f"{{}}: {place} has an object with two fields {{}}, and nothing tells which of them "
            "counts; give each a name of its own",
            f"{{}}: {called}: в объекте два поля {{}}, и ничто не говорит, какое из них верно; "
            "дайте каждому своё имя",
        ),
    )
}

PHRASES = {
    "{}: lies in the folder to be answered; name another": (
        "{}: лежит в папке, о которой спрашивают; назовите другой файл"
    ),
    **_BEGINNINGS,
    **{
        f"{{}}: {kind}, {_TABLE}{more}": f"{{}}: это {said}, а {_NEEDED}{further}"
        for kind, said in (RUSSIAN_KINDS | _OFFICE).items()
        for more, further in (
            ("", ""),
            ("; copy its table into a workbook", "; перенесите таблицу из него в книгу"),
            ("; export it as .xlsx", "; экспортируйте её в .xlsx"),
        )
    },
    "{}: row {} has {} cells, the header names {}; a cell that holds {} goes in quotation marks": (
        "{}: в строке {} ячеек {}, а в заголовке {}; ячейка, в которой есть {}, пишется в кавычках"
    ),
    "{}: row {} has a space between {} and a quotation mark; take such spaces out, for cells begin "
    "with their mark": (
        "{}: в строке {} между {} и кавычкой стоит пробел; уберите такие пробелы: ячейка должна "
        "начинаться с кавычки"
    ),
    "{}: row {} has cells in single quotation marks, expected double ones": (
        "{}: в строке {} ячейки в одинарных кавычках, а нужны двойные"
    ),
    "{}: {} of {} rows have one cell, the header names {}; is another mark between them, such as "
    "in row {}: {}?": (
        "{}: строк с одной ячейкой {} из {}, а в заголовке их {}; не другой ли там разделитель, "
        "например в строке {}: {}?"
    ),
    "{}: row {} opens a quotation mark that is never closed": (
        "{}: в строке {} открыта кавычка, которую никто не закрыл"
    ),
    "{}: row {} opens a quotation mark, and all up to the next one, {} lines that look like rows, "
    "would be one cell; close the mark in its row, or double it": (
        "{}: в строке {} открыта кавычка, и всё до следующей, строк {}, похожих на строки таблицы, "
        "стало бы одной ячейкой; закройте кавычку в той же строке или удвойте её"
    ),
    "{}: line {} holds a zero byte, which no text has; take it out": (
        "{}: в строке {} нулевой байт, какого в тексте не бывает; уберите его"
    ),
    "{}: {} {}, for its beginning is not like one's": "{}: {} {}: начало файла другое",
    "unknown column {}. There are: {}": "нет столбца {}. Есть: {}",
    "unknown column {}; did you mean {}? There are: {}": (
        "нет столбца {}; может быть, {}? Есть: {}"
    ),
    "unknown column {}; did you mean {} or {}? There are: {}": (
        "нет столбца {}; может быть, {} или {}? Есть: {}"
    ),
    "unknown column {}; did you mean {} or {} or {}? There are: {}": (
        "нет столбца {}; может быть, {}, {} или {}? Есть: {}"
    ),
    "{}: column {}: row {} is empty, expected {}": "{}: столбец {}: строка {} пуста, нужно: {}",
    "{}: column {}: row {} holds {}, expected {}": "{}: столбец {}: в строке {} — {}, нужно: {}",
    "{}: cannot be copied ({}); write .csv": "{}: не копируется ({}); пишите в .csv",
    "{}: the workbook unpacks to {} GB, at most {} GB are read; save the sheet as CSV": (
        "{}: распакованная книга занимает {} ГБ, читается не больше {} ГБ; сохраните лист в CSV"
    ),
    "{}: column {} holds formulas without their values; open the file in Excel or LibreOffice and "
    "save it, then they are there": (
        "{}: в столбце {} формулы без значений; откройте файл в Excel или LibreOffice и сохраните, "
        "тогда значения появятся"
    ),
    "{}: a sheet of {} cells of which most are blank: delete the one far from the table, {}": (
        "{}: на листе ячеек {}, почти все пустые: удалите ту, что далеко от таблицы, {}"
    ),
    "{}: not a sound Excel workbook ({})": "{}: повреждённая книга Excel ({})",
    "{}: one column, {}, in which {} stands; expected columns set apart by , ; | or a tab": (
        "{}: столбец один, {}, и {} стоит внутри; нужны столбцы через , ; | или табуляцию"
    ),
    "{}: {} stands in the first column: a table on its side? turn it round, so that names stand in "
    "the first row": (
        "{}: {} стоит в первом столбце: таблица лежит на боку? поверните её, чтобы имена стояли в "
        "первой строке"
    ),
    "{}: a workbook with a password; save it without one": (
        "{}: книга под паролем; сохраните её без пароля"
    ),
    "{}: a damaged workbook: what follows what in it is a circle": (
        "{}: повреждённая книга: её части ссылаются друг на друга по кругу"
    ),
    "{}: not {} throughout; save it again as UTF-8": (
        "{}: кодировка {} не во всём файле; сохраните его заново в UTF-8"
    ),
    **_WRONG_JSON,
    "{}: row {} of the JSON is no object of fields": "{}: строка {} в JSON — не объект с полями",
    "{}: a web page without a table; save the table as .xlsx or CSV": (
        "{}: веб-страница без таблицы; сохраните таблицу в .xlsx или CSV"
    ),
    "{}: XML with definitions of its own, which no workbook needs": (
        "{}: XML с собственными определениями, которых в книге не бывает"
    ),
    "{}: markup of more than {} MB; save the table as CSV": (
        "{}: разметка больше {} МБ; сохраните таблицу в CSV"
    ),
    "{}: not a sound workbook in XML ({})": "{}: повреждённая книга в XML ({})",
    "{}: a damaged or truncated Parquet file ({})": ("{}: файл Parquet повреждён или оборван ({})"),
    "{}: a folder without Parquet files, expected a table, or its parts": (
        "{}: в этой папке нет файлов Parquet, а нужна таблица или её части"
    ),
    "{}: its folders do not tell the same columns of each file": (
        "{}: имена папок называют для разных файлов разные столбцы"
    ),
    "{}: two columns are called {}: rename one of them": (
        "{}: два столбца называются {}: переименуйте один из них"
    ),
    "{}: its columns are not those of {}: {} stands in one of them alone; parts of one table have "
    "the same columns": (
        "{}: столбцы не те, что в {}: {} есть только в одном из файлов; у частей одной таблицы "
        "столбцы одни и те же"
    ),
    "{}: holds other kinds of values than {} ({})": "{}: значения не того вида, что в {} ({})",
    "{}: the file has a header and no rows": "{}: в файле есть заголовок, но нет строк",
    "{}: a folder, expected a table: CSV, TSV, Excel (.xlsx), Parquet, JSON Lines": (
        "{}: это папка, а нужна таблица: CSV, TSV, Excel (.xlsx), Parquet или JSON Lines"
    ),
    "{}: a folder, expected {}": "{}: это папка, а нужно: {}",
    "{}: an archive within an archive, {}; unpack it": "{}: архив внутри архива, {}; распакуйте",
    "{}: a zip archive with {}, expected one table in it; unpack it": (
        "{}: в архиве zip {}, а нужна одна таблица; распакуйте его"
    ),
    "{}: {}, expected a table: CSV, TSV, Excel (.xlsx), Parquet, JSON Lines": (
        "{}: это не таблица ({}); нужны CSV, TSV, Excel (.xlsx), Parquet или JSON Lines"
    ),
    "{}: no permission to read this file, or a program holds it": (
        "{}: нет прав на чтение этого файла, или его держит другая программа"
    ),
    "{}: unpacks to more than {} GB": "{}: в распакованном виде больше {} ГБ",
    "{}: a damaged archive, or one with a password ({})": (
        "{}: архив повреждён или под паролем ({})"
    ),
    "{}: sheet {} has no column {}, the hidden sheet {} has it; add the column, or show that sheet "
    "to have it read": (
        "{}: на листе {} нет столбца {}, а на скрытом листе {} он есть; добавьте столбец или "
        "покажите тот лист, тогда он будет прочитан"
    ),
    "{}: the workbook is empty": "{}: книга пуста",
    "{}: row {} is empty, it cannot be the header": (
        "{}: строка {} пуста, заголовком она быть не может"
    ),
    "{}: rows have {} cells, the header names {}": "{}: в строках ячеек: {}, а в заголовке: {}",
    "{}: binary data, expected a table: CSV, TSV, Excel (.xlsx) or Parquet": (
        "{}: двоичные данные, а нужна таблица: CSV, TSV, Excel (.xlsx) или Parquet"
    ),
    "{}: the file is empty": "{}: файл пуст",
    "{}: broken UTF-16; save the file again as UTF-8": (
        "{}: испорченный UTF-16; сохраните файл заново в UTF-8"
    ),
    "{}: one of the last rows opens a quotation mark that is never closed": (
        "{}: в одной из последних строк открыта кавычка, которую никто не закрыл"
    ),
    "{}: a cell longer than {} MB; a quotation mark is opened and never closed?": (
        "{}: ячейка длиннее {} МБ; не забыта ли закрывающая кавычка?"
    ),
    "{}: line {} holds the byte 0x{}, which is not {} as the rest is; mend this line, or save the "
    "file again as UTF-8": (
        "{}: в строке {} байт 0x{}, а это не {}, как всё остальное; исправьте строку или "
        "сохраните файл заново в UTF-8"
    ),
    "{}: cannot write {}; use .csv, .tsv, .xlsx or .parquet": (
        "{}: формат {} не пишется; возьмите .csv, .tsv, .xlsx или .parquet"
    ),
    "{}: the old Excel format (.xls) is not written; use .xlsx or .csv": (
        "{}: старый формат Excel (.xls) не пишется; возьмите .xlsx или .csv"
    ),
    "{}: {} rows, an Excel sheet holds {}; use .csv or .parquet": (
        "{}: строк {}, а на лист Excel помещается {}; возьмите .csv или .parquet"
    ),
    "{}: column {} holds values of several kinds, which Parquet cannot; write .csv, or make them "
    "all text or all numbers": (
        "{}: в столбце {} значения разных типов, Parquet так не умеет; пишите в .csv или сделайте "
        "их все текстом или все числами"
    ),
}
