"""What the autopilot says, in Russian: see `common.translation`."""

PHRASES = {
    "How the autopilot got there": "Как автопилот к этому пришёл",
    "{} in {} seconds, each judged by the validation part: the figure is a little optimistic, for "
    "it chose among them.": (
        "{} за {} с, каждая оценена по валидационной выборке; показатель немного завышен: по нему "
        "и выбирали."
    ),
    "{} trial": "попыток: {}",
    "{} trials": "попыток: {}",
    "The answer is the mean of what {} networks say, trials {}: {} on the validation part.": (
        "Ответ — среднее того, что говорят {} сетей, попытки {}: {} на валидационной выборке."
    ),
    "The answer is the best one alone.": "Отвечает одна лучшая сеть.",
    "The answer is the best one alone: what these networks say is not averaged.": (
        "Отвечает одна лучшая сеть: ответы таких сетей не усредняются."
    ),
    "To drive this by hand, trial {}: {}": "Чтобы вести самому, попытка {}: {}",
    "to drive this by hand: {}": "чтобы вести самому: {}",
    "Under the bonnet": "Под капотом",
    "What was changed in the default settings, what it cost and what it reached on the validation "
    "part, in the order of the trials.": (
        "Что изменено в настройках по умолчанию, чего это стоило и чего достигло на валидационной "
        "выборке, в порядке попыток."
    ),
    "Nothing here looked at the test part.": "Тестовую выборку здесь не видел никто.",
    "trial": "попытка",
    "epochs": "эпохи",
    "default": "по умолчанию",
    "{}, the time was over": "{}, время вышло",
    "{}, no progress": "{}, без улучшений",
    "left out": "не вошла",
    "the best; answers": "лучшая; отвечает",
    "the best; answers with others": "лучшая; отвечает вместе с другими",
    "one of the {} best; answers with them": "одна из {} лучших; отвечает с ними",
    "failed: {}": "не удалась: {}",
    "not tried: needs about {} s": "не пробовали: нужно около {} с",
    "not tried: no time was left": "не пробовали: не осталось времени",
    "changed": "изменено",
    "came to": "итог",
    "seconds": "секунды",
    "a trial": "попытка",
    "best so far": "лучшее до сих пор",
    "mean of {}": "среднее {}",
    "{}, validation": "{}, валидация",
    "trial {}: {} · {} s · {}": "попытка {}: {} · {} с · {}",
    "trial {}: {} · {} s · {} · the best so far": "попытка {}: {} · {} с · {} · пока лучшая",
    "trial {}: {} · {} s · failed: {}": "попытка {}: {} · {} с · не удалась: {}",
    "trial {}: default · {} s · {}": "попытка {}: по умолчанию · {} с · {}",
    "trial {}: default · {} s · {} · the best so far": (
        "попытка {}: по умолчанию · {} с · {} · пока лучшая"
    ),
    "not tried: {}, it needs about {} s": "не пробуем: {}, нужно около {} с",
    "the default needs more than the {} s there are: it may be cut short": (
        "настройкам по умолчанию нужно больше, чем {} с, которые есть: обучение может оборваться"
    ),
    "the default needs about {} s; there are {}": (
        "настройкам по умолчанию нужно около {} с; есть {}"
    ),
    "the mean of the {} best: {} {}": "среднее {} лучших: {} {}",
    "what did well is told to Optuna, which draws the next settings": (
        "удачные настройки переданы Optuna, дальше выбирает она"
    ),
    "answers settled on the validation part: {}": "ответы настроены на валидационной выборке: {}",
    "The trials were judged before the rest was settled on the validation part, such as how sure "
    "to be; with that: {}.": (
        "Попытки оценены до того, как на валидационной выборке настроено остальное, например "
        "нужная уверенность; с этим: {}."
    ),
    "with the validation part remembered: {}": "когда запомнена и валидационная выборка: {}",
    "When all was chosen, the validation part joined what the answer remembers, each example "
    "judged without itself: {}.": (
        "Когда выбор был сделан, к тому, что помнит ответ, присоединена валидационная выборка; "
        "каждый пример оценён без него самого: {}."
    ),
    "Then what answers was trained again on the {} examples of training and validation part, as "
    "many epochs as the best weights had: {}; {} s.": (
        "Затем то, что отвечает, обучено заново на примерах обучающей и валидационной выборок "
        "вместе, их {}, столько эпох, сколько было у лучших весов: {}; {} с."
    ),
    "The figures of the validation part and the learning curves are from before that.": (
        "Показатели на валидационной выборке и кривые обучения — до этого."
    ),
    "trained again on both parts, epochs {} · {} s": (
        "обучено заново на обеих выборках, эпох {} · {} с"
    ),
    "training again takes too long: the networks answer as they are": (
        "на обучение заново не хватило времени: сети отвечают как есть"
    ),
    "training again came to nothing: {}": "обучение заново ничего не дало: {}",
    "interrupted: the networks answer as they are": "прервано: сети отвечают как есть",
    "try settings side by side on the workers of this Dask scheduler (tls://HOST:8786)": (
        "пробовать настройки параллельно на рабочих машинах планировщика Dask (tls://HOST:8786)"
    ),
    "folder of the cluster's client, made by `cluster certificates`": (
        "папка клиента кластера, её создаёт `cluster certificates`"
    ),
    "interrupted: the best so far is the answer": "прервано: ответ — лучшее из найденного",
    "going on with a search that was interrupted, {} trials are done": (
        "продолжаем прерванный поиск, попыток сделано: {}"
    ),
    "--minutes {} are too little: reading and preparing the data took {} s, and the page takes "
    "some; give it {} or more": (
        "--minutes {} мало: чтение и подготовка данных заняли {} с, и время нужно странице; дайте "
        "{} или больше"
    ),
    "--minutes {} are too little: {} s are over, reading the data and writing the page take about "
    "{} s here, and training some; give it {} or more": (
        "--minutes {} мало: {} с уже прошло, чтение данных и страница займут здесь около {} с, и "
        "время нужно обучению; дайте {} или больше"
    ),
    "--minutes {} are too little: {} s were over before the data was read; give it {} or more": (
        "--minutes {} мало: {} с прошло до того, как начали читать данные; дайте {} или больше"
    ),
    "--minutes {} are too little: reading and preparing the data was not over after {} s; try {}": (
        "--minutes {} мало: чтение и подготовка данных не закончились и за {} с; попробуйте {}"
    ),
    "{}: another autopilot is at work on this run": "{}: с этим прогоном уже работает автопилот",
    "--loss {} does not serve the metric {}, by which networks are judged here; take {}": (
        "--loss {} не служит метрике {}, по которой здесь судят сети; возьмите {}"
    ),
    "no training came to an end: {}": "ни одно обучение не дошло до конца: {}",
    "what to judge by, such as a key of metrics.json": (
        "метрика, по которой судить, — ключ из metrics.json"
    ),
    "settings that are to stay, and the time for all of it": (
        "настройки, которые не меняются, и время на всё"
    ),
}
