"""What a comparison says, in Russian: see `common.translation`."""

PHRASES = {
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
    "refuses before the first step: the model's output has shape {} and the target {}: the loss "
    "would compare every prediction with every target; give y the model's shape, for example {}, "
    "or end the model with {}": (
        "отказывает до первого шага: форма ответа сети {}, а целей — {}, и функция потерь сравнила "
        "бы каждый ответ с каждой целью; дайте y форму ответа, например {}, или закончите сеть "
        "слоем {}"
    ),
    # What follows it, after a semicolon, the trainer says of rows.
    "ends at once: epoch {}, step {}: the loss is {}": (
        "останавливается сразу: эпоха {}, шаг {}: функция потерь равна {}"
    ),
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
    "--minutes: compare trains by each way for the same epochs, and the time would cut short the "
    "course's network alone; take --epochs": (
        "--minutes: compare обучает всеми способами одинаковое число эпох, а время оборвало бы "
        "только сеть курса; задайте --epochs"
    ),
    "{}: holds {}, no comparison; name a new or empty folder": (
        "{}: там {}, это не сравнение; назовите новую или пустую папку"
    ),
}
