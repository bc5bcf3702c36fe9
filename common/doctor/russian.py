"""What the doctor finds, in Russian: see `common.translation`."""

PHRASES = {
    "importing every library once, a few seconds": (
        "каждая библиотека импортируется один раз, несколько секунд"
    ),
    "what": "что",
    "found": "найдено",
    "ok": "есть",
    "MISSING": "НЕТ",
    "missing": "нет",
    "Everything is there.": "Всё на месте.",
    "As it is, {}.": "Сейчас так: {}.",
    # names
    "devices": "устройства",
    "settings on {}": "настройки: {}",
    "settings on {}, compiled": "настройки: {}, с компиляцией",
    "font for pictures": "шрифт для рисунков",
    "free memory": "свободная память",
    "free disk": "место на диске",
    # what was found
    "not installed": "не установлено",
    "{} installed": "установлено {}",
    "{} installed, dictionary found": "установлено {}, словарь найден",
    "{} installed, no dictionary": "установлено {}, словаря нет",
    "only on Linux": "только в Linux",
    "no answer in {} seconds": "нет ответа за {} с",
    "exit code {}": "код завершения {}",
    "{} GB": "{} ГБ",
    "{} core": "ядер: {}",
    "{} cores": "ядер: {}",
    "bfloat16 takes {} of the time: --bf16": "bfloat16 занимает {} времени float32: --bf16",
    "bfloat16 takes {} of the time: no --bf16": "bfloat16 занимает {} времени float32: без --bf16",
    "{} threads take {} of the time: {}": "на {} потоках — {} времени одного: {}",
    "compiled, a step takes {} of the time, after {} s of waiting: no --compile": (
        "с компиляцией шаг занимает {} времени, после {} с ожидания: без --compile"
    ),
    "compiled, a step takes {} of the time, after {} s of waiting: --compile, for long trainings": (
        "с компиляцией шаг занимает {} времени, после {} с ожидания: --compile, если учить долго"
    ),
    # what does not work without it
    "nothing works": "не работает ничего",
    "nothing is trained": "ничего не обучить",
    "settings are guessed": "настройки берутся наугад",
    "no table is read": "таблицы не читаются",
    "Excel files are not read": "файлы Excel не читаются",
    "no neighbours are found, so a network for prices does not train": (
        "соседей не найти, и сеть для цен не обучается"
    ),
    "the reports lack their pictures": "в отчётах нет рисунков",
    "no report is written": "отчёты не записываются",
    "runs are neither saved nor loaded": "прогоны не сохранить и не загрузить",
    "nothing is downloaded": "ничего не скачать",
    "no progress is shown": "не видно, сколько осталось",
    "no video is read": "видео не читается",
    "submissions of strangers are not graded": "чужие работы не проверить",
    "pictures show boxes in place of Russian letters": (
        "на рисунках вместо русских букв квадратики"
    ),
    "the demo may be too large": "демонстрации может не хватить памяти",
    "downloads may not fit": "загрузки могут не поместиться",
    "python -m {} does not run": "python -m {} не запускается",
    "Russian words are not brought to their dictionary form": (
        "русские слова не приводятся к словарной форме"
    ),
    "the {} lesson does not work": "урок {} не работает",
    "the {} lesson reads no video": "урок {} не читает видео",
    "the {} lesson reads and writes no sound": "урок {} не читает и не пишет звук",
    "the {} lesson has no speech of its own": "у урока {} нет собственной речи",
    "the {} lesson does not judge intelligibility": "урок {} не оценивает разборчивость",
    # what fixes it, where it is no command
    "{}   (shows why)": "{}   (покажет почему)",
    "{}   (shows where)": "{}   (покажет, где)",
    "wsl --install   (and grade inside it, with bubblewrap)": (
        "wsl --install   (и проверять внутри, с bubblewrap)"
    ),
    "grade on a Linux machine": "проверяйте на компьютере с Linux",
    "close other programs": "закройте другие программы",
    "set the variable STICKSHIFT_CACHE to a folder on another disk": (
        "задайте в переменной STICKSHIFT_CACHE папку на другом диске"
    ),
}
