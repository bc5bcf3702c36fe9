"""DistributedDataParallel around a network: each rank on a card of its own, or on the CPU.

What would hang or be wrong on several ranks is refused before it is wrapped.
"""

import os
import warnings
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.parallel import DistributedDataParallel

from common.errors import UserError
from common.training.compiling import Compiled

if TYPE_CHECKING:
    from common.training.ranks import Alone


def data_parallel(
    model: nn.Module, device: torch.device, ranks: "Alone", *, compile: bool, told: bool
) -> DistributedDataParallel:
    """Return the model, compiled or not, with its gradients shared by all ranks."""
    _check_kind(device, ranks)
    if device.type == "cuda":
        _check_card(device, ranks)
        nn.SyncBatchNorm.convert_sync_batchnorm(model)
    elif ranks.first:
        for name in sorted({type(m).__name__ for m in model.modules() if learns_statistics(m)}):
            warnings.warn(
                f"{name} sees of each batch the share of its rank alone, for on the CPU its "
                "statistics are not shared: the learning curve is not that of one process",
                stacklevel=2,
            )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of broadcast_buffers, from 2.13 on
        return DistributedDataParallel(
            Compiled(model, told=ranks.first and told) if compile else model,
            device_ids=None if device.type == "cpu" else [torch.cuda.current_device()],
            broadcast_buffers=False,  # see Ranks.share_statistics
            find_unused_parameters=True,  # a model may skip a part of itself, at random even
        )


def learns_statistics(module: nn.Module) -> bool:
    """Whether a layer keeps running means of what it sees."""
    return isinstance(module, _BatchNorm) and module.running_mean is not None


def _check_kind(device: torch.device, ranks: "Alone") -> None:
    kinds = ranks.gathered(device.type)
    if len(set(kinds)) > 1:
        found = ", ".join(f"rank {rank} on {kind}" for rank, kind in enumerate(kinds))
        raise UserError(
            f"all ranks train on cards or all on the CPU, not {found}: --device cpu",
            f"все процессы обучают либо на видеокартах, либо на процессоре, а здесь {found}: "
            "--device cpu",
        )
    if device.type not in ("cpu", "cuda"):
        raise UserError(
            f"several ranks train on CUDA cards or on the CPU, not on {device}: --device cpu"
        )


def _check_card(device: torch.device, ranks: "Alone") -> None:
    """Raise UserError where two ranks would share a card: NCCL does not work so."""
    number = torch.cuda.current_device()
    # By its own name: where each rank is shown one card alone, that is number 0 for all.
    own = (str(torch.cuda.get_device_properties(number).uuid), os.environ.get("GROUP_RANK", "0"))
    if device.index not in (None, number) or len(set(ranks.gathered(own))) < ranks.size:
        raise UserError(
            f"this machine has {torch.cuda.device_count()} cards, and each rank needs one of "
            "its own: --nproc-per-node as many as there are cards, and --device cuda, or cpu"
        )
