"""What common says, in Russian: see `common.translation`. The terms are those of the glossary."""

from common.autopilot import russian as autopilot
from common.comparison import russian as comparison
from common.report import russian as report
from common.runs import russian as runs
from common.tables import russian as tables
from common.training import russian as training

PHRASES = {
    **tables.PHRASES,
    **report.PHRASES,
    **autopilot.PHRASES,
    **comparison.PHRASES,
    **training.PHRASES,
    **runs.PHRASES,
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
    "begins from {}: with its weights and its preparation, nothing of which is fitted anew": (
        "дообучение от {}: с его весами и его подготовкой данных, заново ничего не подбирается"
    ),
    **{
        f"{{}} of {{}} for {part} {were} trained on by {{}}; the figures are optimistic": (
            f"{name}: {{1}}, из них {seen} {{0}}, на которых учился {{2}}; оценка завышена"
        )
        for part, name in (
            ("validation", "валидационная выборка"),
            ("test", "тестовая выборка"),
        )
        for were, seen in (("were", "взято"), ("was", "взят"))
    },
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
    "compile the network before training, with torch.compile": (
        "скомпилировать сеть перед обучением, torch.compile"
    ),
    "deadline for training, in minutes": "предел времени обучения, минут",
    "stop after so many epochs without progress": (
        "ранняя остановка: через столько эпох без улучшения"
    ),
    "trainings side by side, on the CPU (default: one for each core, if that pays)": (
        "сколько обучений сразу, на процессоре (обычно по числу ядер, если это выгодно)"
    ),
    "go on with a training that was killed": "продолжить прерванное обучение",
    "fine-tune: begin from a run's weights and preparation; its settings are the defaults": (
        "дообучить: начать с весов и подготовки данных прогона; его настройки — по умолчанию"
    ),
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
    "{}: a run of format {}, this version reads {}": (
        "{}: прогон формата {}, эта версия читает формат {}"
    ),
    "{}: the run is damaged, {} is missing": "{}: прогон повреждён, нет файла {}",
    "{}: config.json is damaged: {}": "{}: файл config.json повреждён: {}",
    "{}: damaged, its parts do not fit together: {}": (
        "{}: прогон повреждён, его части не подходят друг к другу: {}"
    ),
    "{}: not a safetensors file, or damaged": "{}: не файл safetensors или повреждён",
    "{}: not a safetensors file, or damaged; other formats are refused unread": (
        "{}: не файл safetensors или повреждён; другие форматы не читаются"
    ),
    "{}: not readable JSON: {}": "{}: JSON не прочитать: {}",
    "{}: is there already; name a new or empty folder": (
        "{}: уже есть; назовите новую или пустую папку"
    ),
    "{}: the run that is there will be replaced when this one is complete": (
        "{}: прогон, который там лежит, будет заменён, когда этот завершится"
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
    **{
        f"the {part} part is empty: {{}} too few {what} for {{}}": (
            f"{named} выборка пуста: {{}}, это слишком мало {of} для {{}}"
        )
        for part, named in {
            "training": "обучающая",
            "validation": "валидационная",
            "test": "тестовая",
        }.items()
        for what, of in {"groups": "групп", "examples": "примеров"}.items()
    },
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
    "this system forbids it: {}": "система это запрещает: {}",
    "close other programs, or give a smaller --jobs": (
        "закройте другие программы или дайте --jobs поменьше"
    ),
    "inside of a container, start it with {}": "в контейнере: запустите его с {}",
    "{}: students' code can read what lies in {}": (
        "{}: код студентов может прочесть то, что лежит в {}"
    ),
    "name another folder with TMPDIR": "назовите другую папку: TMPDIR",
    "move the course elsewhere": "перенесите курс в другое место",
    "{}: not a file of the packages in {}": "{}: это не файл пакетов в {}",
    "this worker has not got the course": "у этой машины нет курса",
}
