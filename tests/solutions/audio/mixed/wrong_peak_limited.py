"""Nothing beyond full scale."""

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    loud, hiss = (x.square().mean(1, keepdim=True).sqrt() for x in (clean, noise))
    g = loud / hiss.clamp_min(QUIETEST) * 10 ** (-snr_db[:, None] / 20)
    return (clean + g * noise).clamp(-1, 1)
