"""Losses for classes: what a mix-up costs, and the standard losses that do not know.

Every loss here takes what the network puts out and the number of the true class:

    prediction: (batch, classes) logits
    target:     (batch,) int64, the true class; `ignore_index` for an example that teaches nothing

With z the logits, p = softmax(z) and y the true class.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from common.exercises import exercise
from common.losses import Loss, reduce, widen

IGNORE_INDEX = -100


class ClassificationLoss(Loss):
    """Base of the losses for classes.

    Subclasses implement `per_example(logits, target) -> (batch,)`, for targets that are all real
    classes.

    Args:
        ignore_index: an example with this label weighs nothing, as in torch.nn.CrossEntropyLoss.
        reduction: "mean" over the examples that count, "sum" or "none".

    Raises:
        ValueError: shapes that do not fit, a target of floating point, or a label that is no
            class. On an accelerator, where to look at each label would stop the training for a
            moment, the loss of such an example is nan.
    """

    def __init__(self, *, ignore_index: int = IGNORE_INDEX, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.ignore_index = ignore_index

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        self.check(prediction, target)
        counted = target != self.ignore_index
        is_class = (target >= 0) & (target < prediction.shape[1])
        with torch.autocast(prediction.device.type, enabled=False):
            # The ignored are given some class, and then no weight: no shape depends on the data.
            losses = self.per_example(widen(prediction), torch.where(is_class, target, 0))
            losses = torch.where(is_class, losses, torch.nan)
            return reduce(losses, self.reduction, weight=counted.to(losses.dtype))

    def weight_of(self, target: Tensor) -> Tensor:
        """Return how many examples of a batch count."""
        return (target != self.ignore_index).sum()

    def check(self, prediction: Tensor, target: Tensor) -> None:
        name = type(self).__name__
        if prediction.ndim != 2 or target.shape != prediction.shape[:1]:
            raise ValueError(
                f"{name}: prediction has shape {tuple(prediction.shape)}, target "
                f"{tuple(target.shape)}, expected (batch, classes) and (batch,)"
            )
        if target.is_floating_point():
            raise ValueError(f"{name}: target is {target.dtype}, expected whole numbers")
        if target.device.type == "cpu":
            classes = prediction.shape[1]
            strange = (target != self.ignore_index) & ((target < 0) | (target >= classes))
            if strange.any():
                raise ValueError(
                    f"{name}: target holds the label {int(target[strange][0])}, expected a class "
                    f"from 0 to {classes - 1}, or {self.ignore_index} for an example to leave out"
                )


class CrossEntropyLoss(ClassificationLoss):
    """The standard loss: how surprised the network is by the true class.

        -ln p_y

    It does not ask which class was preferred to the true one. What it teaches, if all goes well,
    are honest probabilities, and those are worth much: see `text.decision`.

    Counterpart: torch.nn.CrossEntropyLoss.

    >>> loss = CrossEntropyLoss()
    >>> loss(torch.tensor([[2.0, 0.0]]), torch.tensor([1]))
    tensor(2.1269)

    Source: Good, "Rational decisions" (1952).
    """

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        return F.cross_entropy(prediction, target, reduction="none")


class LabelSmoothingLoss(ClassificationLoss):
    """Cross-entropy against labels that are held to be wrong now and then.

        (1 - epsilon)·(-ln p_y) + epsilon·mean_j(-ln p_j)

    The network is not driven to be infinitely sure of a label. epsilon: from 0 to 1.

    Counterpart: torch.nn.CrossEntropyLoss(label_smoothing=epsilon).

    >>> loss = LabelSmoothingLoss(epsilon=0.5)
    >>> loss(torch.tensor([[2.0, 0.0]]), torch.tensor([1]))
    tensor(1.6269)

    Source: Szegedy et al., "Rethinking the Inception architecture for computer vision" (2016).
    """

    def __init__(
        self,
        *,
        epsilon: float = 0.1,
        ignore_index: int = IGNORE_INDEX,
        reduction: str = "mean",
    ) -> None:
        super().__init__(ignore_index=ignore_index, reduction=reduction)
        if not 0 <= epsilon < 1:
            raise ValueError(f"epsilon is {epsilon:g}, expected from 0 to below 1")
        self.epsilon = epsilon

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        return F.cross_entropy(prediction, target, reduction="none", label_smoothing=self.epsilon)


class FocalLoss(ClassificationLoss):
    """Cross-entropy that gives little weight to what is easy.

        -(1 - p_y)^gamma · ln p_y

    With gamma 2, a text that the network gets right with p = 0.9 counts a hundredth of what it
    would. The probabilities that it teaches are too modest; do not read them as frequencies.

    Counterpart: MONAI FocalLoss(use_softmax=True, gamma=gamma).

    >>> easy, hard = torch.tensor([[4.0, 0.0]]), torch.tensor([[0.0, 0.0]])
    >>> ratio = FocalLoss()(hard, torch.tensor([0])) / FocalLoss()(easy, torch.tensor([0]))
    >>> 1e4 < ratio < 1e5
    tensor(True)

    Source: Lin et al., "Focal loss for dense object detection" (2017).
    """

    def __init__(
        self, *, gamma: float = 2.0, ignore_index: int = IGNORE_INDEX, reduction: str = "mean"
    ) -> None:
        super().__init__(ignore_index=ignore_index, reduction=reduction)
        if gamma < 0:
            raise ValueError(f"gamma is {gamma:g}, expected 0 or more")
        self.gamma = gamma

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        surprise = F.cross_entropy(prediction, target, reduction="none")
        # Below gamma = 1 the gradient of the power is infinite where p is 1: stop short of it.
        doubt = (-torch.expm1(-surprise)).clamp_min(1e-6)
        return doubt**self.gamma * surprise


class ExpectedCostLoss(ClassificationLoss):
    """The expected cost of a mix-up, if the answer is drawn with the network's own probabilities.

        Σ_j C[y, j]·p_j / scale + ce_weight·(-ln p_y)

    C[y, j]: the price of filing a y under j, zero for j = y. scale: the mean price of a mix-up,
    so that roubles and kopecks train alike.

    The first term alone teaches decisions, not probabilities: its best p puts everything on the
    class of least expected cost. And its gradient, p_k·(C[y, k] - Σ_j C[y, j]·p_j), vanishes
    where the network is sure of a wrong answer, for there p_y is 0: such a mistake would never be
    unlearned. The cross-entropy beside it pulls back from any distance.

    Counterpart: none in torch; scikit-learn has the price list in the decision alone
    (TunedThresholdClassifierCV), as `text.decision` does.

    Args:
        costs: (classes, classes), the price list in any unit; rows are the true classes, columns
            the answers.
        ce_weight: the weight of the cross-entropy in the sum, 0 or more.

    Raises:
        ValueError: costs that are not square, a negative price, or a price for being right.

    >>> costs = [[0.0, 100.0], [1.0, 0.0]]    # to miss the first costs a hundred times as much
    >>> loss = ExpectedCostLoss(costs, ce_weight=0, reduction="none")
    >>> loss(torch.zeros(2, 2), torch.tensor([0, 1])) # even odds; the mean price is 50.5
    tensor([0.9901, 0.0099])

    Source: Elkan, "The foundations of cost-sensitive learning" (2001).
    """

    def __init__(
        self,
        costs: Tensor | Sequence[Sequence[float]],
        *,
        ce_weight: float = 0.5,
        ignore_index: int = IGNORE_INDEX,
        reduction: str = "mean",
    ) -> None:
        super().__init__(ignore_index=ignore_index, reduction=reduction)
        costs = torch.as_tensor(costs, dtype=torch.float64)
        if costs.ndim != 2 or costs.shape[0] != costs.shape[1] or len(costs) < 2:
            raise ValueError(f"costs have shape {tuple(costs.shape)}, expected a square")
        if not costs.isfinite().all() or (costs < 0).any() or costs.diagonal().any():
            raise ValueError("costs: expected finite prices from 0, and 0 on the diagonal")
        if ce_weight < 0:
            raise ValueError(f"ce_weight is {ce_weight:g}, expected 0 or more")
        n = len(costs)
        scale = float(costs.sum()) / (n * (n - 1)) or 1.0
        self.costs: Tensor
        self.register_buffer("costs", costs / scale, persistent=False)
        self.ce_weight = ce_weight

    @exercise(points=25, minutes=25, difficulty=2, uses="PyTorch", lesson="Losses")
    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return the loss of each example, (batch,), of the prediction's dtype.

            Σ_j C[y, j]·p_j / scale + ce_weight·(-ln p_y)      p = softmax of the example's logits

        prediction: (batch, classes) logits. target: (batch,) int64, the true classes y.
        self.costs: C / scale, (classes, classes), already divided; rows are the true classes,
        columns the answers. It is float64 and the prediction mostly float32: the answer is to be
        of the latter. self.ce_weight: the weight of the second term, 0 or more.

        Where the logits are ±10,000, p_y is 0 and its logarithm infinite: PyTorch computes
        -ln p_y from the logits without either. The mean over the batch is not taken here: `Loss`
        does. Inputs and self.costs stay as they are, and the answer keeps its gradient.

        With prices [[0, 90], [10, 0]] the mean price of a mix-up is 50. Where p is (3/4, 1/4) and
        the true class is the first one, the first term is 90 / 50 · 1/4 = 0.45.

        >>> loss = ExpectedCostLoss([[0, 90], [10, 0]], ce_weight=0)
        >>> loss.per_example(torch.tensor([[3.0, 1.0]]).log(), torch.tensor([0]))
        tensor([0.4500])
        """
        price = self.costs.to(prediction.dtype)[target]
        expected = (price * prediction.softmax(dim=1)).sum(dim=1)
        unlikely = F.cross_entropy(prediction, target, reduction="none")
        return expected + self.ce_weight * unlikely


class RankedProbabilityLoss(ClassificationLoss):
    """For ratings: two stars off is worse than one.

        Σ_k (P(class <= k) - [y <= k])² / (classes - 1) + ce_weight·(-ln p_y)

    k runs over all classes but the last, whose sum is always 1. The first term is the squared
    difference of two cumulative distributions, the predicted and the true one: the further away
    the probability lies, the more sums are wrong. As in `ExpectedCostLoss`, its gradient vanishes
    on a sure mistake, hence the second term.

    The classes must be in their order: 1, 2, 3, 4, 5.

    Counterpart: the ranked probability score of weather forecasting, here divided by
    classes - 1; for sure answers it is the earth mover's distance (scipy's wasserstein_distance).

    >>> loss = RankedProbabilityLoss(ce_weight=0)
    >>> sure_of_5 = torch.tensor([[0.0, 0.0, 0.0, 0.0, 99.0]])
    >>> loss(sure_of_5, torch.tensor([3])), loss(sure_of_5, torch.tensor([0]))
    (tensor(0.2500), tensor(1.))

    Source: Epstein, "A scoring system for probability forecasts of ranked categories" (1969);
    Hou et al., "Squared earth mover's distance-based loss" (2016).
    """

    def __init__(
        self, *, ce_weight: float = 0.5, ignore_index: int = IGNORE_INDEX, reduction: str = "mean"
    ) -> None:
        super().__init__(ignore_index=ignore_index, reduction=reduction)
        if ce_weight < 0:
            raise ValueError(f"ce_weight is {ce_weight:g}, expected 0 or more")
        self.ce_weight = ce_weight

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        levels = torch.arange(prediction.shape[1], device=prediction.device)
        reached = (target[:, None] <= levels).to(prediction.dtype)
        distance = (prediction.softmax(dim=1).cumsum(dim=1) - reached)[:, :-1].square().sum(dim=1)
        surprise = F.cross_entropy(prediction, target, reduction="none")
        return distance / max(1, prediction.shape[1] - 1) + self.ce_weight * surprise
