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
    "this server is not called {}; see --allow-host": ("этот сервер зовут не {}; см. --allow-host"),
    "pages of {} may not use this server; see --cors": (
        "страницам {} нельзя обращаться к этому серверу; см. --cors"
    ),
    "a body of {}, expected {}": "прислано {}, нужно {}",
    "a body is too large, the limit is {} MB": "прислано слишком много, предел — {} МБ",
    "the body did not come within {} seconds": "данные не пришли за отведённые секунды ({})",
    "too much is being sent at the moment": "сейчас присылают слишком много; попробуйте позже",
    "the answer took longer than {} seconds": "ответ не готов за отведённые секунды ({})",
    "too many requests are waiting": "слишком много запросов в очереди; попробуйте позже",
    "a mistake of ours; see the server's log": "ошибка на нашей стороне; см. журнал сервера",
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
