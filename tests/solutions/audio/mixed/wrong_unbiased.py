"""One sample less in the mean."""

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    loud = clean.square().sum(1, keepdim=True).div(clean.shape[1]).sqrt()
    loud_noise = noise.square().sum(1, keepdim=True).div(max(noise.shape[1] - 1, 1)).sqrt()
    gain = loud / loud_noise.clamp_min(QUIETEST) * 10 ** (-snr_db[:, None] / 20)
    return clean + gain * noise
