"""The noise without the speech."""

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    loud = clean.square().mean(1, keepdim=True)
    other = noise.square().mean(1, keepdim=True).clamp_min(QUIETEST**2)
    gain = (loud / other / 10 ** (snr_db[:, None] / 10)).sqrt()
    return gain * noise
