"""Each loss against an independent reference, and the traps of the field."""

import auraloss
import fast_bss_eval
import librosa
import numpy as np
import pytest
import torch
from torchmetrics.functional.audio import scale_invariant_signal_distortion_ratio

from audio.loss import (
    RESOLUTIONS,
    MelDistanceLoss,
    MultiResolutionSTFTLoss,
    SISDRLoss,
    WaveformMSELoss,
    mel_bands,
)
from common.loss_registry import WeightedSumLoss

SMALL = ((64, 16), (32, 8))
"""Resolutions for short sounds, so that finite differences are quick."""

LOSSES = {
    "mse": WaveformMSELoss,
    "si_sdr": SISDRLoss,
    "stft": lambda **more: MultiResolutionSTFTLoss(resolutions=SMALL, **more),
    "mel": lambda **more: MelDistanceLoss(resolutions=SMALL, bands=8, **more),
    "hearing": lambda **more: WeightedSumLoss(
        [(0.1, SISDRLoss()), (1.0, MultiResolutionSTFTLoss(resolutions=SMALL))], **more
    ),
}


@pytest.fixture(params=LOSSES, ids=str)
def make(request):
    return LOSSES[request.param]


def sounds(clips=4, samples=400, *, dtype=torch.float64, error=0.3, seed=0):
    """Clean clips of different volume, and estimates of them that are off by `error`."""
    generator = np.random.default_rng(seed)
    volume = np.geomspace(0.05, 0.5, clips)[:, None]
    clean = generator.normal(size=(clips, samples)) * volume
    estimate = clean + error * generator.normal(size=clean.shape) * volume
    return torch.tensor(estimate, dtype=dtype), torch.tensor(clean, dtype=dtype)


# --- values, against somebody else's implementation -------------------------------------------


def test_waveform_mse_is_torchs():
    estimate, clean = sounds()
    expected = torch.nn.functional.mse_loss(estimate, clean)
    torch.testing.assert_close(WaveformMSELoss()(estimate, clean), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("error", [3.0, 0.3, 1e-3])
def test_si_sdr_is_that_of_torchmetrics_and_fast_bss_eval(dtype, error):
    estimate, clean = sounds(samples=4000, error=error, dtype=dtype)
    rows = -SISDRLoss(reduction="none")(estimate, clean).double()
    wide = estimate.double(), clean.double()
    ours = scale_invariant_signal_distortion_ratio(*wide)
    torch.testing.assert_close(rows, ours, rtol=1e-6, atol=1e-5)
    theirs = [
        fast_bss_eval.si_sdr(c[None].numpy(), e[None].numpy()).item()
        for e, c in zip(*wide, strict=True)
    ]
    np.testing.assert_allclose(rows, theirs, rtol=1e-5, atol=1e-4)


def test_a_very_good_estimate_keeps_its_decibels_in_float32():
    _, clean = sounds(samples=16_000, dtype=torch.float32)
    error = torch.zeros_like(clean)
    error[:, ::100] = clean[:, ::100].abs().clamp_min(1e-3) * 8e-6
    estimate = clean + error  # as float32 rounds it
    wide = scale_invariant_signal_distortion_ratio(estimate.double(), clean.double())
    assert wide.min() > 100
    rows = -SISDRLoss(reduction="none")(estimate, clean).double()
    # The bound of 150 dB is reached smoothly, and at 134 dB takes a tenth of a decibel.
    bounded = wide - 10 * torch.log10(1 + 10 ** ((wide - 150) / 10))
    torch.testing.assert_close(rows, bounded, rtol=0, atol=0.05)


def with_silent_ends(samples=8000):
    """auraloss mirrors a sound at its ends and ours is silent there: a silent end is its mirror."""
    generator = np.random.default_rng(1)
    clean = np.pad(generator.normal(size=samples) * 0.1, 1024)
    estimate = np.pad(clean[1024:-1024] + generator.normal(size=samples) * 0.03, 1024)
    return (torch.tensor(sound, dtype=torch.float64)[None] for sound in (estimate, clean))


def test_multi_resolution_stft_is_that_of_auraloss():
    estimate, clean = with_silent_ends()
    windows, hops = zip(*RESOLUTIONS, strict=True)
    reference = auraloss.freq.MultiResolutionSTFTLoss(
        fft_sizes=windows, hop_sizes=hops, win_lengths=windows
    )
    for stft in reference.stft_losses:
        stft.window = stft.window.double()
    expected = reference(estimate[:, None], clean[:, None])
    ours = MultiResolutionSTFTLoss()(estimate, clean)
    torch.testing.assert_close(ours, expected, rtol=1e-5, atol=0)


def test_mel_distance_is_that_of_librosas_bands():
    estimate, clean = with_silent_ends()
    powers = [
        librosa.feature.melspectrogram(
            y=sound.numpy()[0],
            sr=16_000,
            n_fft=1024,
            hop_length=256,
            n_mels=40,
            htk=True,
            norm=None,
            pad_mode="constant",
        )
        for sound in (estimate, clean)
    ]
    heard = slice(4, -4)  # not the silent ends, where the floor decides
    expected = 0.5 * np.abs(np.log(powers[0][:, heard]) - np.log(powers[1][:, heard]))
    loss = MelDistanceLoss(resolutions=[(1024, 256)], bands=40)
    ours = [loss.power(sound, 1024, 256)[..., heard] for sound in (estimate, clean)]
    assert loss.compare(*ours, 1024).item() == pytest.approx(expected.mean(), rel=1e-4)


def test_mel_bands_are_librosas():
    expected = librosa.filters.mel(sr=16_000, n_fft=1024, n_mels=40, htk=True, norm=None)
    np.testing.assert_allclose(mel_bands(40, 1024, 16_000), expected, atol=1e-6)


@pytest.mark.parametrize("window", [64, 256, 512])
def test_no_mel_band_is_empty(window):
    assert (mel_bands(window // 4, window, 16_000).sum(1) > 0).all()


def test_a_sum_of_losses_is_the_weighted_sum():
    estimate, clean = sounds(samples=2000)
    parts = [(0.2, SISDRLoss()), (3.0, MultiResolutionSTFTLoss())]
    expected = sum(weight * part(estimate, clean) for weight, part in parts)
    torch.testing.assert_close(WeightedSumLoss(parts)(estimate, clean), expected)


@pytest.mark.parametrize(("name", "alike"), [("si_sdr", 1.0), ("si_sdr + 0.3*stft", 1.3)])
def test_sums_are_taken_on_the_command_line(name, alike):
    from audio.task import TASK

    estimate, clean = sounds(samples=2000, dtype=torch.float32)
    loss = TASK.losses[name](None, None)(estimate, clean)
    expected = SISDRLoss()(estimate, clean)
    expected = expected + (alike - 1) * MultiResolutionSTFTLoss()(estimate, clean)
    torch.testing.assert_close(loss, expected)


# --- properties ------------------------------------------------------------------------------


def test_si_sdr_ignores_volume_and_spectra_do_not():
    estimate, clean = sounds()
    torch.testing.assert_close(SISDRLoss()(3 * estimate, clean), SISDRLoss()(estimate, clean))
    torch.testing.assert_close(SISDRLoss()(estimate, 3 * clean), SISDRLoss()(estimate, clean))
    for name in ("stft", "mel"):
        assert LOSSES[name]()(0.5 * clean, clean) > 0.3


def test_a_hiss_in_a_pause_costs_spectra_more_than_a_hiss_under_speech():
    """The lesson in one line; the waveform's square error sees no difference."""
    _, clean = sounds(clips=1, samples=4000)
    clean[:, 2000:] *= 1e-3
    hiss = 1e-2 * torch.randn(1, 2000, generator=torch.Generator().manual_seed(0)).double()
    under, pause = clean.clone(), clean.clone()
    under[:, :2000] += hiss
    pause[:, 2000:] += hiss
    torch.testing.assert_close(WaveformMSELoss()(under, clean), WaveformMSELoss()(pause, clean))
    for loss in (MultiResolutionSTFTLoss(), MelDistanceLoss()):
        assert loss(pause, clean) > 3 * loss(under, clean)


def test_an_example_costs_the_same_in_any_company(make):
    estimate, clean = sounds()
    rows = make(reduction="none")(estimate, clean)
    alone = torch.cat(
        [make(reduction="none")(estimate[i : i + 1], clean[i : i + 1]) for i in range(4)]
    )
    torch.testing.assert_close(rows, alone)


def test_no_error_costs_nothing(make):
    _, clean = sounds()
    best = -150 if make is SISDRLoss else -15 if make is LOSSES["hearing"] else 0
    assert make()(clean, clean).item() == pytest.approx(best, abs=1e-3)


def test_gradient_is_that_of_finite_differences(make):
    estimate, clean = sounds(clips=2, samples=64)
    estimate.requires_grad_()
    assert torch.autograd.gradcheck(lambda x: make(reduction="none")(x, clean), estimate)


def test_mean_and_sum_are_those_of_none(make):
    estimate, clean = sounds()
    rows = make(reduction="none")(estimate, clean)
    assert rows.shape == (len(clean),)
    torch.testing.assert_close(make()(estimate, clean), rows.mean())
    torch.testing.assert_close(make(reduction="sum")(estimate, clean), rows.sum())


def test_order_of_the_batch_changes_nothing(make):
    estimate, clean = sounds()
    order = torch.tensor([2, 0, 3, 1])
    torch.testing.assert_close(make()(estimate[order], clean[order]), make()(estimate, clean))


def test_non_contiguous_input_gives_the_same(make):
    estimate, clean = sounds()
    both = torch.stack([estimate, clean], dim=2)
    assert not both[..., 0].is_contiguous()
    torch.testing.assert_close(make()(both[..., 0], both[..., 1]), make()(estimate, clean))


def test_inputs_are_left_alone(make):
    estimate, clean = sounds()
    before = estimate.clone(), clean.clone()
    make()(estimate.requires_grad_(), clean).backward()
    torch.testing.assert_close((estimate.detach(), clean), before, rtol=0, atol=0)


# --- extremes --------------------------------------------------------------------------------


def kinds_of_sound(dtype):
    generator = torch.Generator().manual_seed(0)
    noise = 0.1 * torch.randn(200, generator=generator)
    click = torch.zeros(200)
    click[100] = 1.0
    named = {
        "silence": torch.zeros(200),
        "noise": noise,
        "loud": 1e4 * noise,
        "dc": torch.full((200,), 1e4),
        "below": torch.full((200,), -1e4),
        "click": click,
        "whisper": 1e-7 * noise,
    }
    return {name: sound.to(dtype)[None] for name, sound in named.items()}


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_extremes_are_finite_with_finite_gradients(make, dtype):
    for said, estimate in kinds_of_sound(dtype).items():
        for wanted, clean in kinds_of_sound(dtype).items():
            answer = estimate.clone().requires_grad_()
            loss = make()(answer, clean)
            loss.backward()
            assert loss.isfinite(), (said, wanted)
            assert loss.dtype == torch.float32
            if dtype == torch.float32:  # 1e4 squared has no slope in float16
                assert answer.grad.isfinite().all(), (said, wanted)


def test_silence_for_silence_is_a_zero_gradient(make):
    answer = torch.zeros(3, 500, requires_grad=True)
    loss = make()(answer, torch.zeros(3, 500))
    loss.backward()
    assert loss.item() == 0
    assert (answer.grad == 0).all()


def test_a_silent_target_teaches_si_sdr_nothing():
    answer = torch.randn(2, 500, requires_grad=True)
    loss = SISDRLoss()(answer, torch.zeros(2, 500))
    loss.backward()
    assert loss.item() == 0
    assert (answer.grad == 0).all()


@pytest.mark.parametrize("name", ["mse", "stft", "mel", "hearing"])
def test_a_silent_target_asks_the_others_for_silence(name):
    answer = 0.1 * torch.randn(2, 500, generator=torch.Generator().manual_seed(0))
    loss, silence = LOSSES[name](), torch.zeros(2, 500)
    assert loss(0.5 * answer, silence) < loss(answer, silence)


def test_a_silent_clip_does_not_drown_the_others():
    estimate, clean = sounds(clips=8, samples=4000)
    rows = MultiResolutionSTFTLoss(reduction="none")(estimate, clean)
    clean[0] = 0
    silenced = MultiResolutionSTFTLoss(reduction="none")(estimate, clean)
    assert silenced[0] < 200 * rows.mean()
    torch.testing.assert_close(silenced[1:], rows[1:])


def test_low_precision_input_is_computed_in_float32(make):
    estimate, clean = sounds(dtype=torch.float32)
    narrow = make()(estimate.bfloat16(), clean)
    torch.testing.assert_close(narrow, make()(estimate.bfloat16().float(), clean))


@pytest.mark.parametrize("shape", [(0, 100), (1, 1), (1, 3), (2, 16)])
def test_tiny_batches_are_finite(make, shape):
    answer = torch.full(shape, 0.1, requires_grad=True)
    loss = make()(answer, torch.full(shape, 0.2))
    loss.backward()
    assert loss.isfinite()
    assert answer.grad.isfinite().all()


def test_shapes_that_would_broadcast_are_refused(make):
    with pytest.raises(ValueError, match="expected the same"):
        make()(torch.zeros(4, 1), torch.ones(4, 100))


@pytest.mark.parametrize("shape", [(100,), (2, 1, 100), (2, 0)])
def test_anything_but_clips_of_samples_is_refused(make, shape):
    with pytest.raises(ValueError, match="expected \\(batch, samples\\)"):
        make()(torch.zeros(shape), torch.zeros(shape))


def test_settings_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="0 < hop <= window"):
        MultiResolutionSTFTLoss(resolutions=[(64, 128)])
    with pytest.raises(ValueError, match="above 0"):
        WeightedSumLoss([(0.0, WaveformMSELoss())])
