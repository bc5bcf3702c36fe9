"""The mean of the sizes for the root of the mean square."""

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    loud, hiss = (x.abs().mean(1, keepdim=True) for x in (clean, noise))
    return clean + loud / hiss.clamp_min(QUIETEST) * 10 ** (-snr_db[:, None] / 20) * noise
