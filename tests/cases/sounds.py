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
