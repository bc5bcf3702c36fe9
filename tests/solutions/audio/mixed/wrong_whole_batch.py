"""One power for all clips."""

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    loud = clean.square().mean()
    other = noise.square().mean().clamp_min(QUIETEST**2)
    gain = (loud / other / 10 ** (snr_db[:, None] / 10)).sqrt()
    return clean + gain * noise
