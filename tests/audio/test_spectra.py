"""One Fourier transform and one shape of a band, against torch's and librosa's own."""

import librosa
import numpy as np
import pytest
import torch

from audio.spectra import power, stft, triangular_bands


def noise(*shape, dtype=torch.float64):
    return torch.from_numpy(np.random.default_rng(0).normal(size=shape)).to(dtype)


@pytest.mark.parametrize("center", [False, True])
@pytest.mark.parametrize(("size", "hop"), [(512, 256), (512, 128), (64, 48), (7, 3)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_stft_is_the_transpose_of_torchs(size, hop, center, dtype):
    sounds, window = noise(3, 1000, dtype=dtype), torch.hann_window(size, dtype=dtype)
    theirs = torch.stft(
        torch.nn.functional.pad(sounds, (size // 2, size // 2)) if center else sounds,
        size,
        hop,
        window=window,
        center=False,
        return_complex=True,
    )
    torch.testing.assert_close(stft(sounds, window, hop, center=center).mT, theirs)


def test_power_is_that_of_librosas_spectrogram():
    sound = noise(4000)
    ours = power(stft(sound, torch.hann_window(512, dtype=sound.dtype), 256, center=True))
    theirs = np.abs(librosa.stft(sound.numpy(), n_fft=512, hop_length=256)) ** 2
    np.testing.assert_allclose(ours.T, theirs, rtol=1e-6, atol=1e-10)


def test_stft_has_the_gradient_of_finite_differences():
    window = torch.hann_window(16, dtype=torch.float64)
    sound = noise(2, 40).requires_grad_()
    assert torch.autograd.gradcheck(
        lambda x: power(stft(x, window, 8, center=True)), sound, raise_exception=True
    )


def test_neighbouring_bands_share_out_what_lies_between_them():
    edges = torch.tensor([0.0, 1.0, 3.0, 7.0, 8.0]).double()
    places = torch.linspace(1, 7, 50).double()
    torch.testing.assert_close(
        triangular_bands(edges, places).sum(0), torch.ones(50, dtype=torch.float64)
    )


def test_a_band_between_two_bins_is_not_empty_where_a_least_width_is_given():
    edges, places = torch.tensor([0.4, 0.5, 0.6]), torch.arange(3.0)
    assert triangular_bands(edges, places).sum() == 0
    torch.testing.assert_close(
        triangular_bands(edges, places, narrowest=1.0), torch.tensor([[0.5, 0.5, 0.0]])
    )
