"""A bundle at work as a stranger has it: no PyTorch, no pandas, nothing of the course."""

import subprocess
import sys
import zipfile

from common.discovery import packages

WITHOUT = ("torch", "pandas", "pyarrow", "librosa", "gensim", "nltk", "sklearn", "safetensors")

_START = """
import runpy, sys
from importlib.abc import MetaPathFinder

class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}, as for the stranger")

sys.meta_path.insert(0, Missing())
sys.argv = {words!r}
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def unpacked(archive, folder):
    with zipfile.ZipFile(archive) as file:
        assert file.testzip() is None
        file.extractall(folder)
    return folder


def run(folder, *words, cwd, without=WITHOUT):
    """Run a bundle's command where nothing but NumPy, ONNX Runtime and its own libraries is."""
    words = [str(folder / "run.py"), *map(str, words)]
    code = _START.format(missing={*without, *packages()}, words=words)
    command = [sys.executable, "-I", "-c", code]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)
