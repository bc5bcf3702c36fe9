"""The root mean square is kept above the square of QUIETEST."""

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    loud, loud_noise = (x.square().mean(1, keepdim=True).sqrt() for x in (clean, noise))
    gain = loud / loud_noise.clamp_min(QUIETEST**2) * 10 ** (-snr_db[:, None] / 20)
    return clean + gain * noise
