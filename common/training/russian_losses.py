"""What the trainer says of losses and metrics, and of what they are given, in Russian."""

LOSSES = {
    "the loss is the class {}, expected {}()": "функция потерь — класс {}, ожидалось {}()",
    "the loss is {}, expected a function of prediction and target, such as nn.MSELoss()": (
        "функция потерь — {}, ожидалась функция от предсказания и цели, например nn.MSELoss()"
    ),
    "{} is called with prediction and target, and takes another number of them: {}; give a "
    "function of the two, such as loss=lambda prediction, y: …": (
        "{} вызывается с предсказанием и целью, а берёт другое число аргументов: {}; дайте функцию "
        "от этих двух, например loss=lambda prediction, y: …"
    ),
    "the loss {} has parameters to learn ({}), and only the model's are trained and saved; let the "
    "model own them too (the same nn.Parameter or part as an attribute of the model), or freeze "
    "them: loss.requires_grad_(False)": (
        "у функции потерь {} есть обучаемые параметры ({}), а обучаются и сохраняются лишь "
        "параметры модели; пусть они будут и у модели (тот же nn.Parameter или часть её атрибутом) "
        "или заморозьте их: loss.requires_grad_(False)"
    ),
    "the loss returned {}, expected a tensor with one number, such as a mean": (
        "функция потерь вернула {}, ожидался тензор с одним числом, например среднее"
    ),
    "the loss returned {} tensor {}, expected a tensor with one number, such as a mean": (
        "функция потерь вернула тензор {} {}, ожидался тензор с одним числом, например среднее"
    ),
    "the loss is a complex number; take its .abs() or .real": (
        "функция потерь — комплексное число; возьмите его .abs() или .real"
    ),
    "the loss has no gradient: it was computed outside of PyTorch, or .item(), .detach() or argmax "
    "cut it off": (
        "у функции потерь нет градиента: она посчитана вне PyTorch, или его отрезали .item(), "
        ".detach() или argmax"
    ),
    **{
        f"the model's output has shape {{}} and the target {{}}: {who} {mistake}": (
            f"выход модели формы {{}}, а цель — {{}}: {named} {russian}"
        )
        for who, named in {"the loss": "функция потерь", "the metric {}": "метрика {}"}.items()
        for mistake, russian in {
            "would compare every prediction with every target; give y the model's shape, for "
            "example {}": (
                "сравнила бы каждое предсказание с каждой целью; дайте y форму выхода, например {}"
            ),
            "would compare every prediction with every target; give y the model's shape, for "
            "example y.unsqueeze(1), or end the model with nn.Flatten(0)": (
                "сравнила бы каждое предсказание с каждой целью; дайте y форму выхода, например "
                "y.unsqueeze(1), или закончите модель nn.Flatten(0)"
            ),
            "pairs predictions with other rows' targets; the model has as many outputs as a batch "
            "has rows, expected one output for each target": (
                "сравнивает предсказания с целями других строк; у модели столько выходов, сколько "
                "строк в батче, ожидался один выход на цель"
            ),
        }.items()
    },
    "valid_loss depends on batch_size: the loss {} is no mean over rows, and its mean over batches "
    "is not what it is of the whole part; for that, give fit the validation part as one batch, or "
    "name the loss among the metrics": (
        "valid_loss зависит от batch_size: функция потерь {} — не среднее по строкам, и её "
        "среднее по батчам не то, что по всей выборке; чтобы получить то, дайте fit валидационную "
        "выборку одним батчем или назовите функцию потерь среди метрик"
    ),
    "{}: the loss {} is no mean over rows, so that several batches of it are not one large batch; "
    "choose {}, or give the loss a method weight_of(target) that returns what its mean is divided "
    "by": (
        "{}: функция потерь {} — не среднее по строкам, и несколько батчей для неё не то же, что "
        "один большой; выберите {} или дайте ей метод weight_of(target), который вернёт, на что "
        "делится среднее"
    ),
    "the loss takes logits, and the model's outputs are probabilities: it ends with a {}; leave "
    "that away, for the loss applies one itself": (
        "функция потерь берёт логиты, а выходы модели — вероятности: в конце у неё {}; уберите "
        "его, функция потерь применяет его сама"
    ),
    "{} takes logits, and the model's outputs are probabilities: it ends with a {}; leave that "
    "away, for the loss applies one itself": (
        "{} берёт логиты, а выходы модели — вероятности: в конце у неё {}; уберите его, функция "
        "потерь применяет его сама"
    ),
    "{} takes logits, which may be negative, and the model ends with a ReLU; leave that away": (
        "{} берёт логиты, они бывают отрицательными, а модель кончается ReLU; уберите его"
    ),
    "{} takes shares of classes that add up to 1, and those of y add up to {}; where a row may "
    "have several classes, take BCEWithLogitsLoss": (
        "{} берёт доли классов с суммой 1, а у y сумма {}; если у строки может быть несколько "
        "классов, возьмите BCEWithLogitsLoss"
    ),
    "the model ends with a {} and its outputs are from {} to {}, and {} of y lies beyond; leave "
    "that away, or bring y there": (
        "модель кончается {}, её выходы от {} до {}, а {} значений y вне этого; уберите его или "
        "приведите y к этим пределам"
    ),
    "the model ends with a {} and its outputs are at least {}, and {} of y lies beyond; leave that "
    "away, or bring y there": (
        "модель кончается {}, её выходы не меньше {}, а {} значений y вне этого; уберите его или "
        "приведите y к этим пределам"
    ),
    "the model has one output for each row, and {} of a single class is always 0: give the model "
    "an output for each class, or for yes and no take BCEWithLogitsLoss": (
        "у модели один выход на строку, а {} от единственного класса всегда 0: дайте модели по "
        "выходу на класс, а для «да и нет» возьмите BCEWithLogitsLoss"
    ),
    **{
        f"{{}} takes log-probabilities, which are at most 0, and the model's outputs {came}; end "
        f"the model with nn.LogSoftmax(1){better}": (
            f"{{}} берёт логарифмы вероятностей, они не больше 0, а выходы модели {russian}; "
            f"закончите модель nn.LogSoftmax(1){told}"
        )
        for came, russian in {
            "go up to {}": "доходят до {}",
            "are no such logarithms": "— не такие логарифмы",
        }.items()
        for better, told in {
            "": "",
            ", or better, take CrossEntropyLoss without it": (
                " или, лучше, возьмите CrossEntropyLoss без него"
            ),
        }.items()
    },
    "{} takes probabilities as targets, and y goes down to {}; give y.exp(), or log_target=True "
    "where y holds their logarithms": (
        "{} берёт как цели вероятности, а в y есть {}; дайте y.exp() или log_target=True, если в y "
        "их логарифмы"
    ),
    "{} with log_target=True takes log-probabilities as targets, which are at most 0, and y goes "
    "up to {}; leave it out, or give y.log()": (
        "{} с log_target=True берёт как цели логарифмы вероятностей, они не больше 0, а в y есть "
        "{}; уберите его или дайте y.log()"
    ),
    "{} takes targets from 0 to 1, and y goes from {} to {}": (
        "{} берёт цели от 0 до 1, а y — от {} до {}"
    ),
    "{} takes targets from 0 to 1, and y holds nan": "{} берёт цели от 0 до 1, а в y есть nan",
    "{} takes targets -1 and 1, and y holds {}": "{} берёт цели -1 и 1, а в y есть {}",
    "{} takes counts, which are at least 0, and y goes down to {}": (
        "{} берёт количества, они не меньше 0, а в y есть {}"
    ),
    "the loss {} computes {} with y as it is, {}, which goes round beyond {}, and {} with "
    "y.long(): give that, or y.bool() where it is a mask": (
        "функция потерь {} с y как он есть выдаёт {}: в {} счёт после {} идёт по кругу, а с "
        "y.long() выдаёт {}; дайте его, а для маски — y.bool()"
    ),
    "the metric {} works in place on the predictions or targets that it is given, and others take "
    "them after it: let it work on a .clone()": (
        "метрика {} меняет на месте данные ей предсказания или цели, а после неё их берут другие: "
        "пусть работает с .clone()"
    ),
    "give y / 255": "дайте y / 255",
    "give (y + 1) / 2": "дайте (y + 1) / 2",
    "of 0 and 1, 2 * y - 1 makes them": "из 0 и 1 их сделает 2 * y - 1",
    "the metric {} returned {}, expected one number": (
        "метрика {} вернула {}, ожидалось одно число"
    ),
}
