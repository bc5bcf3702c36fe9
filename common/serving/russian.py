"""What a served page says, in Russian: see `common.translation`."""

PHRASES = {
    "an object has two fields {}, and nothing tells which counts": (
        "в объекте два поля {}, и ничто не говорит, какое из них верно"
    ),
    "the address names {} twice, and nothing tells which counts": (
        "в адресе дважды стоит {}, и ничто не говорит, что из этого верно"
    ),
    "the body is no JSON from character {} on": "прислан не JSON: не прочесть начиная со знака {}",
    "the JSON is nested too deeply": "в присланном JSON слишком много вложенных уровней",
    "the body is no text in UTF-8": "прислан не текст в UTF-8",
    "the JSON holds a number of too many digits": "в присланном JSON слишком длинное число",
    "the form breaks off before its end": "форма обрывается, не дойдя до конца",
    "files: a text came in this field of the form, not a file": (
        "files: в этом поле формы пришёл текст, а не файл"
    ),
    "a file came in the field {} of the form, expected {}": (
        "файл пришёл в поле формы {}, а нужен в {}"
    ),
    "the header {} comes twice": "заголовок {} пришёл дважды",
    "a body that is packed ({}), expected one that is not": (
        "присланное сжато ({}), а нужно несжатое"
    ),
    "Too many files. Maximum number of files is {}.": "слишком много файлов, можно не больше {}",
    "Too many fields. Maximum number of fields is {}.": (
        "в форме слишком много полей, можно не больше {}"
    ),
    "Part exceeded maximum size of {}KB.": "часть формы слишком велика, можно не больше {} КБ",
    "Invalid multipart data.": "форму не прочесть: её части не разделены, как обещано",
    "Missing boundary in multipart.": "не сказано, что разделяет части формы (boundary)",
    'The Content-Disposition header field "name" must be provided.': (
        "у части формы нет имени (Content-Disposition, name)"
    ),
    "to the form": "к форме",
    "The answer": "Ответ",
    "How well this run does": "Как хорошо отвечает этот прогон",
    "Figures of": "Показатели",
    "the test part, which training never saw": "тестовой выборки, которую обучение не видело",
    "the validation part, which also chose the best epoch": (
        "валидационной выборки; по ней же выбрана лучшая эпоха"
    ),
    "this server is not called {}; see --allow-host": ("этот сервер зовут не {}; см. --allow-host"),
    "pages of {} may not use this server; see --cors": (
        "страницам {} нельзя обращаться к этому серверу; см. --cors"
    ),
    "a body of {}, expected {}": "прислано {}, нужно {}",
    "a body is too large, the limit is {} MB": "прислано слишком много, предел — {} МБ",
    "the body did not come within {} seconds": "данные не пришли за отведённые секунды ({})",
    "the table unpacks to {}, here up to {} cells and {} MB are answered": (
        "таблица в развёрнутом виде велика: {}; здесь — до {} ячеек и {} МБ"
    ),
    "{} rows of {} columns": "строк {}, столбцов {}",
    "more than {} MB": "больше {} МБ",
    "Field required": "этого поля нет",
    "Extra inputs are not permitted": "такого поля нет",
    "String should have at most {} characters": "текст длиннее {} знаков",
    "String should have at least {} character": "текст пуст, нужно знаков: {}",
    "List should have at most {} items after validation, not {}": "можно не больше {}, а их {}",
    "List should have at least {} item after validation, not {}": "нужно хотя бы {}, а их {}",
    "Input should be a valid string": "нужен текст",
    "Input should be a valid list": "нужен список",
    "Input should be a valid number": "нужно число",
    "Input should be a finite number": "нужно конечное число",
    "Input should be a valid number, unable to parse string as a number": "нужно число",
    "Input should be a valid boolean": "нужно true или false",
    "Input should be a valid boolean, unable to interpret input": "нужно true или false",
    "Input should be greater than or equal to {}": "нужно не меньше {}",
    "Input should be less than or equal to {}": "нужно не больше {}",
    "Input should be a valid dictionary or object to extract fields from": "нужен объект с полями",
    "JSON decode error": "это не JSON",
    "There was an error parsing the body": "прислано то, что не прочесть как JSON",
    "There was an error parsing the body.": "прислано то, что не прочесть",
    "files: no file came in this field of the form": "files: в этом поле формы нет файла",
    "Not Found": "такого адреса нет",
    "Method Not Allowed": "этот адрес так не спрашивают",
    "too much is being sent at the moment": "сейчас присылают слишком много; попробуйте позже",
    "the answer took longer than {} seconds": "ответ не готов за отведённые секунды ({})",
    "too many requests are waiting": "слишком много запросов в очереди; попробуйте позже",
    "a mistake of ours; see the server's log": "ошибка на нашей стороне; см. журнал сервера",
    "the server ends": "сервер завершает работу; попробуйте позже",
    "the server has no room left for a file": "на сервере не осталось места для файла",
    ": 1 example": "; примеров: 1",
    "The report of this run": "Отчёт этого прогона",
    "Nothing of what you send is kept unless this server was started with --log.": (
        "Ничего из присланного не сохраняется, если сервер не запущен с --log."
    ),
    "The API": "API прогона",
    "run": "прогон",
    "The server does not answer. Is it still running?": "Сервер не отвечает. Он ещё работает?",
    "Working …": "Считаю …",
    "The previous answer": "Предыдущий ответ",
    "Choose a file": "Выбрать файл",
    "These are several files: drop one after the other.": (
        "Здесь несколько файлов: перетащите их по одному."
    ),
    "this cannot be read; is it a folder, or has it changed?": (
        "это не прочесть; это папка или файл изменился?"
    ),
    "Download": "Скачать",
    "Progress": "Ход работы",
    "this kind of file is not taken; these are:": "такие файлы не принимаются; принимаются:",
}
