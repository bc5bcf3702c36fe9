"""A batch of one row, which BatchNorm cannot learn from: it is known before the first step."""

from typing import Any

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.hooks import RemovableHandle

from common.errors import UserError


def length_of(data: Any) -> int | None:
    """Return the length, or None where it has none, as a DataLoader of a stream has not."""
    try:
        return len(data)
    except TypeError:
        return None


def leaves_one(rows: int, batch_size: int, ranks: int = 1) -> bool:
    """Whether the last batch has one row, or among several ranks one of them sees one row of it.

    >>> leaves_one(9, 4), leaves_one(10, 4), leaves_one(10, 4, ranks=2)
    (True, False, True)
    """
    last = (rows - 1) % batch_size + 1
    return rows > 0 and last // ranks < 2


def another_size(rows: int, batch_size: int, ranks: int = 1) -> str:
    """Say what batch size leaves no row alone, where one does."""
    near = (batch_size + 1, batch_size - 1, batch_size + 2)
    fit = [size for size in near if size > 1 and not leaves_one(rows, size, ranks)]
    return f"choose another batch_size, for example {fit[0]}" if fit else "give more rows"


def refuse_lone_row(model: nn.Module, *, advice: str) -> list[RemovableHandle]:
    """Refuse the first batch where a later one will have one row that BatchNorm cannot learn from.

    Whether it can depends on what reaches it: a row of a picture has many values a channel, a row
    of a table has one. So a hook looks at the first batch; the caller takes the handles away.
    """

    def look(module: nn.Module, given: tuple[Tensor, ...]) -> None:
        rows_only = given[0].numel() == given[0].shape[0] * given[0].shape[1]
        if module.training and rows_only:
            raise UserError(
                f"the training data leaves a batch of one row, and {type(module).__name__} cannot "
                f"learn from one; {advice}"
            )

    norms = [module for module in model.modules() if isinstance(module, _BatchNorm)]
    return [norm.register_forward_pre_hook(look) for norm in norms]
