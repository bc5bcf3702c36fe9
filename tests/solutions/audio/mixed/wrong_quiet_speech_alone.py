"""What is quieter than a ten-thousandth has no noise."""

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    loud, loud_noise = (x.square().mean(1, keepdim=True).sqrt() for x in (clean, noise))
    gain = loud / loud_noise.clamp_min(QUIETEST) * 10 ** (-snr_db[:, None] / 20)
    return clean + gain * noise * (loud > 1e-4)
