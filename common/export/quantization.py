"""From float32 to int8: a quarter of the size, and where a processor has the instructions, faster.

    number ≈ scale · (integer - zero point)

Each channel of a layer's weights has a scale of its own. Static: what flows through the network
has one, too, found on examples. Dynamic: it is found anew in each call.

Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference" (2018).
"""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from common.errors import UserError
from common.export.runtime import Feed, quiet
from common.outcome import Metric

KINDS = ("Conv", "MatMul", "Gemm")
"""Layers whose weights become int8."""
MAX_METRIC_LOSS = 0.01
"""Share of the metric that int8 may cost."""


def to_int8(
    content: bytes, feeds: Iterable[Feed] = (), *, kinds: Iterable[str] = KINDS, how: str = "static"
) -> bytes:
    """Return an ONNX file whose layers compute in int8.

    Args:
        content: the file in float32.
        feeds: inputs like those to come, by which "static" finds the ranges of what flows through.
        kinds: which operators change.
        how: "static" or "dynamic".
    """
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_dynamic, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory(prefix="stickshift-") as folder, quiet():
        source, ready, out = (Path(folder, name) for name in ("a.onnx", "b.onnx", "c.onnx"))
        source.write_bytes(content)
        quant_pre_process(os.fspath(source), os.fspath(ready), skip_symbolic_shape=True)
        if how == "dynamic":
            quantize_dynamic(
                ready,
                out,
                per_channel=True,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=list(kinds),
            )
        else:
            quantize_static(
                ready,
                out,
                _Feeds(feeds),
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=list(kinds),
            )
        return out.read_bytes()


def cost_of(metric: Metric, exact: float, rounded: float) -> float:
    """Return which share of a metric is lost; negative where it became better.

    >>> error = Metric("mape", "MAPE", "{:.3f}")
    >>> round(cost_of(error, 0.100, 0.101), 3)
    0.01
    >>> round(cost_of(Metric("iou", "IoU", "{:.3f}", best="high"), 0.8, 0.72), 3)
    0.1
    """
    return (metric.badness(rounded) - metric.badness(exact)) / max(abs(exact), 1e-9)


def refuse_costly(metric: Metric, exact: float, rounded: float) -> None:
    """Raise UserError where int8 costs more than `MAX_METRIC_LOSS` of the metric."""
    cost = cost_of(metric, exact, rounded)
    if not cost <= MAX_METRIC_LOSS:
        shown = f"{metric.title}: {metric.show(exact)} -> {metric.show(rounded)}"
        raise UserError(
            f"int8 costs {100 * cost:.1f} % of the metric ({shown}), more than "
            f"{100 * MAX_METRIC_LOSS:g} %: nothing was written; export without --int8",
            ru=f"int8 стоит {100 * cost:.1f} % показателя ({shown}), больше "
            f"{100 * MAX_METRIC_LOSS:g} %: ничего не записано; экспортируйте без --int8",
        )


class _Feeds:
    """Inputs one after another, as the quantizer asks for them."""

    def __init__(self, feeds: Iterable[Feed]) -> None:
        self.feeds = iter(feeds)

    def get_next(self) -> Feed | None:
        return next(self.feeds, None)
