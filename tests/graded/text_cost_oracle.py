"""What mix-ups cost as a loss, and what classic mistakes make of it."""

import numpy as np

from common.grading.exercise.expectations import Suspect
from common.grading.exercise.oracle import oracle
from common.i18n import Mistake

TRANSPOSED = Mistake(
    "transposed",
    "rows and columns of the prices have changed places: the row is the true class",
    "строки и столбцы цен перепутаны: строка — настоящий класс",
)
NO_ENTROPY = Mistake(
    "no-entropy",
    "the second term, ce_weight·(-ln p_y), is missing",
    "забыто второе слагаемое, ce_weight·(−ln p_y)",
)
ENTROPY_ONE = Mistake(
    "entropy-unweighted",
    "the second term is not multiplied by self.ce_weight",
    "второе слагаемое не умножено на self.ce_weight",
)
ENTROPY_SIGN = Mistake(
    "entropy-sign",
    "the second term has the wrong sign: it is -ln p_y, which is above zero",
    "у второго слагаемого не тот знак: −ln p_y больше нуля",
)
BLEND = Mistake(
    "blend",
    "the first term is taken in full; it is not multiplied by 1 - ce_weight",
    "первое слагаемое берётся целиком, его не умножают на 1 − ce_weight",
)
NO_COST = Mistake("no-cost", "the first term is missing", "забыто первое слагаемое")
NO_SOFTMAX = Mistake(
    "no-softmax",
    "the prices are weighed with logits; p is their softmax",
    "цены взвешены логитами, а p — это softmax от них",
)
OVER_BATCH = Mistake(
    "softmax-over-batch",
    "the softmax runs over the examples; it should run over the classes of each",
    "softmax идёт по примерам, а нужно по классам каждого",
)
MEAN_OF_CLASSES = Mistake(
    "mean-over-classes",
    "the first term is a sum over the classes, not their mean",
    "первое слагаемое — сумма по классам, а не среднее",
)
PRICE_TWICE = Mistake(
    "scaled-twice",
    "self.costs are divided by the mean price already",
    "self.costs уже поделены на среднюю цену",
)
LIKELIEST = Mistake(
    "likeliest",
    "this is the price of the likeliest class alone: it is a step, and no gradient climbs it",
    "это цена одного лишь вероятнейшего класса: ступенька, по которой градиент не поднимется",
)
TRUE_PROBABILITY = Mistake(
    "true-class-only",
    "the prices are weighed with p_y; each is to be weighed with the p of its own answer",
    "цены взвешены вероятностью p_y, а у каждого ответа j своя p_j",
)
LOGARITHM = Mistake(
    "log-of-softmax",
    "the logarithm of a softmax: where p_y is 0 it is infinite. F.cross_entropy and "
    "F.log_softmax start from the logits",
    "логарифм от softmax: где p_y равно 0, он бесконечен. F.cross_entropy и F.log_softmax "
    "считают от логитов",
)


@oracle
def parts(inputs: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scaled prices of every answer, the shares, and -ln p_y; in float64."""
    costs, target = inputs["costs"], inputs["target"]
    prediction = inputs["prediction"].astype(np.float64)
    n = len(costs)
    paid = [costs[i, j] for i in range(n) for j in range(n) if i != j]
    price = np.array([costs[y] for y in target]) / (sum(paid) / len(paid))
    highest = prediction.max(axis=1, keepdims=True)
    surprise = np.log(np.exp(prediction - highest).sum(axis=1)) + highest[:, 0]
    surprise -= np.array([row[y] for row, y in zip(prediction, target, strict=True)])
    share = np.exp(prediction - highest)
    return price, share / share.sum(axis=1, keepdims=True), surprise


@oracle
def cost(inputs: dict) -> np.ndarray:
    """The loss of every example in float64."""
    price, share, surprise = parts(inputs)
    return np.array([p @ s for p, s in zip(price, share, strict=True)]) + (
        inputs["ce_weight"] * surprise
    )


@oracle
def mistaken(inputs: dict) -> list[Suspect]:
    if np.abs(inputs["prediction"]).max() >= 100:
        return []  # where the network is sure, the first term is lost in the digits of the second
    price, share, surprise = parts(inputs)
    ce_weight, target = inputs["ce_weight"], inputs["target"]
    second = ce_weight * surprise
    prediction = inputs["prediction"].astype(np.float64)
    paid = (price * share).sum(axis=1)
    columns = parts({**inputs, "costs": inputs["costs"].T})[0]
    over_batch = np.exp(prediction - prediction.max(axis=0))
    over_batch /= over_batch.sum(axis=0)
    n = len(inputs["costs"])
    scale = inputs["costs"].sum() / (n * (n - 1))
    likeliest = price[np.arange(len(price)), prediction.argmax(axis=1)]
    own = share[np.arange(len(share)), target]
    return [
        (NO_ENTROPY, paid),
        (ENTROPY_ONE, paid + surprise),
        (ENTROPY_SIGN, paid - second),
        (BLEND, (1 - ce_weight) * paid + second),
        (NO_COST, second),
        (NO_COST, surprise),
        (TRANSPOSED, (columns * share).sum(axis=1) + second),
        (NO_SOFTMAX, (price * prediction).sum(axis=1) + second),
        (OVER_BATCH, (price * over_batch).sum(axis=1) + second),
        (MEAN_OF_CLASSES, paid / n + second),
        (PRICE_TWICE, paid / scale + second),
        (LIKELIEST, likeliest + second),
        (TRUE_PROBABILITY, price.sum(axis=1) * own + second),
    ]


@oracle
def slopes(inputs: dict) -> np.ndarray:
    """The gradient, by central differences for each logit; each moves its own example alone."""
    step, slope = 1e-3, np.empty(inputs["prediction"].shape)
    for j in range(slope.shape[1]):
        heights = []
        for shift in (2, 1, -1, -2):
            moved = inputs["prediction"].astype(np.float64).copy()
            moved[:, j] += shift * step
            heights.append(cost({**inputs, "prediction": moved}))
        slope[:, j] = (8 * (heights[1] - heights[2]) - heights[0] + heights[3]) / (12 * step)
    return slope


@oracle
def slopes_of_sure(inputs: dict) -> np.ndarray:
    """The gradient where one probability is 1: that of the second term."""
    sure = np.eye(len(inputs["costs"]))[inputs["prediction"].argmax(axis=1)]
    true = np.eye(len(inputs["costs"]))[inputs["target"]]
    return inputs["ce_weight"] * (sure - true)


@oracle
def descended(inputs: dict) -> np.ndarray:
    """The probabilities after the same descent, with the slope worked out by hand.

    Of Σ_j e_j·p_j by logit k: p_k·(e_k - Σ_j e_j·p_j); of the cross entropy: p - the shares.
    """
    costs, target = inputs["costs"], inputs["target"]
    scale = costs.sum() / (costs.size - len(costs))  # the mean of what a mix-up costs
    mean, shares = costs[target].mean(axis=0) / scale, np.bincount(target) / len(target)
    logits = np.zeros(3)
    for _ in range(inputs["steps"]):
        p = np.exp(logits - logits.max())
        p /= p.sum()
        slope = p * (mean - mean @ p) + inputs["ce_weight"] * (p - shares)
        logits -= inputs["lr"] * slope
    p = np.exp(logits - logits.max())
    return p / p.sum()
