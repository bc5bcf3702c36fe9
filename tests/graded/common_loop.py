"""Checks of a whole training loop: what the network saw, in which mode, and what it learned."""

import numpy as np

from common.grading.exercise.expectations import expect_array, expect_equal
from common.grading.exercise.oracle import oracle
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases

NO_EVAL = Mistake(
    "no-eval",
    "validation ran in training mode: Dropout and BatchNorm need model.eval()",
    "валидация прошла в режиме обучения: Dropout и BatchNorm нужен model.eval()",
)
NO_TRAIN = Mistake(
    "no-train",
    "the model was trained in evaluation mode: call model.train() in every epoch",
    "модель училась в режиме оценки: вызывайте model.train() в каждой эпохе",
)
WITH_GRAPH = Mistake(
    "with-graph",
    "validation built a graph: torch.no_grad() or torch.inference_mode() spares the memory",
    "валидация построила граф: torch.no_grad() или torch.inference_mode() берегут память",
)
NO_SHUFFLE = Mistake(
    "no-shuffle",
    "the order of the training examples is the same in every epoch: shuffle=True",
    "порядок обучающих примеров одинаков во всех эпохах: shuffle=True",
)
DROP_LAST = Mistake(
    "drop-last",
    "some training examples were left out of an epoch",
    "какие-то обучающие примеры не попали в эпоху",
)
ADDING_UP = Mistake(
    "no-zero-grad",
    "the gradients of earlier batches add up: optimizer.zero_grad() is missing",
    "градиенты прошлых батчей складываются: не хватает optimizer.zero_grad()",
)
MEAN_OF_MEANS = Mistake(
    "mean-of-means",
    "the mean of the batches' means: examples of a smaller last batch count more than the others",
    "взято среднее средних по батчам: примеры неполного последнего батча весят больше остальных",
)
FORWARD = Mistake(
    "forward",
    "call the model itself, model(inputs): model.forward(…) passes its hooks by",
    "вызывайте саму модель, model(inputs): model.forward(…) обходит её hooks",
)


def judge_loop(inputs: dict, output) -> None:
    """What every answer must keep, whatever the network is."""
    epochs, names = inputs["epochs"], output["kinds"]
    what = Text("a list of plain floats, one for each epoch", "список обычных float, по эпохе")
    expect_equal(names, ["float"] * epochs, what=what)
    _judge_calls(inputs, output["calls"])
    if output["called"] != len(output["calls"]):
        what = Text("the model was not called as it should be", "модель вызвана не так, как нужно")
        sides = {"actual": output["called"], "expected": len(output["calls"])}
        raise Wrong(what, **sides, mistake=FORWARD)
    what = Text("steps of the optimizer", "число шагов оптимизатора")
    batches = -(-len(inputs["y"]) // inputs["batch_size"])
    expect_equal(output["steps"], epochs * batches, what=what)
    if output["training"]:
        what = Text("afterwards the model is in training mode", "в конце модель в режиме обучения")
        raise Wrong(what, actual="training=True", expected="training=False")
    if not output["graph"]:
        what = Text(
            "afterwards no graph is built any more", "после обучения граф больше не строится"
        )
        raise Wrong(what, actual="grad disabled", expected="grad enabled")
    if not (np.isfinite(output["prediction"]).all() and np.isfinite(output["losses"]).all()):
        what = Text("a loss or a prediction is not finite", "потери или предсказания не конечны")
        raise Wrong(what, actual=output["losses"], expected="finite numbers")
    _judge_losses(inputs, output)


def _judge_losses(inputs: dict, output) -> None:
    """The loss of each epoch, by what the network said of the validation rows in it."""
    count, size, epochs = len(inputs["y"]), inputs["batch_size"], inputs["epochs"]
    calls = zip(output["calls"], output["answers"], strict=True)
    looks = [(rows, said) for (_, _, rows), said in calls if rows and min(rows) >= count]
    rows = np.concatenate([rows for rows, _ in looks]).reshape(epochs, -1) - count
    said = np.concatenate([said for _, said in looks]).reshape(epochs, -1)
    error = np.square(said - inputs["skew"] * inputs["valid_y"][rows])
    parts = [error[:, start : start + size].mean(1) for start in range(0, rows.shape[1], size)]
    expect_array(
        np.array(output["losses"], np.float32),  # a sum in float32 is right as well
        error.mean(1),
        what=Text("the validation losses", "потери на валидации"),
        suspects=[(MEAN_OF_MEANS, np.mean(parts, axis=0))],
    )


def _judge_calls(inputs: dict, calls: list) -> None:
    """Each epoch: all training rows once in training mode, then all validation rows without graph.

    Rows tell the parts apart, so a mode that was confused is seen and does not confuse the judge.
    """
    count, size, seen, orders = len(inputs["y"]), inputs["batch_size"], [], []
    whole = count + len(inputs["valid_y"])
    for training, graph, rows in calls:
        learning = bool(rows) and max(rows) < count
        if learning and not training:
            _confused(NO_TRAIN, "a training batch", "обучающий батч", f"training={training}")
        if not learning and training:
            _confused(NO_EVAL, "a validation batch", "валидационный батч", f"training={training}")
        if not learning and graph:
            _confused(WITH_GRAPH, "a validation batch", "валидационный батч", "grad enabled")
        if len(rows) > size:
            what = Text("a batch is too large", "батч слишком велик")
            raise Wrong(what, actual=len(rows), expected=size)
        seen += rows
    for epoch in range(inputs["epochs"]):
        rows = seen[epoch * whole : (epoch + 1) * whole]
        what = Text(
            f"training examples of epoch {epoch + 1}", f"обучающие примеры эпохи {epoch + 1}"
        )
        first = rows[:count]
        mistake = DROP_LAST if set(first) - set(range(count)) else None
        if sorted(first) != list(range(count)):
            raise Wrong(what, actual=sorted(first), expected=list(range(count)), mistake=mistake)
        what = Text(
            f"validation examples of epoch {epoch + 1}", f"валидационные примеры эпохи {epoch + 1}"
        )
        expect_equal(sorted(rows[count:]), list(range(count, whole)), what=what)
        orders.append(first)
    expect_equal(len(seen), inputs["epochs"] * whole, what=Text("rows in all", "строк всего"))
    looks = sum(min(rows) >= count for _, _, rows in calls if rows)
    batches = inputs["epochs"] * -(-len(inputs["valid_y"]) // size)
    expect_equal(looks, batches, what=Text("validation batches", "валидационных батчей"))
    if count > size and len({tuple(order) for order in orders}) < len(orders):
        what = Text("two epochs have the same order", "у двух эпох один порядок")
        raise Wrong(what, actual=orders[0], mistake=NO_SHUFFLE)


def _confused(mistake: Mistake, en: str, ru: str, actual: str) -> None:
    raise Wrong(
        Text(f"{en} in a wrong mode", f"{ru}: не тот режим"), actual=actual, mistake=mistake
    )


@oracle
def descend(inputs: dict, *, forget: bool = True):
    """The linear network by hand, where all examples are one batch: weights and losses."""
    design = np.column_stack([inputs["x"], np.ones(len(inputs["x"]))])
    exam = np.column_stack([inputs["valid_x"], np.ones(len(inputs["valid_x"]))])
    weight, kept, losses = np.append(inputs["weight"], 0.0), 0.0, []
    for _ in range(inputs["epochs"]):
        error = design @ weight - inputs["skew"] * inputs["y"]
        kept = 2 * design.T @ error / len(error) + (0.0 if forget else kept)
        weight = weight - inputs["lr"] * kept
        losses.append(np.square(exam @ weight - inputs["skew"] * inputs["valid_y"]).mean())
    return weight, np.array(losses)


def judge_exact(inputs: dict, output) -> None:
    judge_loop(inputs, output)
    weight, losses = descend(inputs)
    what = Text("the weights after the training", "веса после обучения")
    suspects = [(ADDING_UP, descend(inputs, forget=False)[0])]
    expect_array(np.concatenate(output["weights"]), weight, what=what, suspects=suspects)
    what = Text("the validation losses", "потери на валидации")
    expect_array(np.array(output["losses"], np.float32), losses, what=what)


def judge_learned(inputs: dict, output) -> None:
    judge_loop(inputs, output)
    what = Text(
        "the network should fit a sine far better than its mean does",
        "сеть должна приблизить синус намного лучше, чем среднее",
    )
    reached = float(np.square(output["prediction"] - inputs["valid_y"]).mean())
    lazy = float(inputs["valid_y"].var())
    if not reached < 0.5 * lazy:
        raise Wrong(what, actual=reached, expected=f"< {0.5 * lazy:.4g}")


def _linear(rng, *, rows: int, valid: int, size: int, epochs: int, **more) -> dict:
    weight = rng.normal(size=2)
    return {
        "x": rng.normal(size=(rows, 2)),
        "y": rng.normal(1.0, 1.0, size=rows),
        "valid_x": rng.normal(size=(valid, 2)),
        "valid_y": rng.normal(1.0, 1.0, size=valid),
        "weight": weight,
        "epochs": epochs,
        "batch_size": size,
        "lr": float(rng.uniform(0.02, 0.1)),
        "momentum": 0.0,
        "skew": float(rng.uniform(1.5, 3)),
        "hidden": 0,
        "dropout": 0.0,
        "column": False,
        "offset": 0.0,
        "seed": int(rng.integers(2**31)),
        **more,
    }


def _one_batch(rng):
    rows = int(rng.integers(6, 12))
    return _linear(rng, rows=rows, valid=5, size=rows, epochs=4)


def _batches(rng):
    return _linear(rng, rows=23, valid=int(rng.integers(11, 14)), size=5, epochs=3)


def _dropped(rng):
    more = {"hidden": 16, "dropout": 0.5}
    # The last batch has one example, for better or worse: a draw would decide who is caught.
    return _linear(rng, rows=19, valid=7, size=6, epochs=2, **more)


def _against(draw) -> dict:
    """Validation asks for the opposite of what is learned: its loss rises from the first epoch."""
    inputs = draw(np.random.default_rng(1))
    return inputs | {"y": inputs["y"] + 4, "valid_y": inputs["valid_y"] - 6}


def _columns(draw) -> dict:
    """Predictions and targets have two axes, and the targets are large whole numbers."""
    inputs = draw(np.random.default_rng(2))
    whole = {name: np.rint(1000 * inputs[name]) for name in ("y", "valid_y")}
    return inputs | whole | {"column": True}


def _tiny(draw) -> dict:
    """Losses of a millionth; while it learns they are infinite, and the gradients are not."""
    inputs = draw(np.random.default_rng(3))
    return (
        inputs
        | {name: inputs[name] / 1000 for name in ("y", "valid_y", "weight")}
        | {"offset": np.inf}
    )


def _fixed(draw) -> list[dict]:
    return [_against(draw), _columns(draw), _tiny(draw)]


def _curve(rng):
    shift = float(rng.uniform(0, 3))
    x, valid = np.linspace(-2, 2, 31)[:, None], np.linspace(-1.9, 1.9, 9)[:, None]
    waves = {"y": np.sin(2 * x[:, 0] + shift), "valid_y": np.sin(2 * valid[:, 0] + shift)}
    # No dropout: with it and steps as large, two draws of eight ended where a loop was refused.
    more = {"x": x, "valid_x": valid, "hidden": 32, "momentum": 0.9, "lr": 0.02}
    return _linear(rng, rows=31, valid=9, size=8, epochs=50, **more, **waves, skew=1.0)


_LOOP = "tests.graded.common_loop_probes:train_network"
TRAIN_NETWORK = ExerciseSpec(
    "common.training_loop.train_network",
    Text("A whole training loop", "Весь цикл обучения"),
    """
    Обучите сеть и верните её потери на валидации после каждой эпохи.

    data, valid: обучающая и валидационная выборки, каждая — Dataset из пар тензоров (вход, ответ).
    model: принимает батч входов. loss: принимает (предсказание, ответ) батча и возвращает тензор
    с одним числом, средним по батчу. optimizer: у него веса модели.

    В каждой эпохе каждый обучающий пример используется один раз, в своём для каждой эпохи порядке,
    батчами по batch_size; последний батч может быть меньше, и он тоже нужен. После каждого батча
    оптимизатор делает шаг, по градиенту одного этого батча. После каждой эпохи вся валидационная
    выборка просматривается, тоже батчами по batch_size: по ней ничего не учится, порядок неважен,
    и граф не строится. В модели могут быть Dropout и BatchNorm, так что она должна знать, когда её
    учат, а когда проверяют. В конце она в режиме оценки.

    Верните список из epochs обычных float: средние потери по всем валидационным примерам, и все
    они весят одинаково, в каком бы батче ни оказались.
    """,
    (
        Text(
            "Write the loop over the epochs first, with two loops in it, one over batches of each "
            "set. Which class of torch.utils.data gives batches? Which two things differ between "
            "learning and looking?",
            "Сначала напишите цикл по эпохам, а в нём два цикла — по батчам каждой выборки. Какой "
            "класс из torch.utils.data даёт батчи? Чем обучение отличается от проверки — двумя "
            "вещами?",
        ),
        Text(
            "The lesson's five lines are the inner loop. For the mean over examples, weigh the "
            "loss of each batch by how many examples it has, and divide by all of them.",
            "Пять строк урока — это внутренний цикл. Чтобы усреднить по примерам, умножьте потери "
            "каждого батча на число примеров в нём, а сумму разделите на число всех.",
        ),
    ),
    (
        Check("exact", Text("all examples in one batch", "все примеры в одном батче"),
              cases(_one_batch, *_fixed(_one_batch)), _LOOP, each(judge_exact)),
        Check("batches", Text("many batches, the last one smaller",
              "много батчей, последний меньше"), cases(_batches, *_fixed(_batches)),
              _LOOP, each(judge_loop)),
        Check("dropout", Text("a network with dropout", "сеть с dropout"),
              cases(_dropped, *_fixed(_dropped)), _LOOP, each(judge_loop)),
        Check("curve", Text("a network that really learns", "сеть действительно учится"),
              cases(_curve, count=1), _LOOP, each(judge_learned)),
    ),
)  # fmt: skip
