"""The page of a run, and that of a learning rate, in Russian: see `common.translation`."""

PHRASES = {
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
}
