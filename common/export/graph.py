"""From a PyTorch network to a graph in ONNX.

ONNX is the exchange format of networks: operators and weights in one file that holds no code.
Source: the specification at onnx.ai.
"""

from typing import Any

import torch

from common.errors import UserError
from common.export.exporter import Exporter
from common.export.runtime import quiet
from common.training.model_state import in_mode

_ANY = 1 << 30
"""Bytes of a constant, without a limit to speak of."""


def to_onnx(exporter: Exporter) -> bytes:
    """Return the network as an ONNX file, its weights inside.

    Raises:
        UserError: PyTorch cannot write this network as a graph.
    """
    _forget_dispatch()
    network = exporter.network().cpu().eval()
    free = torch.export.Dim.DYNAMIC
    shapes = tuple(dict.fromkeys(axes, free) for axes in exporter.free_axes())
    names: dict[str, Any] = {
        "input_names": list(exporter.inputs),
        "output_names": list(exporter.outputs),
    }
    try:
        with in_mode(network, training=False), torch.no_grad(), quiet():
            program = torch.onnx.export(
                network,
                exporter.sample(),
                dynamo=True,
                dynamic_shapes=shapes,
                verbose=False,
                # ONNX Runtime simplifies the graph when it loads it. The exporter's own optimizer
                # leaves out a sum with 1e-12, which it takes for 0, though a root comes after it.
                optimize=False,
                **names,
            )
    except torch.onnx.errors.OnnxExporterError as error:
        reason = str(error.__cause__ or error).strip().splitlines()[0]
        if "user-specified ranges" in reason:  # so does PyTorch 2.11 with an LSTM, and not 2.13
            reason = f"PyTorch {torch.__version__} fixes the length of its input; take PyTorch 2.13"
        raise UserError(f"this network cannot be written as ONNX: {reason}") from error
    assert program is not None  # so it is with dynamo
    with quiet():
        _fold_constants(program.model)
    content: bytes = program.model_proto.SerializeToString()
    return content


def _forget_dispatch() -> None:
    """Let an LSTM be written again in a process that has written one.

    PyTorch exchanges the kernels of recurrent operators while it exports, and does not forget
    which ones it found at the first time: the second then comes out with a fixed length.
    """
    for operator in (torch.ops.aten.lstm.input, torch.ops.aten.gru.input):
        operator._dispatch_cache.clear()


def _fold_constants(model: Any) -> None:
    """Compute once what depends on weights alone, such as the order of an LSTM's gates, however
    large it is: only weights that stand as they are become int8."""
    from onnxscript import optimizer

    optimizer.fold_constants(model, input_size_limit=_ANY, output_size_limit=_ANY)
    optimizer.remove_unused_nodes(model)
