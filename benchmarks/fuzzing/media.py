"""Valid pictures, masks, videos and sounds."""

import functools
import io
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import soundfile
from PIL import Image

from audio.mono import mono
from audio.settings import SAMPLE_RATE
from audio.sound_files import Stream
from fuzzing.kinds import Kind, Made
from vision import video
from vision.image_facts import check_image
from vision.images import open_image, read_content
from vision.masks import check_mask, open_mask

VARIANTS = 4
"""Different files that ffmpeg makes of a kind; it is slow."""


def _scene(rng: np.random.Generator, mode: str) -> Image.Image:
    height, width = rng.integers(8, 60, 2)
    values = rng.integers(0, 256, (height, width, 4), np.uint8)
    values[: height // 2] = 200
    if mode == "I;16":
        return Image.fromarray(values[..., 0].astype(np.uint16) * 257)
    if mode == "F":
        return Image.fromarray(values[..., 0].astype(np.float32) / 255)
    return Image.fromarray(values, "RGBA").convert(mode)


def picture(kind: str, modes: str, **options: object) -> Made:
    def make(rng: np.random.Generator) -> bytes:
        image = _scene(rng, str(rng.choice(modes.split())))
        file, chosen = io.BytesIO(), dict(options)
        if kind == "TIFF":
            chosen["compression"] = str(rng.choice(["raw", "tiff_lzw", "tiff_deflate", "packbits"]))
        if kind in ("TIFF", "GIF", "WEBP") and rng.random() < 0.5:
            chosen |= {"save_all": True, "append_images": [image.rotate(180)]}
        if kind in ("JPEG", "PNG", "WEBP") and rng.random() < 0.5:
            exif = Image.Exif()
            exif[0x0112] = int(rng.integers(1, 9))
            chosen["exif"] = exif
        if kind == "JPEG":
            chosen["progressive"] = bool(rng.random() < 0.5)
        image.save(file, kind, **chosen)
        return file.getvalue()

    return make


def mask(rng: np.random.Generator) -> bytes:
    ids = Image.fromarray(np.kron(rng.integers(0, 3, (4, 4)), np.ones((9, 9))).astype(np.uint8))
    if rng.random() < 0.5:
        ids = ids.convert("P")
        ids.putpalette(rng.integers(0, 256, 768, np.uint8).tobytes())
    file = io.BytesIO()
    ids.save(file, str(rng.choice(["PNG", "TIFF", "BMP", "GIF"])))
    return file.getvalue()


def of_ffmpeg(suffix: str, *options: str, film: bool = False) -> Made:
    @functools.cache
    def made(variant: int) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            sound, out = Path(folder, "a.wav"), Path(folder, f"a{suffix}")
            rng = np.random.default_rng(variant)
            seconds, rate = 0.4 + 0.3 * variant, [8000, 16000, 44100, 48000][variant]
            soundfile.write(sound, rng.normal(0, 0.1, (int(seconds * rate), 1 + variant % 2)), rate)
            show = f"testsrc=s={48 + 16 * variant}x48:r={[10, 25, 30, 12][variant]}:d={seconds}"
            words = ["-f", "lavfi", "-i", show] if film else []
            exact = ["-fflags", "+bitexact", "-flags", "+bitexact", "-threads", "1"]
            command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *words]
            command += ["-i", str(sound), *options, *exact, str(out)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
            return out.read_bytes()

    return lambda rng: made(int(rng.integers(VARIANTS)))


def of_libsndfile(suffix: str, *kinds: tuple[str, str]) -> Made:
    def make(rng: np.random.Generator) -> bytes:
        kind, subtype = kinds[int(rng.integers(len(kinds)))]
        rate = int(rng.choice([8000, 16000, 24000, 48000]))
        sound = rng.normal(0, 0.1, (int(rng.integers(1, rate)), int(rng.integers(1, 3))))
        with tempfile.NamedTemporaryFile(suffix=suffix) as file:
            soundfile.write(file.name, sound, rate, format=kind, subtype=subtype)
            content = bytearray(Path(file.name).read_bytes())
        if (peak := content.find(b"PEAK")) > 0:
            content[peak + 12 : peak + 16] = bytes(4)  # now: the same file must come again
        return bytes(content)

    return make


def _picture(path: Path) -> list[str]:
    facts = check_image(path, read_content(path))
    open_image(path)
    return list(facts.losses)


def _mask(path: Path) -> list[str]:
    check_mask(path, read_content(path))
    open_mask(path)
    return []


def _video(path: Path) -> list[str]:
    with video.frames(path, size=64) as frames:
        for _ in frames:
            pass
        return [frames.complaint] if frames.complaint else []


def _sound(path: Path) -> list[str]:
    """Walk through a sound as `predict` does, and as `train` does."""
    stream = Stream(path, sample_rate=SAMPLE_RATE)
    for block in stream:
        mono(block)
    return stream.notes


def _kinds(read: Callable[[Path], list[str]], **made: tuple[Made, bytes]) -> dict[str, Kind]:
    return {name: Kind(make, read, f".{name}", marker) for name, (make, marker) in made.items()}


WAV = [("WAV", "PCM_16"), ("WAV", "PCM_U8"), ("WAV", "FLOAT"), ("WAVEX", "PCM_24")]
WAV += [("WAV", "ULAW"), ("WAV", "MS_ADPCM"), ("RF64", "PCM_16"), ("W64", "PCM_32")]
AIFF = [("AIFF", "PCM_16"), ("AIFF", "PCM_24"), ("AU", "PCM_16"), ("CAF", "ALAC_16")]

PICTURES = _kinds(
    _picture,
    png=(picture("PNG", "1 L LA P RGB RGBA I;16"), b"IDAT"),
    jpg=(picture("JPEG", "L RGB CMYK"), b"\xff"),
    tif=(picture("TIFF", "1 L P RGB RGBA I;16 F"), b"II*"),
    gif=(picture("GIF", "L P"), b"\x2c"),
    webp=(picture("WEBP", "RGB RGBA"), b"VP8"),
    bmp=(picture("BMP", "1 L P RGB"), b""),
    ppm=(picture("PPM", "1 L RGB"), b"\n"),
    tga=(picture("TGA", "L P RGB RGBA"), b""),
    jp2=(picture("JPEG2000", "L RGB"), b"\xff"),
    avif=(picture("AVIF", "RGB"), b""),
)
MASKS = {"mask": Kind(mask, _mask, ".png")}
VIDEOS = _kinds(
    _video,
    mp4=(of_ffmpeg(".mp4", "-pix_fmt", "yuv420p", film=True), b"\0\0\0\x01"),
    mov=(of_ffmpeg(".mov", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", film=True), b"\xff\xd8"),
    mkv=(of_ffmpeg(".mkv", "-pix_fmt", "yuv420p", film=True), b"\xa3"),
    webm=(of_ffmpeg(".webm", "-c:v", "libvpx", "-cpu-used", "8", film=True), b"\xa3"),
    avi=(of_ffmpeg(".avi", film=True), b"00dc"),
    mpg=(of_ffmpeg(".mpg", "-r", "25", film=True), b"\0\0\x01"),
)
SOUNDS = _kinds(
    _sound,
    wav=(of_libsndfile(".wav", *WAV), b"data"),
    aiff=(of_libsndfile(".aiff", *AIFF), b""),
    flac=(of_libsndfile(".flac", ("FLAC", "PCM_16"), ("FLAC", "PCM_24")), b"\xff\xf8"),
    ogg=(of_ffmpeg(".ogg", "-c:a", "libvorbis"), b"OggS"),
    mp3=(of_ffmpeg(".mp3"), b"\xff\xfb"),
    opus=(of_ffmpeg(".opus"), b"OggS"),
    m4a=(of_ffmpeg(".m4a"), b""),
) | {
    f"sound.{suffix}": Kind(VIDEOS[suffix].make, _sound, f".{suffix}", VIDEOS[suffix].marker)
    for suffix in ("mp4", "webm", "avi")
}
