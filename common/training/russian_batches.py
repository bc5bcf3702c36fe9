"""What the trainer says of a batch and of a part of the data, in Russian."""

from collections.abc import Mapping

TENSOR = "§"
"""Stands for what `tensors.an` says of a tensor."""


def _written_out(phrases: Mapping[str, str]) -> dict[str, str]:
    """Return phrases with their tensors as they are named, with one article or the other."""
    table: dict[str, str] = {}
    for english, russian in phrases.items():
        ends = [""]
        for piece in english.split(TENSOR)[1:]:
            ends = [f"{end}|{article}|{piece}" for end in ends for article in ("a", "an")]
        named = russian.replace(TENSOR, "тензор {} {}")
        for end in ends:
            _, *rest = end.split("|")
            pairs = zip(rest[::2], rest[1::2], strict=True)
            told = "".join(f"{article} {{}} tensor {{}}{piece}" for article, piece in pairs)
            table[english.split(TENSOR)[0] + told] = named
    return table


_OF_BATCHES = {
    "a batch has one row, and BatchNorm cannot learn from one; leave such a batch out (a "
    "DataLoader does with drop_last=True) or choose another batch_size": (
        "в батче одна строка, а BatchNorm по одной не учится; пропустите такой батч (DataLoader "
        "сделает это с drop_last=True) или выберите другой batch_size"
    ),
    "the model or the loss holds on to what it computed of an earlier batch, such as the state of "
    "a recurrent network; keep it as state.detach()": (
        "модель или функция потерь держит то, что вычислила по прошлому батчу, например состояние "
        "рекуррентной сети; храните его как state.detach()"
    ),
    "{} asks for a gradient on its way, and here there is none: let that part of its forward stand "
    "in torch.enable_grad()": (
        "{} по пути считает градиент, а здесь его нет: поставьте эту часть forward внутрь "
        "torch.enable_grad()"
    ),
    "{} returns nothing: does its forward lack a return?": (
        "{} ничего не возвращает: нет ли в forward пропущенного return?"
    ),
    "the model or the loss leaves PyTorch for NumPy, where no gradient can be followed: write it "
    "of torch's functions": (
        "модель или функция потерь переходит из PyTorch в NumPy, где градиент теряется: напишите "
        "её функциями torch"
    ),
    "{} tensors are given for each row, and {}.forward takes another number of them; the targets "
    "are no part of X": (
        "на каждую строку дано тензоров: {}, а {}.forward берёт другое их число; цели в X не входят"
    ),
    "{} gives § for a batch of one row; squeeze() takes a lone row's place away, too: squeeze(1) "
    "does not": (
        "{} выдаёт § на батч из одной строки; squeeze() убирает и место одинокой строки, "
        "squeeze(1) — нет"
    ),
    "{} gives {} rows for the {} of a batch": "{} выдаёт строк: {}, а в батче их {}",
    "{} gives §, y is §, and the loss takes other shapes": (
        "{} выдаёт §, y — §, а функция потерь берёт другие формы"
    ),
    "the loss is called with prediction and target, and takes another number of them": (
        "функция потерь вызывается с предсказанием и целью, а берёт другое число аргументов"
    ),
    "X is §, and a layer takes another size ({})": "X — §, а слой берёт другой размер ({})",
    "X is §, and a layer takes another size ({}); give X.permute(0, 3, 1, 2)": (
        "X — §, а слой берёт другой размер ({}); дайте X.permute(0, 3, 1, 2)"
    ),
    "the state of {} is of another batch, with more rows or fewer: the last batch of an epoch may "
    "be smaller; a DataLoader with drop_last=True leaves it out": (
        "состояние {} осталось от батча с другим числом строк: последний батч эпохи бывает меньше; "
        "DataLoader с drop_last=True его пропускает"
    ),
    "the model's weights are of several types, {}; model.float() makes them one": (
        "веса модели разных типов, {}; model.float() сделает их одним"
    ),
    "X is §, and the model's weights are {}; give its parts, as torch.view_as_real(X) does": (
        "X — §, а веса модели {}; дайте его части, как делает torch.view_as_real(X)"
    ),
    "X is §, and an Embedding takes whole numbers; give X.long()": (
        "X — §, а Embedding берёт целые числа; дайте X.long()"
    ),
    "X is §, and the model's weights are {}; give X.to({})": (
        "X — §, а веса модели {}; дайте X.to({})"
    ),
    "{} of {} is §, and the model's weights are {}; give loss.to({})": (
        "{} у {} — §, а веса модели {}; дайте loss.to({})"
    ),
    "{} of {} is §, and the model's weights are {}; give model.to({})": (
        "{} у {} — §, а веса модели {}; дайте model.to({})"
    ),
    "y is §, and the loss takes whole numbers; give y.long()": (
        "y — §, а функция потерь берёт целые числа; дайте y.long()"
    ),
    "y is §, and the model's weights are {}; give y.to({})": (
        "y — §, а веса модели {}; дайте y.to({})"
    ),
    "the loss computes with a tensor of another type ({}), and the model's weights are {}; make it "
    "one of theirs with .to({})": (
        "функция потерь считает с тензором другого типа ({}), а веса модели {}; приведите его к "
        "их типу: .to({})"
    ),
    "X holds numbers from {} to {}, and an Embedding takes 0 to {}": (
        "в X числа от {} до {}, а Embedding берёт от 0 до {}"
    ),
    "{} returns a {}, and the loss takes one tensor; name the one, such as loss=lambda outputs, y: "
    "mse_loss(outputs[0], y)": (
        "{} возвращает {}, а функция потерь берёт один тензор; назовите его, например "
        "loss=lambda outputs, y: mse_loss(outputs[0], y)"
    ),
    "within {} a layer returns a tuple and the next takes one tensor; nn.LSTM and nn.GRU return "
    "(outputs, state)": (
        "внутри {} слой возвращает кортеж, а следующий берёт один тензор; nn.LSTM и nn.GRU "
        "возвращают (outputs, state)"
    ),
    "y is §, and the loss computes with numbers; give y.float()": (
        "y — §, а функция потерь считает с числами; дайте y.float()"
    ),
    "y holds the class {}, for which the model has no output; classes are 0, 1, 2, …": (
        "в y есть класс {}, для которого у модели нет выхода; классы — 0, 1, 2, …"
    ),
    "y holds the class {}, for which the model has no output; classes are 0, 1, 2, …; rows without "
    "a class: CrossEntropyLoss(ignore_index={})": (
        "в y есть класс {}, для которого у модели нет выхода; классы — 0, 1, 2, …; для строк без "
        "класса: CrossEntropyLoss(ignore_index={})"
    ),
    "y is §, and the loss takes one class for each row; give y.squeeze(1)": (
        "y — §, а функция потерь берёт по одному классу на строку; дайте y.squeeze(1)"
    ),
    "y is §, and the loss wants the model's classes in the second place, before those of y: of an "
    "output (rows, time, classes) take its .transpose(1, 2), of (rows, height, width, classes) its "
    ".permute(0, 3, 1, 2)": (
        "y — §, а функция потерь ждёт классы модели на втором месте, перед осями y: у выхода "
        "(строки, время, классы) возьмите .transpose(1, 2), у (строки, высота, ширина, классы) — "
        ".permute(0, 3, 1, 2)"
    ),
    "y is §, and the loss takes one class for each row, or shares of classes; give y.argmax(1), or "
    "y.float()": (
        "y — §, а функция потерь берёт по одному классу на строку или доли классов; дайте "
        "y.argmax(1) или y.float()"
    ),
    "the model gives one number for each row, and the loss takes one for each class; let it have "
    "an output for each class, or for yes and no take BCEWithLogitsLoss": (
        "модель выдаёт одно число на строку, а функция потерь берёт по числу на класс; дайте ей по "
        "выходу на класс, а для «да и нет» возьмите BCEWithLogitsLoss"
    ),
    "y is §, and the loss takes the shape of the model's output; where that has a channel, as "
    "masks (rows, 1, height, width) have, give y.unsqueeze(1)": (
        "y — §, а функция потерь берёт форму выхода модели; если в ней есть канал, как у масок "
        "(строки, 1, высота, ширина), дайте y.unsqueeze(1)"
    ),
    "the loss takes probabilities, and the model's output is not between 0 and 1; end it with "
    "nn.Sigmoid, or better, take BCEWithLogitsLoss": (
        "функция потерь берёт вероятности, а выход модели не между 0 и 1; закончите её nn.Sigmoid "
        "или, лучше, возьмите BCEWithLogitsLoss"
    ),
    "X holds {}, expected a tensor or a tuple of tensors": (
        "в X {}, ожидался тензор или кортеж тензоров"
    ),
}
OF_BATCHES = _written_out(_OF_BATCHES)
"""What is said of a batch, behind the name of the part that it is of."""

OF_ANSWERS = {
    "the model's output is {}, and predict returns one tensor; wrap the model in one that returns "
    "the output you want": (
        "выход модели — {}, а predict возвращает один тензор; оберните модель в другую, которая "
        "возвращает нужный выход"
    ),
    **_written_out(
        {
            "{} gives § for a batch of {} rows, and predict returns one for each": (
                "{} выдаёт § на батч из {} строк, а predict возвращает по ответу на каждую"
            ),
            "{} gives § for a batch of 1 row, and predict returns one for each; squeeze() takes a "
            "lone row's place away, too: squeeze(1) does not": (
                "{} выдаёт § на батч из одной строки, а predict возвращает по ответу на каждую; "
                "squeeze() убирает и место одинокой строки, squeeze(1) — нет"
            ),
        }
    ),
}
"""What `predict` says of a model's outputs."""

OF_PARTS = {
    "yields {}, expected pairs (x, y) of tensors": "выдаёт {}, ожидались пары (x, y) тензоров",
    "yields {}, expected tensors, arrays or numbers; of a picture, "
    "torch.from_numpy(numpy.array(picture)) makes one": (
        "выдаёт {}, ожидались тензоры, массивы или числа; из картинки его сделает "
        "torch.from_numpy(numpy.array(picture))"
    ),
    "yields a batch without rows: leave it out": "выдаёт батч без строк: пропустите его",
    "yields single rows (y is a tensor without dimensions), expected batches; wrap it: "
    "DataLoader(data, batch_size=32)": (
        "выдаёт отдельные строки (y — тензор без осей), ожидались батчи; оберните: "
        "DataLoader(data, batch_size=32)"
    ),
    "is {}, expected a pair (X, y) of tensors, a Dataset, or an iterable of batches (x, y)": (
        "это {}, ожидалась пара (X, y) тензоров, Dataset или то, что выдаёт батчи (x, y)"
    ),
    "is {} that has no length": "это {} без длины",
    "is {}, which can be walked through only once; give a list, a DataLoader, or an object whose "
    "__iter__ starts anew": (
        "это {}, по нему можно пройти лишь раз; дайте список, DataLoader или объект, чей __iter__ "
        "начинает заново"
    ),
    "has rows of different kinds, a {} in place of a pair, and a batch is made of like ones": (
        "строки разных видов, {} вместо пары, а батч состоит из одинаковых"
    ),
    "has rows of different kinds, more in some than in others, and a batch is made of like ones": (
        "строки разных видов, в одних больше, чем в других, а батч состоит из одинаковых"
    ),
    "has a tensor {} on the meta device, without numbers: make it on the CPU": (
        "тензор {} на устройстве meta, без чисел: создайте его на CPU"
    ),
    "has a sparse tensor {}, of which no rows can be cut; give it .to_dense(), or give batches "
    "that are sparse, by a DataLoader": (
        "разреженный тензор {}, из которого не вырезать строк; дайте .to_dense() или разреженные "
        "батчи через DataLoader"
    ),
    "begins with the same batch twice: each of the DataLoader's {} workers goes through all of an "
    "IterableDataset, unless that divides its rows by torch.utils.data.get_worker_info()": (
        "начинается дважды с одного батча: каждый из процессов DataLoader ({}) проходит весь "
        "IterableDataset, если тот не делит строки по torch.utils.data.get_worker_info()"
    ),
    "has rows of different shapes, {} and {}, and a batch is one tensor: pad them, or give a "
    "DataLoader with a collate_fn that does": (
        "строки разной формы, {} и {}, а батч — один тензор: дополните их или дайте DataLoader с "
        "collate_fn, который это делает"
    ),
    "has tensors of {} rows, expected the same number": (
        "в тензорах разное число строк ({}), нужно одинаковое"
    ),
    "has no rows": "нет ни одной строки",
    "has no row that the loss counts": "нет ни одной строки, которую учитывает функция потерь",
    "yields no batches": "не выдаёт ни одного батча",
    "yields no batches in epoch {}": "не выдаёт ни одного батча в эпохе {}",
    "says that it has {} batches, and yields {}: the learning rate goes by what it says; mend its "
    "__len__": (
        "обещает батчей {}, а выдаёт {}: скорость обучения считается по обещанному; исправьте "
        "__len__"
    ),
}
"""What is said of a part of the data."""
