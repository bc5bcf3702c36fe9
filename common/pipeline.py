"""A trained network with its preparation: from a stranger's examples to the network's outputs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from common.errors import UserError
from common.training.prediction import predict, predict_batches


@dataclass(frozen=True)
class Pipeline:
    """A trained network with its preparation: what turns a stranger's examples into answers."""

    preprocessing: Any
    model: nn.Module
    settings: Any
    source: Any

    def __call__(self, examples: Any) -> Tensor:
        """Return the network's raw output for each example, on the CPU.

        Raises:
            UserError: an output is not finite.
        """
        inputs = self.preprocessing.transform(examples)
        return refuse_non_finite(predict(self.model, inputs, **self._where()))

    def outputs(self, inputs: Any) -> Iterator[Tensor]:
        """Yield the raw outputs for inputs batch by batch: memory does not grow with their number.

        Args:
            inputs: what the network takes: tensors, a Dataset or an iterable of batches.

        Raises:
            UserError: an output is not finite.
        """
        for output in predict_batches(self.model, inputs, **self._where()):
            yield refuse_non_finite(output)

    def _where(self) -> dict[str, Any]:
        size = 4 * self.settings.batch_size  # without gradients, more fits into memory
        return {"batch_size": size, "device": self.settings.device}


def refuse_non_finite(output: Tensor) -> Tensor:
    """Return a network's output; raise UserError if it is not finite everywhere."""
    if not output.isfinite().all():
        raise UserError("the network's answers are not finite: its weights are damaged")
    return output
