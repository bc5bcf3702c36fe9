"""The history of a training as logs for TensorBoard."""

from pathlib import Path

from common.errors import UserError


class TensorBoardLog:
    """Writes each epoch's row for TensorBoard."""

    def __init__(self, folder: str | Path) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            raise UserError(
                f"logs for TensorBoard were asked for ({folder}), but the package tensorboard "
                "is not installed; install it with: pip install tensorboard"
            ) from None
        self.writer = SummaryWriter(str(folder))

    def add(self, row: dict[str, float]) -> None:
        for name, value in row.items():
            if name != "epoch":
                self.writer.add_scalar(name, value, row["epoch"])
        self.writer.flush()

    def close(self) -> None:
        self.writer.close()
