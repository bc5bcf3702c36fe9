"""What every custom loss shares: how it widens, checks and reduces.

A loss in Stickshift is any callable `(prediction, target) -> scalar tensor`, so every loss of
torch.nn fits too. Ours derive from `Loss`, which settles four things once:

- they compute in float32 or wider, whatever comes in: a sum of a thousand float16 values can
  overflow, and bfloat16 knows 2 to 3 decimal digits;
- shapes that do not match are an error: torch would broadcast (batch, 1) against (batch,) to
  (batch, batch) and train on nonsense without a word;
- `reduction` is "mean", "sum" or "none", as in torch.nn;
- a batch with nothing to learn from gives zero, with a zero gradient, and never 0/0.
"""

import torch
from torch import Tensor, nn

from common.errors import UserError, unknown
from common.exercises import exercise

REDUCTIONS = ("mean", "sum", "none")


class Loss(nn.Module):
    """Base of the custom losses: a subclass says what one example costs.

    Subclasses implement `per_example(prediction, target) -> (batch,) or any shape`, and receive
    float32 or float64 tensors. Override `check` where prediction and target differ in shape.

    >>> class Absolute(Loss):
    ...     def per_example(self, prediction, target):
    ...         return (prediction - target).abs()
    >>> Absolute()(torch.tensor([1.0, 4.0]), torch.tensor([1.0, 2.0]))
    tensor(1.)
    >>> Absolute(reduction="none")(torch.tensor([1.0, 4.0]), torch.tensor([1.0, 2.0]))
    tensor([0., 2.])
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__()
        if reduction not in REDUCTIONS:
            raise unknown("reduction", reduction, REDUCTIONS)
        self.reduction = reduction

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        self.check(prediction, target)
        # Autocast would compute pieces in bfloat16 again: inside a loss it is switched off.
        with torch.autocast(prediction.device.type, enabled=False):
            return reduce(self.per_example(widen(prediction), widen(target)), self.reduction)

    def check(self, prediction: Tensor, target: Tensor) -> None:
        """Refuse shapes that would broadcast silently."""
        if prediction.shape != target.shape:
            raise ValueError(
                f"{type(self).__name__}: prediction has shape {tuple(prediction.shape)}, "
                f"target {tuple(target.shape)}, expected the same"
            )

    def per_example(self, prediction: Tensor, target: Tensor) -> Tensor:
        raise NotImplementedError

    def weight_of(self, target: Tensor) -> float | Tensor:
        """Return what the mean over a batch is divided by, up to a factor: its rows.

        Override it where some rows count less or not at all; see common/training/weighting.py.
        """
        return len(target)


def widen(values: Tensor) -> Tensor:
    """Return float16 and bfloat16 as float32; leave float32, float64 and whole numbers as they are.

    >>> widen(torch.ones(2, dtype=torch.float16)).dtype
    torch.float32
    """
    return values.float() if values.dtype in (torch.float16, torch.bfloat16) else values


def reduce(values: Tensor, reduction: str = "mean", *, weight: Tensor | None = None) -> Tensor:
    """Reduce losses to what was asked for.

    weight: same shape as `values`, zero where an example is ignored. The mean is the weighted
    mean Σwv / Σw, and 0 (with a zero gradient) where every weight is zero or there is no value.

    >>> reduce(torch.tensor([1.0, 3.0]), weight=torch.tensor([1.0, 0.0]))
    tensor(1.)
    """
    if weight is not None:
        # A plain product would turn an ignored infinity into NaN: inf * 0.
        values = torch.where(weight != 0, values, 0.0) * weight
    if reduction == "none":
        return values
    if reduction == "sum":
        return values.sum()
    if reduction == "mean":
        count = weight.sum() if weight is not None else values.new_tensor(float(values.numel()))
        return values.sum() / torch.where(count == 0, 1.0, count)
    raise UserError(f"unknown reduction {reduction!r}; there are: {', '.join(REDUCTIONS)}")


@exercise(points=15, minutes=15, difficulty=1, uses="PyTorch", lesson="Losses")
def relative_error(prediction: Tensor, target: Tensor, *, epsilon: float = 1e-6) -> Tensor:
    """The mean share of the target by which a prediction is off, a first custom loss.

        mean of |p - y| / max(|y|, epsilon)

    Half a million roubles are much for a flat of three million and little for one of three
    hundred: unlike the mean squared error, this loss knows. Over prices it is called the MAPE.

    prediction, target: tensors of the same shape, whatever it is; in any units, as long as they
        are the same. Gradients flow into the prediction.
    epsilon: the smallest size of a target that is divided by, for a target may be zero.

    Returns a tensor with one number: float64 for float64 inputs, float32 otherwise. float16 and
    bfloat16 are computed in float32, or a mean of large numbers would overflow: `widen` in this
    file does that. The tensors themselves are never changed. NaN that comes in comes out.

    Raises ValueError that names both shapes where they differ: PyTorch would broadcast (batch, 1)
    against (batch,) to (batch, batch), and the network would learn nonsense without a word.

    >>> relative_error(torch.tensor([9.0, 12.0]), torch.tensor([10.0, 10.0]))
    tensor(0.1500)

    Source: Makridakis, "Accuracy measures: theoretical and practical concerns" (1993).
    """
    ours, theirs = tuple(prediction.shape), tuple(target.shape)
    if ours != theirs:
        raise ValueError(f"relative_error: shapes {ours} and {theirs}, expected the same twice")
    prediction, target = widen(prediction), widen(target)
    return ((prediction - target).abs() / target.abs().clamp_min(epsilon)).mean()
