"""What the computer itself has: devices, ffmpeg, a sandbox, Russian letters, memory, disk."""

import json
import shutil
import sys

import psutil

from common.doctor.finding import Finding, everywhere, run
from common.files import cache_folder

_FFMPEG = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"


def devices() -> Finding:
    code = "from common.device import available_devices; print(', '.join(available_devices()))"
    printed, error = run(sys.executable, "-c", code)
    fix = everywhere(f'"{sys.executable}" -m pip install --force-reinstall torch')
    return Finding("devices", printed.strip() or error, not error, True, "nothing is trained", fix)


def suitable_settings() -> list[Finding]:
    """Say which settings suit each device; where nothing can be measured, `devices` says why."""
    printed, _ = run(sys.executable, "-m", "common.device_report")
    pairs = [json.loads(line) for line in printed.splitlines() if line.startswith("[")]
    fix = everywhere(f'"{sys.executable}" -m common.device_report   (shows why)')
    return [
        Finding(f"settings on {name}", said, True, False, "settings are guessed", fix)
        for name, said in pairs
    ]


def ffmpeg() -> Finding:
    path, error = run(sys.executable, "-c", _FFMPEG)
    printed = ""
    if not error:
        printed, error = run(path.strip(), "-version")
    version = " ".join(printed.split()[2:3])
    fix = {
        "Debian": "sudo apt install ffmpeg",
        "Fedora": "sudo dnf install ffmpeg-free",
        "macOS": "brew install ffmpeg",
        "Windows": "winget install Gyan.FFmpeg",
    }
    return Finding("ffmpeg", error or version, not error, False, "no video is read", fix)


def sandbox() -> Finding:
    """Start the smallest sandbox there is: some systems have the program and forbid its use."""
    without = "submissions of strangers are not graded"
    if sys.platform != "linux":
        wsl = "wsl --install   (and grade inside it, with bubblewrap)"
        fix = {"macOS": "grade on a Linux machine", "Windows": wsl}
        return Finding("bubblewrap", "only on Linux", False, False, without, fix)
    program = shutil.which("bwrap")
    if program is None:
        fix = {"Debian": "sudo apt install bubblewrap", "Fedora": "sudo dnf install bubblewrap"}
        return Finding("bubblewrap", "not installed", False, False, without, fix)
    sandbox = (program, "--ro-bind", "/", "/", "--unshare-all", "--die-with-parent")
    _, error = run(*sandbox, sys.executable, "-c", "")
    version = run(program, "--version")[0].strip().removeprefix("bubblewrap ")
    fix = {
        "Debian": "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0",
        "Fedora": "sudo sysctl user.max_user_namespaces=15000",
    }
    found = f"{version}, {error}" if error else version
    return Finding("bubblewrap", found, not error, False, without, fix)


def fonts() -> Finding:
    """Look for the letters in the font that Matplotlib will really draw with."""
    code = (
        "from matplotlib import font_manager, ft2font\n"
        "path = font_manager.findfont(font_manager.FontProperties())\n"
        "letters = ft2font.FT2Font(path).get_charmap()\n"
        "print(font_manager.get_font(path).family_name)\n"
        "assert all(ord(letter) in letters for letter in 'Ая\u20bd'), 'no Russian letters'"
    )
    printed, error = run(sys.executable, "-c", code)
    fix = everywhere(f'"{sys.executable}" -m pip install --force-reinstall matplotlib')
    without = "pictures show boxes in place of Russian letters"
    return Finding("font for pictures", error or printed.strip(), not error, False, without, fix)


def memory() -> Finding:
    free = psutil.virtual_memory().available
    return _amount("free memory", free, 2, "the demo may be too large", "close other programs")


def disk() -> Finding:
    folder = cache_folder()
    while not folder.exists():
        folder = folder.parent
    fix = "set the variable STICKSHIFT_CACHE to a folder on another disk"
    return _amount("free disk", shutil.disk_usage(folder).free, 1, "downloads may not fit", fix)


def _amount(name: str, free: int, enough: int, without: str, fix: str) -> Finding:
    found = f"{free / 2**30:.1f} GB"
    return Finding(name, found, free >= enough * 2**30, False, without, everywhere(fix))
