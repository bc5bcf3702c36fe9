"""Several trained networks that answer as one."""

from collections.abc import Sequence

from torch import Tensor, nn


class MeanOfModels(nn.Module):
    """The uniform mean of what several networks answer, in the task's own output space.

        answer(x) = 1/k · Σ_i model_i(x)

    That space is the logarithm for prices, and logits for classes and pixels. Networks that err
    in different places are nearer the truth together than most of them alone; with a convex loss
    their mean is never worse than they are on average (Jensen's inequality).

    Counterpart in the field: scikit-learn's VotingRegressor, and soft voting.

    Args:
        models: trained networks that take the same inputs, the best one first.

    Raises:
        ValueError: there are none.

    >>> import torch
    >>> half, twice = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    >>> with torch.no_grad():
    ...     _ = half.weight.fill_(0.5), twice.weight.fill_(2.0)
    >>> MeanOfModels([half, twice])(torch.tensor([[4.0]])).item()
    5.0
    """

    def __init__(self, models: Sequence[nn.Module]) -> None:
        super().__init__()
        if not models:
            raise ValueError("a mean of no models")
        self.models = nn.ModuleList(models)

    def forward(self, *inputs: Tensor) -> Tensor:
        total = self.models[0](*inputs)
        for model in self.models[1:]:
            total = total + model(*inputs)
        return total / len(self.models)


def leading(model: nn.Module) -> nn.Module:
    """Return the first network of a mean, or the network itself: to look into one of them.

    >>> network = nn.Identity()
    >>> leading(MeanOfModels([network])) is leading(network) is network
    True
    """
    return model.models[0] if isinstance(model, MeanOfModels) else model
