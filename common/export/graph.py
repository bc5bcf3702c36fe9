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


def to_onnx(exporter: Exporter) -> bytes:
    """Return the network as an ONNX file, its weights inside.

    Raises:
        UserError: PyTorch cannot write this network as a graph.
    """
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
                **names,
            )
    except torch.onnx.errors.OnnxExporterError as error:
        reason = str(error).strip().splitlines()[0]
        raise UserError(f"this network cannot be written as ONNX: {reason}") from error
    assert program is not None  # so it is with dynamo
    content: bytes = program.model_proto.SerializeToString()
    return content
