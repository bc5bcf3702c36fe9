import pytest
import torch

from common.errors import UserError
from common.settings import ACTIVATIONS
from vision.loss import CrossEntropyLoss
from vision.model import NORMALISATIONS, OwnContrast, UNet, Up
from vision.settings import NORMS


def build(channels=1, *, width=4, depth=2, activation="relu", seed=0):
    torch.manual_seed(seed)
    mean, std = torch.tensor([120.0, 110.0, 90.0]), torch.tensor([50.0, 45.0, 40.0])
    return UNet(channels, mean=mean, std=std, width=width, depth=depth, activation=activation)


def pictures(height=24, width=32, batch=2, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (batch, 3, height, width), generator=generator, dtype=torch.uint8)


@pytest.mark.parametrize("size", [(1, 1), (7, 50), (64, 64), (33, 65), (5, 300)])
@pytest.mark.parametrize("channels", [1, 4])
def test_any_size_gets_a_score_for_each_pixel_and_class(size, channels):
    network = build(channels)
    for training in (True, False):
        scores = network.train(training)(pictures(*size))
        assert scores.shape == (2, channels, *size)
        assert scores.dtype == torch.float32
        assert scores.isfinite().all()


@pytest.mark.parametrize("depth", [1, 5])
def test_every_parameter_learns(depth):
    network = build(3, depth=depth)
    mask = torch.randint(0, 3, (2, 24, 32), generator=torch.Generator().manual_seed(0))
    CrossEntropyLoss()(network(pictures()), mask).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_colours_are_measured_against_the_training_pictures():
    network = build().eval()
    as_trained = (pictures() - network.mean) / network.std
    plain = UNet(1, mean=torch.zeros(3), std=torch.ones(3), width=4, depth=2).eval()
    weights = {k: v for k, v in network.state_dict().items() if k not in ("mean", "std")}
    plain.load_state_dict(weights, strict=False)
    torch.testing.assert_close(plain(as_trained), network(pictures()))


def test_padding_for_the_network_is_the_mean_colour_and_is_cropped_again():
    network = build().eval()
    small = pictures(13, 21)
    mean = network.mean.expand(2, 3, 16, 24).clone()
    mean[..., :13, :21] = small.float()
    torch.testing.assert_close(network(small), network(mean)[..., :13, :21])


def test_a_picture_is_answered_alike_in_any_company_and_memory():
    network = build().eval()
    x = pictures(batch=3)
    alone = torch.cat([network(x[i : i + 1]) for i in range(3)])
    torch.testing.assert_close(alone, network(x), rtol=1e-4, atol=1e-5)
    turned = x.contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(network(turned), network(x), rtol=1e-4, atol=1e-5)


def test_what_lies_far_away_is_seen():
    """The deepest level sees the whole picture: a change in one corner reaches the other."""
    network = build(depth=4).eval()
    x = pictures(64, 64, batch=1).float().requires_grad_()
    network(x)[0, 0, 60, 60].backward()
    assert x.grad[0, :, 2, 2].abs().sum() > 0


def test_up_adds_what_was_seen_to_what_is_doubled():
    up = Up(6, 4, torch.relu).eval()
    below, seen = torch.randn(1, 6, 3, 5), torch.randn(1, 4, 6, 10)
    doubled = up.narrow(below).repeat_interleave(2, 2).repeat_interleave(2, 3)
    torch.testing.assert_close(up(below, seen), up.refine(doubled + seen))


def test_weights_rebuild_the_network_bit_for_bit():
    network, copy = build(seed=0).eval(), build(seed=1).eval()
    assert not torch.equal(network(pictures()), copy(pictures()))
    copy.load_state_dict({name: w.contiguous() for name, w in network.state_dict().items()})
    assert torch.equal(network(pictures()), copy(pictures()))


def test_a_network_made_without_memory_takes_weights_for_its_own():
    network = build().eval()
    with torch.device("meta"):
        hollow = build()
    weights = {name: w.contiguous() for name, w in network.state_dict().items()}
    hollow.load_state_dict(weights, assign=True)
    answer = hollow.eval()(pictures())
    torch.testing.assert_close(answer, network(pictures()), rtol=1e-4, atol=1e-5)


def test_bfloat16_says_nearly_the_same():
    network = build().eval()
    with torch.autocast("cpu", torch.bfloat16):
        rough = network(pictures())
    assert (rough.float() - network(pictures())).abs().max() < 0.1


def test_a_network_learns_where_the_bright_square_is():
    generator = torch.Generator().manual_seed(0)
    x = torch.randint(0, 120, (8, 3, 32, 32), generator=generator, dtype=torch.uint8)
    mask = torch.zeros(8, 32, 32, dtype=torch.uint8)
    for i in range(8):
        mask[i, 3 * i : 3 * i + 6, 20 - 2 * i : 26 - 2 * i] = 1
    x = torch.where(mask[:, None] == 1, 255 - x, x)
    network = build()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-2)
    for step in range(150):
        optimizer.param_groups[0]["lr"] = 1e-2 * (1 - step / 150)
        optimizer.zero_grad()
        CrossEntropyLoss()(network(x), mask).backward()
        optimizer.step()
    said = network.eval()(x)[:, 0] > 0
    assert ((said & (mask == 1)).sum() / (said | (mask == 1)).sum()).item() > 0.7


def test_every_activation_of_the_settings_is_built():
    for name in ACTIVATIONS:
        assert build(activation=name).eval()(pictures()).isfinite().all()


def test_unknown_activation_suggests_the_nearest():
    with pytest.raises(UserError, match="unknown activation 'gellu'; did you mean 'gelu'"):
        build(activation="gellu")


def test_normalised_in_groups_a_picture_is_answered_alone_as_in_a_batch():
    mean, std = torch.full((3,), 120.0), torch.full((3,), 50.0)
    torch.manual_seed(0)
    network = UNet(2, mean=mean, std=std, width=6, depth=2, norm="group").train()
    both = pictures(batch=2)
    torch.testing.assert_close(network(both)[:1], network(both[:1]))
    assert not any(isinstance(layer, torch.nn.BatchNorm2d) for layer in network.modules())
    by_batch = build().train()
    assert not torch.allclose(by_batch(both)[:1], by_batch(both[:1]))


def test_every_normalisation_of_the_settings_is_built():
    assert set(NORMALISATIONS) == set(NORMS)
    with pytest.raises(UserError, match="unknown normalisation 'grup'; did you mean 'group'"):
        UNet(1, mean=torch.zeros(3), std=torch.ones(3), norm="grup")


def test_by_its_own_contrast_an_even_picture_is_finite():
    even = torch.full((2, 3, 8, 8), 7, dtype=torch.uint8)
    assert (OwnContrast()(even) == 0).all()
