"""Clips the speech to full scale."""

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    clean = clean.clamp(-1, 1)
    loud, loud_noise = (x.square().mean(1, keepdim=True).sqrt() for x in (clean, noise))
    gain = loud / loud_noise.clamp_min(QUIETEST) * 10 ** (-snr_db[:, None] / 20)
    return clean + gain * noise
