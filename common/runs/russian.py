"""What a run, its folder and its files are refused with, in Russian."""

PHRASES = {
    # several ranks
    "choose one process, or give the loss a method weight_of(target) that returns what its mean is "
    "divided by": (
        "обучайте одним процессом или дайте ей метод weight_of(target), который вернёт, на что "
        "делится среднее"
    ),
    "the {} ranks have not prepared the same data: it must lie on each machine, and be read and "
    "prepared there by the same versions of everything": (
        "процессы (их {}) подготовили не одни и те же данные: они должны лежать на каждой машине, "
        "а версии всего — быть одинаковыми"
    ),
    # what cannot be written
    "{}: cannot be written ({})": "{}: не записать ({})",
    "is it open in another program, or is the folder read-only?": (
        "не открыт ли он в другой программе, не закрыта ли папка для записи?"
    ),
    "the variable {} names another folder": "другую папку назовёт переменная {}",
    "{}: the run cannot be written: {}": "{}: прогон не записать: {}",
    "{}: cannot be put in place: {}": "{}: не поставить на место: {}",
    "is a file of it open?": "не открыт ли какой-нибудь его файл?",
    "The complete run lies in {}": "Готовый прогон лежит в {}",
    "{} cannot be downloaded ({})": "{}: не скачать ({})",
    "put the file from {} to {} by hand": "положите файл с адреса {} вручную: {}",
    "{} is {}, and there is no such home": "{}={}: такой домашней папки нет",
    # the folder of a run
    "{}: cannot be a folder: {}": "{}: не может быть папкой: {}",
    "{}: the folder that you are in": "{}: папка, в которой вы находитесь",
    "name one inside it, such as runs/first": "назовите папку внутри неё, например runs/first",
    "{}; name another folder": "{}; назовите другую папку",
    "{}: exists and is not a run of {}": "{}: уже есть, и это не прогон модуля {}",
    "{}: exists and is not a run of {} alone: it holds {}": (
        "{}: уже есть, и в ней не только прогон модуля {}: есть {}"
    ),
    "name another folder": "назовите другую папку",
    "{}: cannot be read: {}": "{}: не прочесть: {}",
    "its training was interrupted, go on with train --resume {}": (
        "его обучение прервано, продолжит его train --resume {}"
    ),
    "{}: expected a JSON object": "{}: нужен объект JSON",
    "{}: nothing to resume, this run is complete": "{}: продолжать нечего, прогон закончен",
    "{}: nothing to resume, this run was never begun": "{}: продолжать нечего, прогон не начат",
    "{}: nothing to resume, no checkpoint was saved (a demo saves none)": (
        "{}: продолжать нечего, чекпойнта нет (демо его не пишет)"
    ),
    "start anew": "начните заново",
    "{}: its data was handed over in Python and is not kept": (
        "{}: данные были переданы в Python и не сохранены"
    ),
    "name a file instead": "назовите файл",
    # the record of a search
    "{}: another search was interrupted here, with other data or settings": (
        "{}: здесь прерван другой поиск, с другими данными или настройками"
    ),
    "give the command of that one, or delete the folder": (
        "повторите ту команду или удалите папку"
    ),
    "{}: damaged": "{}: повреждён",
    "{}: damaged ({})": "{}: повреждён ({})",
    "delete the folder to start anew": "чтобы начать заново, удалите папку",
    "{}: holds {}, no record of a search": "{}: здесь {}, а не записи поиска",
    "name another run": "назовите другой прогон",
    "the process that trained with {} was ended from outside (exit code {})": (
        "процесс, который обучал с {}, завершён извне (код {})"
    ),
    "if the memory was full, --processes 1 trains one after the other": (
        "если не хватило памяти, --processes 1 обучает по очереди"
    ),
    # serve, new
    "serve needs {}, which is not installed: {}": "для serve нужна библиотека {}, её нет: {}",
    "{}: is not the course's whole repository": "{}: это не полный репозиторий курса",
    "a domain is written there": "модуль пишется в него",
    "{}: is there already": "{}: уже есть",
    "remove it, or take another name": "уберите его или возьмите другое имя",
    "{} cannot name a package": "{} не годится в имена пакета",
    "did you mean {}?": "может быть, {}?",
    "expected letters a to z, digits and _": "нужны буквы от a до z, цифры и _",
    "{} is a module of Python itself": "{} — модуль самого Python",
    "{} is an installed library": "{} — установленная библиотека",
    "take another name": "возьмите другое имя",
}
