"""ONNX Runtime, which runs the exported network, and whether its libraries are there."""

import contextlib
import importlib
import logging
import warnings
from collections.abc import Callable, Iterator

import numpy as np

from common.errors import UserError

Feed = dict[str, np.ndarray]
"""The inputs of the exported network by name."""
Runner = Callable[[Feed], list[np.ndarray]]
"""The exported network: from its inputs to its outputs, in their order."""

LIBRARIES = ("onnx", "onnxscript", "onnxruntime")


def need_libraries() -> None:
    """Raise UserError where a library of the extra `export` is not there."""
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError:
            raise UserError(
                f"export needs the library {name}: python -m pip install -e '.[export]'",
                ru=f"для export нужна библиотека {name}: python -m pip install -e '.[export]'",
            ) from None


def runner(content: bytes, *, threads: int = 1) -> Runner:
    """Return a function that runs an ONNX file on the CPU."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return lambda feed: session.run(None, feed)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep back what the exporter and the quantizer say of themselves, and of what is not there."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
