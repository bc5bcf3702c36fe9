"""What the trainer says of a model, a loss, data and checkpoints, in Russian.

All of it can be met in a command: by a student whose exercise goes wrong, and by whoever brings a
domain of their own. What only an argument in Python can cause, such as `optimizer=`, is said in
English alone.
"""

from common.training.russian_batches import OF_ANSWERS, OF_BATCHES, OF_PARTS
from common.training.russian_losses import LOSSES

PARTS = {
    "training data": "обучающая выборка",
    "validation data": "валидационная выборка",
    "data to predict": "данные для предсказания",
}
ROWS = {
    f"{rows} {{}} of the {part}: {told}": f"{named}, {word} {{}}: {russian}"
    for part, named in PARTS.items()
    for rows, word in (("row", "строка"), ("rows", "строки"))
    for told, russian in {
        "not finite in the inputs": "на входе не конечные числа",
        "not finite in the target": "в цели не конечные числа",
        "not finite in the inputs and the target": "на входе и в цели не конечные числа",
        "inputs, target and weights are finite, so the model or the loss made it": (
            "вход, цель и веса конечны, значит, дело в модели или функции потерь"
        ),
    }.items()
    if part != "data to predict"
}
MODELS = {
    "what {} answers for a row depends on the other rows of its batch: nn.LSTM, nn.GRU and "
    "attention take time first unless batch_first=True; a softmax over dim=0, a mistaken reshape "
    "and a BatchNorm without statistics mix rows, too": (
        "ответ {} на строку зависит от других строк её батча: nn.LSTM, nn.GRU и внимание ставят "
        "время первым, если нет batch_first=True; строки мешают и softmax по dim=0, ошибочный "
        "reshape и BatchNorm без статистик"
    ),
    "{} answers the same rows otherwise from call to call in evaluation: F.dropout needs "
    "training=self.training; else it draws at random, or remembers what came before; is that "
    "meant, as in a VAE?": (
        "{} в режиме оценки отвечает на те же строки от вызова к вызову по-разному: F.dropout "
        "нужен training=self.training; иначе она выбирает случайно или помнит прошлое; так и "
        "задумано, как в VAE?"
    ),
    "{} gives one row for all of a batch: a mean or a sum over dim=0 takes the rows together; is "
    "that meant, as in a model that returns its loss?": (
        "{} выдаёт одну строку на все строки батча: среднее или сумма по dim=0 сводит строки "
        "вместе; так и задумано, как в модели, которая возвращает свою функцию потерь?"
    ),
    "{} puts itself into evaluation in its forward, so that dropout and BatchNorm do not train; "
    "leave eval() out there: fit and predict see to it": (
        "{} в своём forward переходит в режим оценки, и dropout и BatchNorm не обучаются; уберите "
        "оттуда eval(): об этом заботятся fit и predict"
    ),
    "{} stays in evaluation, as its train() says, so that dropout and BatchNorm do not train; is "
    "that meant?": (
        "{} остаётся в режиме оценки, так велит её train(), и dropout и BatchNorm не обучаются; "
        "так и задумано?"
    ),
    "no gradient has reached {} in the first epoch: a detach or a no_grad cuts it off, the forward "
    "does not use it, or no row of this epoch went there; freeze what is to stay as it is "
    "(requires_grad_(False)), or leave it away": (
        "за первую эпоху градиент не дошёл до {}: его отрезает detach или no_grad, forward этого "
        "не использует, или ни одна строка туда не попала; заморозьте то, что не должно меняться "
        "(requires_grad_(False)), или уберите"
    ),
    "every gradient of the first epoch was 0, so nothing was learned: a round, a comparison or an "
    "argmax in the model or the loss has none, nor has a ReLU that gets negative numbers alone": (
        "все градиенты первой эпохи были нулевыми, ничему не научились: градиента нет у "
        "округления, сравнения и argmax в модели или функции потерь, а также у ReLU, который "
        "получает лишь отрицательные числа"
    ),
    "the loss depends on weights of shape {} that are none of the model's parameters, so nothing "
    "would train or save them: put layers into an nn.ModuleList and not into a list, make them in "
    "__init__ and not in forward, and weights of the loss an nn.Parameter of the model; what is to "
    "stay as it is, such as a teacher, freeze: its requires_grad_(False)": (
        "функция потерь зависит от весов формы {}, которых нет среди параметров модели, и их никто "
        "не обучит и не сохранит: слои кладите в nn.ModuleList, а не в список, создавайте в "
        "__init__, а не в forward, а веса функции потерь сделайте nn.Parameter модели; то, что не "
        "должно меняться, например учителя, заморозьте: requires_grad_(False)"
    ),
    "the model has no parameters to train": "у модели нет параметров, которые можно обучать",
    "the model is the class {}, expected a model made of it": (
        "модель — класс {}, ожидалась сделанная из него модель"
    ),
    "the model is {}, expected an nn.Module": "модель — {}, ожидался nn.Module",
    "the model was made within torch.inference_mode(), where nothing can be trained: make it "
    "outside": (
        "модель создана внутри torch.inference_mode(), там ничего нельзя обучать: создайте её "
        "снаружи"
    ),
    "the model is on the meta device, without weights ({}): make it anew on the CPU, or give it "
    "memory and weights, model.to_empty(device='cpu') and an initialisation": (
        "модель на устройстве meta, без весов ({}): создайте её заново на CPU или дайте ей память "
        "и веса: model.to_empty(device='cpu') и инициализацию"
    ),
    "{}.train takes {}, and PyTorch calls train(True) and train(False) to put a model into "
    "training and out of it: give it another name, or name its parameter mode if it does that": (
        "{}.train берёт {}, а PyTorch вызывает train(True) и train(False), чтобы включить и "
        "выключить обучение: назовите его иначе или назовите параметр mode, если он это и делает"
    ),
    "the model has sparse gradients, which neither clip nor AdamW takes; make the Embedding with "
    "sparse=False, or leave clip out and choose an optimizer such as torch.optim.SparseAdam or "
    "SGD": (
        "у модели разреженные градиенты, их не берут ни clip, ни AdamW; сделайте Embedding с "
        "sparse=False или уберите clip и выберите оптимизатор вроде torch.optim.SparseAdam или SGD"
    ),
    "the optimizer, which was made before the training, does not train {}, which began to learn or "
    "came in the middle of it; to thaw layers, give it frozen ones too: optimizer=lambda _: "
    "AdamW(model.parameters()); to make new ones, train anew": (
        "оптимизатор, созданный до обучения, не обучает {}: это разморозили или добавили на ходу; "
        "чтобы размораживать слои, дайте ему и замороженные: optimizer=lambda _: "
        "AdamW(model.parameters()); для новых слоёв начните обучение заново"
    ),
    "{}.__init__ does not call super().__init__(), which makes a module a module: let it begin "
    "with that": (
        "{}.__init__ не вызывает super().__init__(), который и делает модуль модулем: пусть с "
        "этого начинает"
    ),
    "{} has no method called forward, which says what it computes; of layers one after the other "
    "nn.Sequential makes a model": (
        "у {} нет метода forward, который говорит, что она вычисляет; из слоёв друг за другом "
        "модель сделает nn.Sequential"
    ),
    "the model made {} in its forward, and the optimizer, which was made before, would not train "
    "that: make it in __init__, or of a layer such as nn.LazyLinear, or call the model once before "
    "the training": (
        "модель создала {} в своём forward, а оптимизатор, созданный раньше, не стал бы это "
        "обучать: создайте это в __init__ или слоем вроде nn.LazyLinear, или вызовите модель один "
        "раз до обучения"
    ),
    "the training data leaves a batch of one row, and {} cannot learn from one; {}": (
        "в обучающей выборке остаётся батч из одной строки, а {} по одной не учится; {}"
    ),
    "choose another batch_size, for example {}": "выберите другой batch_size, например {}",
    "the model has parameters that it had not in its best epoch ({}), so that epoch's weights "
    "cannot come back; prune or parametrize it before fit, or give fit no validation part": (
        "у модели есть параметры, которых не было в лучшей эпохе ({}), и веса той эпохи не "
        "вернуть; прореживайте и параметризуйте её до fit или не давайте fit валидационной выборки"
    ),
}
NUMBERS = {
    "epoch {}, step {}: the loss is {}": "эпоха {}, шаг {}: функция потерь равна {}",
    "epoch {}, step {}: the loss is {}, but its gradient is not finite": (
        "эпоха {}, шаг {}: функция потерь равна {}, но её градиент не конечен"
    ),
    "epoch {}, validation: the loss is {}": "эпоха {}, валидация: функция потерь равна {}",
    "no row of the batch counts: all are ignored, or of a class of weight 0": (
        "ни одна строка батча не учитывается: все пропущены или их класс с весом 0"
    ),
    "no row alone is to blame": "ни одна строка сама по себе не виновата",
    "the weights are not finite: {}": "веса не конечны: {}",
    "after the last step the weights are not finite: {}": (
        "после последнего шага веса не конечны: {}"
    ),
    "try a smaller lr, or clip=1": (
        "попробуйте меньшую скорость обучения (lr) или ограничение градиента (clip=1)"
    ),
}
CHECKPOINTS = {
    "{}: cannot be written: {}": "{}: не записать: {}",
    "{} is damaged or no checkpoint: {}": "{}: повреждён или не чекпойнт: {}",
    "{} is no checkpoint of this version, expected {}": "{}: не чекпойнт этой версии, ожидался {}",
    "{} belongs to another training: {} was {}, is now {}": (
        "{}: чекпойнт другого обучения: {}: было {}, теперь {}"
    ),
    "{} belongs to another training: {}": "{}: чекпойнт другого обучения: {}",
    "a checkpoint is of weights of known sizes, and {} have none yet: call the model once on a "
    "batch before the training": (
        "чекпойнт — это веса известных размеров, а у {} их ещё нет: вызовите модель один раз на "
        "батче до обучения"
    ),
    "{} is sparse, which no checkpoint holds: train without one, or without momentum, or make the "
    "Embedding with sparse=False": (
        "{} — разреженный тензор, чекпойнт таких не хранит: обучайте без чекпойнта или без "
        "momentum или сделайте Embedding с sparse=False"
    ),
    "the state of {} cannot be written to a checkpoint: {}": (
        "состояние {} нельзя записать в чекпойнт: {}"
    ),
    "get_extra_state of {} gives what cannot be written to a checkpoint, expected numbers, texts, "
    "lists and dictionaries; a tensor belongs into a buffer": (
        "get_extra_state у {} выдаёт то, что нельзя записать в чекпойнт, ожидались числа, тексты, "
        "списки и словари; тензору место в буфере"
    ),
    "the training had changed {}, which no checkpoint keeps, so it may not go on as it would have, "
    "unless that is only there to be looked at: a tensor belongs into register_buffer(), texts and "
    "lists into get_extra_state()": (
        "обучение успело изменить {}, а чекпойнт этого не хранит, поэтому дальше оно может пойти "
        "иначе, если только это не просто для просмотра: тензору место в register_buffer(), "
        "текстам и спискам — в get_extra_state()"
    ),
}
RANKS = {
    "several ranks train on CUDA cards or on the CPU, not on {}: --device cpu": (
        "несколько процессов обучают на картах CUDA или на CPU, не на {}: --device cpu"
    ),
    "this machine has {} cards, and each rank needs one of its own: --nproc-per-node as many as "
    "there are cards, and --device cuda, or cpu": (
        "карт здесь {}, а каждому процессу нужна своя: --nproc-per-node по числу карт и --device "
        "cuda или cpu"
    ),
    "{} sees of each batch the share of its rank alone, for on the CPU its statistics are not "
    "shared: the learning curve is not that of one process": (
        "{} видит от каждого батча лишь долю своего процесса, на CPU её статистики не общие: "
        "кривая обучения не та, что у одного процесса"
    ),
}
PHRASES = {
    **RANKS,
    **{
        f"the {part}: {english}": f"{named}: {russian}"
        for part, named in PARTS.items()
        for english, russian in OF_BATCHES.items()
    },
    **{
        f"the {part} {english}": f"{named}: {russian}"
        for part, named in PARTS.items()
        for english, russian in OF_PARTS.items()
    },
    **OF_ANSWERS,
    **ROWS,
    **MODELS,
    **LOSSES,
    **NUMBERS,
    **CHECKPOINTS,
}
