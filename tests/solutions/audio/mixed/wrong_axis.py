"""The ratio stands along the samples."""

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    loud = clean.square().mean(1, keepdim=True)
    other = noise.square().mean(1, keepdim=True).clamp_min(QUIETEST**2)
    gain = (loud / other / 10 ** (snr_db / 10)).sqrt()
    return clean + gain * noise
