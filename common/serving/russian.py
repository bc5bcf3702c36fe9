"""What a served page says, in Russian: see `common.translation`."""

PHRASES = {
    "to the form": "к форме",
    "The answer": "Ответ",
    "How well this run does": "Как хорошо отвечает этот прогон",
    "Figures of": "Показатели",
    "the test part, which training never saw": "тестовой выборки, которую обучение не видело",
    "the validation part, which also chose the best epoch": (
        "валидационной выборки; по ней же выбрана лучшая эпоха"
    ),
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
    "Download": "Скачать",
    "Progress": "Ход работы",
    "this kind of file is not taken; these are:": "такие файлы не принимаются; принимаются:",
}
