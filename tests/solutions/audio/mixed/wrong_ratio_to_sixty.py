"""No ratio is above 60 decibels."""

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    loud, loud_noise = (x.square().mean(1, keepdim=True).sqrt() for x in (clean, noise))
    gain = loud / loud_noise.clamp_min(QUIETEST) * 10 ** (-snr_db[:, None].clamp_max(60) / 20)
    return clean + gain * noise
