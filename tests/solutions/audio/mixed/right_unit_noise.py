"""First a noise of power one, then as loud as is asked for."""

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    unit = noise / noise.pow(2).mean(-1, keepdim=True).sqrt().clamp(min=QUIETEST)
    wanted = clean.pow(2).mean(-1) * 10 ** (-snr_db / 10)
    return clean + wanted.sqrt().reshape(-1, 1) * unit
