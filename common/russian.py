"""What common says, in Russian: see `common.translation`. The terms are those of the glossary."""

from common.tables import russian as tables

PHRASES = {
    **tables.PHRASES,
    # the page of a run
    "What was reached": "Результаты",
    "All figures are of": "Все показатели — для",
    "the test part, which training never saw and which was touched once, for this page": (
        "тестовой выборки, которую обучение не видело и которая взята один раз, для этой страницы"
    ),
    "the validation part, which also chose the best epoch (there was no test part), "
    "so they are a little optimistic": (
        "валидационной выборки; по ней же выбрана лучшая эпоха (тестовой нет), поэтому оценка "
        "немного завышена"
    ),
    ": {} examples": "; примеров: {}",
    "The network learned from {} examples": "Сеть училась на примерах: {}",
    "; {} others chose the best epoch": "; ещё {} выбирали лучшую эпоху",
    "trained": "обучены",
    "to compare with": "для сравнения",
    "★ the best of those trained, row by row.": "★ лучший из обученных, в каждой строке.",
    "How the data was read": "Как прочитаны данные",
    "{} more": "ещё {}",
    "Pictures": "Графики",
    "{}: a plot, explained in the text below it": "{}: график, пояснён в тексте под ним",
    "Settings": "Настройки",
    "What this was trained with": "С чем обучено",
    "training, seconds": "обучение, секунд",
    "* best of those trained": "* лучший из обученных",
    "How they learned": "Как они учились",
    "Loss by epoch.": "Потери по эпохам.",
    "Each panel has its own scale, for losses are in different units: compare the shape of the "
    "curves, not their heights.": (
        "У каждого графика своя шкала, потому что единицы у функций потерь разные: сравнивайте "
        "форму кривых, а не высоту."
    ),
    "The star marks the epoch whose weights were kept.": (
        "Звезда отмечает эпоху, веса которой сохранены."
    ),
    "The last panel shows {} of the validation part, the same for all.": (
        "На последнем графике — {} на валидационной выборке, показатель у всех общий."
    ),
    "training": "обучение",
    "validation": "валидация",
    "best epoch": "лучшая эпоха",
    "epoch": "эпоха",
    "loss": "потери",
    "{}, validation part": "{}, валидационная выборка",
    # the learning rate, found
    "Which learning rate?": "Какая скорость обучения?",
    "The learning rate rises at every step, from far too small to far too large.": (
        "Скорость обучения растёт на каждом шаге, от слишком малой до слишком большой."
    ),
    "While it is too small, nothing is learned; then the loss falls; then the steps are too long, "
    "and it rises.": (
        "Пока она слишком мала, сеть не учится; затем потери падают; затем шаги слишком длинны, и "
        "потери растут."
    ),
    "Loss while the learning rate rises": "Потери, пока скорость обучения растёт",
    "Trained with {}, {} steps of {} examples.": "Функция потерь {}, шагов {} по {} примеров.",
    "The loss is lowest at {}.": "Наименьшие потери — при {}.",
    "Suggested is {}, where a quarter of its fall is done: a training takes many steps at its "
    "highest rate, and the sweep only one.": (
        "Предложено {}: здесь пройдена четверть спада. Обучение делает при наибольшей скорости "
        "много шагов, а здесь он один."
    ),
    "suggested": "предложено",
    "in the settings": "в настройках",
    "learning rate": "скорость обучения",
    "loss (running mean)": "потери (скользящее среднее)",
    "the loss is lowest at a learning rate of {}": "наименьшие потери — при скорости обучения {}",
    "suggested: --lr {} (now {})": "предложено: --lr {} (сейчас {})",
    "draw the loss while the learning rate rises, and train nothing": (
        "нарисовать потери при растущей скорости обучения, ничего не обучая"
    ),
    # the autopilot
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
    "changed": "изменено",
    "came to": "итог",
    "seconds": "секунды",
    "a trial": "попытка",
    "best so far": "лучшее до сих пор",
    "mean of {}": "среднее {}",
    "{}, validation": "{}, валидация",
    "trial {}: {} · {} s · {}": "попытка {}: {} · {} с · {}",
    "not tried: {}, it needs about {} s": "не пробуем: {}, нужно около {} с",
    "the default needs about {} s; there are {}": (
        "настройкам по умолчанию нужно около {} с; есть {}"
    ),
    "the mean of the {} best: {} {}": "среднее {} лучших: {} {}",
    "what did well is told to Optuna, which draws the next settings": (
        "удачные настройки переданы Optuna, дальше выбирает она"
    ),
    "with the validation part remembered: {}": "когда запомнена и валидационная выборка: {}",
    "When all was chosen, the validation part joined what the answer remembers, each example "
    "judged without itself: {}.": (
        "Когда выбор был сделан, к тому, что помнит ответ, присоединена валидационная выборка; "
        "каждый пример оценён без него самого: {}."
    ),
    "interrupted: the best so far is the answer": "прервано: ответ — лучшее из найденного",
    "going on with a search that was interrupted, {} trials are done": (
        "продолжаем прерванный поиск, попыток сделано: {}"
    ),
    "--minutes {} are too little: reading and preparing the data took {} s, and the page takes "
    "some; give it more": (
        "--minutes {} мало: чтение и подготовка данных заняли {} с, и время нужно странице; дайте "
        "больше"
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
    # the comparison
    "By hand, in Keras, by an AutoML": "Вручную, в Keras и с AutoML",
    "The same rows, the same split, the same loss, the same width, depth, epochs and learning "
    "rate, by several hands.": (
        "Те же строки, то же разбиение, та же функция потерь, те же ширина, глубина, число эпох и "
        "темп обучения — разными руками."
    ),
    "PyTorch and Keras train one plain network, written twice.": (
        "PyTorch и Keras обучают одну простую сеть, написанную дважды."
    ),
    "The course's network is the one of the lesson: what lies between them is what a network of "
    "one's own brings here, if anything.": (
        "Сеть курса — та, что в уроке: разница между ними — то, что здесь даёт собственная сеть, "
        "если даёт."
    ),
    "An AutoML is told nothing of the loss.": "AutoML о функции потерь ничего не знает.",
    "It gets as many seconds as the course's network took, and at least ten.": (
        "Он получает столько секунд, сколько заняла сеть курса, и не меньше десяти."
    ),
    "The loss serves the first column of figures.": (
        "Функция потерь служит первому столбцу показателей."
    ),
    "Nothing was trained for the others: a network that is behind there has not failed at its "
    "task.": "Ради остальных ничего не обучали: сеть, которая отстаёт там, свою задачу выполнила.",
    "What each came to": "Что у кого вышло",
    "what can be changed": "что можно изменить",
    "lines of code": "строк кода",
    "★ the best in its column.": "★ лучший в столбце.",
    "A difference of one training is no proof: another seed moves it.": (
        "Разница одного обучения ничего не доказывает: другое зерно её сдвинет."
    ),
    "Two traps, sprung for this page": "Две ловушки, проверенные для этой страницы",
    "here": "здесь",
    "a column against a row": "столбец против строки",
    "a loss that is no number": "потери — не число",
    "trains on, and says nothing: 8 errors have become {}": (
        "учит дальше и молчит: 8 ошибок превратились в {}"
    ),
    "refuses before the first step: {}": "отказывает до первого шага: {}",
    "trains to the end; loss by epoch: {}; weights finite: {}": (
        "учит до конца; потери по эпохам: {}; веса конечны: {}"
    ),
    "ends at once: {}": "останавливается сразу: {}",
    "The code that was run": "Код, который выполнен",
    "The code, side by side": "Код рядом",
    "This is what was run.": "Именно это и выполнено.",
    "Counted are lines of code, the loss among them, without blank ones, comments and "
    "docstrings.": (
        "Считаются строки кода вместе с функцией потерь, без пустых, комментариев и docstring."
    ),
    "the course's network": "сеть курса",
    "everything: model.py and loss.py are the lesson": "всё: model.py и loss.py — это и есть урок",
    "everything: data, layers, loss, each step": "всё: данные, слои, функцию потерь, каждый шаг",
    "layers, loss, callbacks; the step by a class of one's own": (
        "слои, функцию потерь, callbacks; шаг обучения — своим классом"
    ),
    "training by {}": "обучает {}",
    "{} is not installed; what brings it: {}": "{} не установлен; установит: {}",
    "the loss in Keras is not part of the student edition: it would be the solution": (
        "функции потерь в Keras нет в студенческой версии: это было бы решение"
    ),
    "--loss {}: compare trains with {}, the loss that is written in Keras too": (
        "--loss {}: compare обучает с {} — эта функция потерь написана и в Keras"
    ),
    "{}: holds {}, no comparison; name a new or empty folder": (
        "{}: там {}, это не сравнение; назовите новую или пустую папку"
    ),
    "{}: is a file, expected a folder to write": "{}: это файл, нужна папка для записи",
    # the log
    "training with {}": "обучение с функцией потерь {}",
    "training with {}: {} at a time": "обучение с функциями потерь {}; одновременно: {}",
    "split {}: {} for training / validation / test": (
        "разбиение {}: {} — обучающая / валидационная / тестовая выборки"
    ),
    "epochs, so that each loss has about the same seconds: {}": (
        "эпох, чтобы каждой функции потерь досталось примерно одинаковое время: {}"
    ),
    "left out: {} in the gaps of {}": "не взяты в промежутках по {1}: {0}",
    "{} example": "примеров: {}",
    "{} examples": "примеров: {}",
    "{} example lies": "примеров: {}",
    "{} examples lie": "примеров: {}",
    "{} example gives": "примеров: {}",
    "{} examples give": "примеров: {}",
    "figures of the test part of the run's own data: {}": (
        "показатели на тестовой выборке этого прогона; {}"
    ),
    "figures of the validation part of the run's own data, which also chose the best epoch "
    "(there was no test part): {}": (
        "показатели на валидационной выборке этого прогона, по которой выбрана и лучшая эпоха "
        "(тестовой не было); {}"
    ),
    "figures of the data named here: {}": "показатели на этих данных; {}",
    "{} of {} were trained on; the figures are optimistic": (
        "{1}, из них были в обучении {0}; оценка завышена"
    ),
    "{} of {} was trained on; the figures are optimistic": (
        "{1}, из них был в обучении {0}; оценка завышена"
    ),
    "run: {}": "прогон: {}",
    "page: {}": "страница: {}",
    # --help
    "settings": "настройки",
    "data": "данные",
    "loss to train with": "функция потерь для обучения",
    "number of hidden layers": "число скрытых слоёв",
    "neurons in a hidden layer": "нейронов в скрытом слое",
    "activation function": "функция активации",
    "examples in one training step": "размер батча: примеров в одном шаге обучения",
    "highest learning rate of the one-cycle schedule": (
        "наибольшая скорость обучения в расписании one-cycle"
    ),
    "passes over the training part": "число эпох: проходов по обучающей выборке",
    "per cent for training/validation/test": (
        "доли обучающей/валидационной/тестовой выборки в процентах"
    ),
    "seed of the split, the weights and the order": (
        "зерно (seed) для разбиения, весов и порядка примеров"
    ),
    "where to compute: auto, cpu, cuda, mps, …": "где считать: auto, cpu, cuda, mps, …",
    "where to compute": "где считать",
    "how strongly AdamW pulls weights to zero": "weight decay: как сильно AdamW тянет веса к нулю",
    "largest norm of the gradient; a longer one is clipped": (
        "ограничение градиента: наибольшая норма, длиннее — укорачивается"
    ),
    "threads of a training on the CPU (default: 1, for a large network one for each core)": (
        "потоков при обучении на процессоре (обычно 1, для большой сети — по числу ядер)"
    ),
    "compute the network in bfloat16": "считать сеть в bfloat16",
    "deadline for training, in minutes": "предел времени обучения, минут",
    "stop after so many epochs without progress": (
        "ранняя остановка: через столько эпох без улучшения"
    ),
    "trainings side by side, on the CPU (default: one for each core, if that pays)": (
        "сколько обучений сразу, на процессоре (обычно по числу ядер, если это выгодно)"
    ),
    "go on with a training that was killed": "продолжить прерванное обучение",
    "folder of a run": "папка прогона",
    "folder to write (default: runs/{}-…)": "в какую папку записать (обычно runs/{}-…)",
    "folder to write (default: runs/{}-lesson)": "в какую папку записать (обычно runs/{}-lesson)",
    "only write the page": "только записать страницу",
    "print the result for machines": "напечатать результат для программ",
    "a table of the course": "таблица курса",
    "a file or a folder": "файл или папка",
    "what to write": "что записать",
    "what to write (default: {}, beside the input)": "что записать (обычно {}, рядом с входом)",
    # what argparse finds wrong
    "the following arguments are required: {}": "не хватает аргументов: {}",
    "unrecognized arguments: {}": "лишние аргументы: {}",
    "argument {}: expected one argument": "{}: нужно значение",
    "argument {}: expected at least one argument": "{}: нужно хотя бы одно значение",
    "argument {}: ignored explicit argument {}": "{}: значение {} здесь не нужно",
    "argument {}: invalid choice: {} (choose from {})": "{}: нет такого: {}; есть: {}",
    "argument {}: {}, expected a whole number": "{}: {}, нужно целое число",
    "argument {}: {}, expected a whole number from 1": "{}: {}, нужно целое число от 1",
    "argument {}: {}, expected a number": "{}: {}, нужно число",
    # usual mistakes
    "{} is {}, expected {}": "{}: {}, ожидалось: {}",
    "{}: no such file": "{}: нет такого файла",
    "{}: no such file or folder": "{}: нет такого файла или папки",
    "{}: no such run": "{}: нет такого прогона",
    "{}: not a run, it has no config.json": "{}: не прогон, в нём нет config.json",
    "{}: a run of {}, expected {}": "{}: прогон модуля {}, ожидался {}",
    "{}: is there already; name a new or empty folder": (
        "{}: уже есть; назовите новую или пустую папку"
    ),
    "{}: exists and is not a run of {}": "{}: уже есть, и это не прогон модуля {}",
    "{}: a training was interrupted here; go on with --resume {}, or delete that folder": (
        "{}: здесь прервано обучение; продолжите его: --resume {}, или удалите эту папку"
    ),
    "--resume goes on with the data and settings that the training began with; leave out {}": (
        "--resume продолжает с теми данными и настройками, с которыми обучение началось; уберите {}"
    ),
    "{}: the data has changed since this training; name a file instead": (
        "{}: данные с тех пор изменились; назовите файл"
    ),
    "{}: the data has changed since this training: {} examples, expected {}": (
        "{}: данные с тех пор изменились: примеров {}, а было {}"
    ),
    "shares {}: expected two or three numbers, such as 70/20/10": (
        "shares {}: нужны два или три числа, например 70/20/10"
    ),
    "shares {} add up to {}, expected 100": "shares {}: в сумме {}, нужно 100",
    "shares {}: training and validation must be above 0, test not below": (
        "shares {}: обучающая и валидационная выборки больше 0, тестовая не меньше"
    ),
    "the {} part is empty: {} too few {} for {}": (
        "выборка {} пуста: {}, это слишком мало {} для {}"
    ),
    "unknown loss {}. There are: {}": "нет функции потерь {}. Есть: {}",
    "unknown loss {}; did you mean {}? There are: {}": (
        "нет функции потерь {}; может быть, {}? Есть: {}"
    ),
    "unknown {} {}. There are: {}": "{}: нет такого: {}. Есть: {}",
    "unknown {} {}; did you mean {}? There are: {}": (
        "{}: нет такого: {}; может быть, {}? Есть: {}"
    ),
    "device {} is not on this computer; there are: {}": (
        "устройства {} на этом компьютере нет; есть: {}"
    ),
    "{}: cannot be written, there is no folder {}": "{}: не записать, нет папки {}",
    "{}: a folder, expected the name of a file to write": (
        "{}: это папка, нужно имя файла для записи"
    ),
    # the command serve
    "port to listen at": "порт, на котором отвечать",
    "address to listen at; 0.0.0.0 is every one of this machine": (
        "адрес, на котором отвечать; 0.0.0.0 — на всех адресах этой машины"
    ),
    "another name by which clients may call this server": (
        "ещё одно имя, под которым к серверу могут обращаться"
    ),
    "origin whose pages may use the API, such as https://example.org": (
        "сайт, страницам которого можно обращаться к API, например https://example.org"
    ),
    "processes, each with the model": "число процессов, в каждом своя копия модели",
    "largest body of a request": "самое большое тело запроса, в мегабайтах",
    "requests that may wait": "сколько запросов могут ждать",
    "time limit of a request": "предел времени на запрос, в секундах",
    "time limit of a request that sends a whole file": (
        "предел времени на запрос с целым файлом, в секундах"
    ),
    "file to keep requests and answers in; without, nothing is kept": (
        "файл, где сохранять запросы и ответы; если не задан, ничего не сохраняется"
    ),
    "serving {} at {}, its API at {}": "прогон {} открыт по адресу {}, его API — {}",
    "stop with Ctrl+C": "остановить: Ctrl+C",
    "port {} is in use; stop that, or name another with --port": (
        "порт {} занят; остановите того, кто его занял, или назовите другой: --port"
    ),
    "port {} is in use by {} (process {}); stop that, or name another with --port": (
        "порт {} занят программой {} (процесс {}); остановите её или назовите другой: --port"
    ),
    # export
    "writing the network as ONNX": "сеть записывается в ONNX",
    "finding the ranges for int8 on the validation part": (
        "диапазоны для int8 определяются на валидационной выборке"
    ),
    "figures of the validation part: {}": "показатели на валидационной выборке: {}",
    "no metric is measured: {}": "показатель не измерен: {}",
    "the zip to write (default: RUN.zip, beside the run)": (
        "какой zip записать (обычно RUN.zip, рядом с прогоном)"
    ),
    "compute in whole numbers: smaller and faster": "считать в целых числах: меньше и быстрее",
    # where grading cannot begin
    "grading runs students' code in a sandbox that only Linux has; on Windows use WSL "
    "(wsl --install), on macOS a Linux virtual machine": (
        "код студентов проверяется в песочнице, которая есть только в Linux; в Windows берите WSL "
        "(wsl --install), в macOS — виртуальную машину с Linux"
    ),
    "grading needs Linux 5.14 or newer, this is {}: before that, no limit on a student's processes "
    "can be kept": (
        "для проверки нужен Linux 5.14 или новее, здесь {}: раньше предел на число процессов "
        "студента удержать нельзя"
    ),
    "grading needs an x86-64 or ARM64 processor, this is {}": (
        "для проверки нужен процессор x86-64 или ARM64, здесь {}"
    ),
    "grading needs bubblewrap (bwrap), which is not installed here: {}": (
        "для проверки нужен bubblewrap (bwrap), здесь его нет: {}"
    ),
    "the sandbox cannot start, and grading goes no further without it: {}": (
        "песочница не запускается, а без неё проверять нельзя: {}"
    ),
    "the sandbox broke down; the check under way does not count, and grading goes no further "
    "without it: {}": (
        "песочница сломалась, начатая проверка не считается, а без песочницы проверять нельзя: {}"
    ),
    "{}: students' code can read what lies in {}; name another folder": (
        "{}: код студентов может прочесть то, что лежит в {}; назовите другую папку"
    ),
}
