"""The ratio of the first clip."""

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    loud, hiss = (x.square().mean(1, keepdim=True).sqrt() for x in (clean, noise))
    return clean + loud / hiss.clamp_min(QUIETEST) * 10 ** (-snr_db[0] / 20) * noise
