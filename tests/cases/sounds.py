"""Sounds of the cases."""

import subprocess

import imageio_ffmpeg
import numpy as np

RATE = 16_000


def ffmpeg(*arguments):
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True)


def hiss(seconds, channels=1):
    generator = np.random.default_rng(0)
    return generator.normal(0, 0.1, (round(seconds * RATE), channels)).astype(np.float32)


def voice(rate=RATE):
    """A glide with overtones that grows loud and quiet, (rate,)."""
    times = np.arange(rate) / rate
    phase = 2 * np.pi * np.cumsum(120 + 40 * np.sin(2 * np.pi * 3 * times)) / rate
    sound = sum(np.sin(k * phase) / k for k in (1, 2, 3, 5))
    return 0.4 * sound * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * times))
