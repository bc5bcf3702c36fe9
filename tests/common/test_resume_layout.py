"""A network whose channels lie last in memory goes on as if it had not been stopped."""

import pytest
import torch
from torch import nn

from common.trainer import Trainer


def network() -> nn.Module:
    torch.manual_seed(0)
    layers = [nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 4, 3), nn.Flatten(), nn.Linear(64, 1)]
    return nn.Sequential(*layers).to(memory_format=torch.channels_last)


def trained(checkpoint, *, stop_after: int | None = None, resume: bool = False) -> torch.Tensor:
    left = stop_after or -1

    def loss(prediction, target):
        nonlocal left  # what a loss counts is no setting of it
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        return (prediction - target).square().mean()

    X = torch.randn(24, 3, 8, 8, generator=torch.Generator().manual_seed(1))
    model = network()
    trainer = Trainer(
        model,
        loss,
        epochs=3,
        batch_size=4,
        lr=0.01,
        device="cpu",
        progress=False,
        checkpoint=checkpoint,
        checkpoint_every=0,
    )
    trainer.fit((X, X.mean((1, 2, 3)).unsqueeze(1)), resume=resume)
    return nn.utils.parameters_to_vector(p.contiguous() for p in model.parameters())


def test_a_network_with_channels_last_resumes_bit_for_bit(tmp_path):
    whole = trained(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "stopped", stop_after=10)
    assert torch.equal(trained(tmp_path / "stopped", resume=True), whole)
