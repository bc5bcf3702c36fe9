"""The network: small, deaf to volume, and the same in one piece as in many."""

import pytest
import torch

from audio.model import (
    BANDS,
    HOP,
    MASK_EXPONENT,
    MASK_FLOOR,
    MEMORY,
    WINDOW,
    MaskNetwork,
    fading_sums,
    frequency_bands,
)
from audio.streaming import Denoiser, delay, forward_chunk, initial_state
from common.errors import UserError
from common.settings import ACTIVATIONS


def network(**more):
    torch.manual_seed(0)
    return MaskNetwork(**{"width": 32, **more}).eval()


def sound(clips=2, samples=3 * 16_000 + 77, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return 0.1 * torch.randn(clips, samples, generator=generator)


def chunked(model, noisy, sizes):
    """Clean a sound in chunks of so many hops each, the last size again and again."""
    padded = torch.nn.functional.pad(noisy, (0, -noisy.shape[1] % HOP + delay(model)))
    state, pieces, sizes = initial_state(model, len(noisy)), [], list(sizes)
    with torch.no_grad():
        while padded.shape[1]:
            size = HOP * (sizes.pop(0) if len(sizes) > 1 else sizes[0])
            clean, state = forward_chunk(model, padded[:, :size], state)
            padded = padded[:, size:]
            pieces.append(clean)
    return torch.cat(pieces, 1)[:, delay(model) :][:, : noisy.shape[1]]


def pass_everything(model):
    torch.nn.init.zeros_(model.mask.weight)
    torch.nn.init.zeros_(model.skip.weight)
    torch.nn.init.constant_(model.skip.bias, 30.0)
    return model


def test_the_usual_network_has_less_than_a_million_parameters():
    assert sum(p.numel() for p in MaskNetwork().parameters()) < 1_000_000


@pytest.mark.parametrize("samples", [1, 255, 256, 257, 5000])
def test_output_is_as_long_as_input(samples):
    assert network()(sound(samples=samples)).shape == (2, samples)


def test_a_mask_of_ones_gives_the_sound_back():
    noisy = sound()
    torch.testing.assert_close(pass_everything(network())(noisy), noisy, atol=1e-6, rtol=0)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("sizes", [[1], [7], [40, 1, 3, 100], [1000]])
def test_chunks_are_the_whole(causal, depth, sizes):
    model = network(causal=causal, depth=depth)
    noisy = sound()
    with torch.no_grad():
        whole = Denoiser(model)(noisy)
    torch.testing.assert_close(chunked(model, noisy, sizes), whole, atol=1e-5, rtol=0)


@pytest.mark.parametrize("causal", [False, True])
def test_only_so_much_of_the_future_matters(causal):
    """A sample depends on what follows it within its frames and the look-ahead, no further."""
    model = network(causal=causal)
    noisy, moment = sound(), 24_000
    changed = noisy.clone()
    changed[:, moment:] = 0
    with torch.no_grad():
        difference = (model(changed) - model(noisy)).abs().amax(0)
    first = difference.nonzero()[0].item()
    reach = WINDOW + HOP * model.look_ahead
    assert moment - reach <= first < moment
    assert model.look_ahead == (0 if causal else 5)


def test_a_network_at_work_takes_out_a_little_less_than_in_training():
    model = network()
    torch.nn.init.zeros_(model.mask.weight)
    torch.nn.init.constant_(model.mask.bias, -30.0)
    torch.nn.init.zeros_(model.skip.weight)
    noisy = sound()
    middle = slice(WINDOW, -WINDOW)
    with torch.no_grad():
        torch.testing.assert_close(model(noisy)[:, middle], MASK_FLOOR * noisy[:, middle])
        torch.testing.assert_close(
            Denoiser(model)(noisy)[:, middle], MASK_FLOOR**MASK_EXPONENT * noisy[:, middle]
        )


@pytest.mark.parametrize("causal", [False, True])
def test_training_and_evaluation_compute_the_same_function(causal):
    model, noisy = network(causal=causal, depth=2), sound()
    with torch.no_grad():
        torch.testing.assert_close(model.train()(noisy), model.eval()(noisy), atol=0, rtol=0)


@pytest.mark.parametrize("factor", [0.05, 8.0])
def test_volume_changes_nothing_but_volume(factor):
    noisy = sound()
    with torch.no_grad():
        louder = network()(factor * noisy) / factor
        torch.testing.assert_close(louder, network()(noisy), atol=2e-4, rtol=0)


@pytest.mark.parametrize("name", ["silence", "dc", "click", "huge", "after silence"])
def test_odd_sounds_give_finite_sounds_and_gradients(name):
    noisy = torch.zeros(1, 8000)
    noisy += {"dc": 0.9, "huge": 1e6}.get(name, 0.0)
    noisy[:, 4000] += name == "click"
    noisy[:, 4000:] += sound(1, 4000) * (name == "after silence")
    model = network()
    clean = model(noisy)
    clean.square().mean().backward()
    assert clean.isfinite().all()
    assert all(p.grad.isfinite().all() for p in model.parameters())


def test_silence_stays_silent():
    assert (network()(torch.zeros(1, 5000)) == 0).all()


def test_running_mean_is_that_of_its_formula():
    model, noisy = network(), sound(1, 40 * HOP).double()
    model = model.double()
    spectra = torch.fft.rfft(noisy.unfold(1, WINDOW, HOP) * model.window)
    _, (sums, weight) = model.features(spectra)
    loudness = (spectra.abs().square() @ model.to_bands + 1e-12) ** 0.15
    forgetting = torch.exp(-torch.arange(len(loudness[0])).double().flip(0) / MEMORY)
    expected = (forgetting[:, None] * loudness[0]).sum(0) / forgetting.sum()
    torch.testing.assert_close((sums / weight)[0, 0], expected)


@pytest.mark.parametrize("frames", [1, 7, 1300])
def test_fading_sums_are_the_recursion(frames):
    generator = torch.Generator().manual_seed(frames)
    values = torch.rand(2, frames, 3, generator=generator)
    total, expected = torch.rand(2, 1, 3, generator=generator).double(), []
    sums = fading_sums(values, total.float())
    for value in values.double().unbind(1):
        total = total * torch.tensor(-1 / MEMORY).double().exp() + value[:, None]
        expected.append(total)
    torch.testing.assert_close(sums.double(), torch.cat(expected, 1), rtol=1e-5, atol=0)
    half = frames // 2
    if half:
        first = fading_sums(values[:, :half])
        pieces = torch.cat([first, fading_sums(values[:, half:], first[:, -1:])], 1)
        torch.testing.assert_close(pieces, fading_sums(values), rtol=1e-5, atol=0)


def test_bands_share_out_every_bin():
    bands = frequency_bands()
    assert bands.shape == (WINDOW // 2 + 1, BANDS)
    torch.testing.assert_close(bands.sum(1), torch.ones(WINDOW // 2 + 1))
    assert (bands.sum(0) > 0).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_works(name):
    assert network(activation=name)(sound(1, 2000)).isfinite().all()


def test_an_unknown_activation_is_named():
    with pytest.raises(UserError, match="unknown activation 'rely'; did you mean 'relu'"):
        MaskNetwork(activation="rely")


def test_a_chunk_that_is_no_multiple_of_a_hop_is_refused():
    model = network()
    for samples in (0, 100):
        with pytest.raises(ValueError, match="multiple of 256"):
            forward_chunk(model, torch.zeros(1, samples), initial_state(model))
