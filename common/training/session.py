"""All that one call of `Trainer.fit` works with: data, optimizer, record, checkpoint, clock."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset
from torch.utils.hooks import RemovableHandle

from common.errors import UserError
from common.training.augmented import Augmented
from common.training.batches import Source, open_source
from common.training.checkpoint import Checkpoint, check_sizes
from common.training.checks import check_loss_module
from common.training.deadline import Deadline
from common.training.feedback import Feedback
from common.training.generators import OwnGenerators, each_once
from common.training.gradients import all_finite
from common.training.history import History, Position
from common.training.lone_rows import refuse_lone_row
from common.training.loss_monitor import LossMonitor
from common.training.mixed_precision import in_bf16
from common.training.model_state import (
    Weights,
    copy_weights,
    restore_weights,
    weights_of,
)
from common.training.optimizers import adamw, made_optimizer, parameters_of
from common.training.prediction import Inputs
from common.training.progress import ProgressBar, ProgressShare
from common.training.ranks import Alone
from common.training.resume_check import identity_of
from common.training.schedule import LearningRates
from common.training.shared_losses import SharedLossMonitor
from common.training.tensorboard import TensorBoardLog
from common.training.validation import Validation

if TYPE_CHECKING:
    from common.trainer import Trainer

Pairs = tuple[Inputs, Tensor] | Dataset | Iterable[tuple[Inputs, Tensor]]


@dataclass
class Session:
    """What one training works with, from its data to its record.

    `parameters` are what the optimizer changes, `rates` its learning rates.
    `forward` is the model's, by way of the other `ranks` where there are some. `in_parts` says
    whether a step is made of several parts: of batches that accumulate, or of the ranks' shares.
    `best` holds the weights of the best epoch so far; `generators`, where the random generators
    are to go on, is empty unless resumed. `now` is when the last batch ended, `step_seconds` how
    long it took.
    """

    model: nn.Module
    forward: Callable[..., Any]
    ranks: Alone
    in_parts: bool
    train: Source | Augmented
    valid: Validation | None
    optimizer: torch.optim.Optimizer
    parameters: list[Tensor]
    rates: LearningRates
    losses: LossMonitor
    history: History
    deadline: Deadline
    checkpoint: Checkpoint | None
    board: TensorBoardLog | None
    bar: ProgressBar | ProgressShare
    best: Weights
    generators: dict[str, Tensor]
    handles: list[RemovableHandle]
    feedback: Feedback
    step_seconds: float = 0.0
    now: float = 0.0
    ended: bool = field(default=False, init=False)

    def time_batch(self) -> None:
        """Note how long the last batch took, and redraw the bar if that is due."""
        if self.ranks.size == 1:
            self._time()

    def time_window(self) -> None:
        """Do so for a window of several ranks: their clock goes on with each step they take."""
        if self.ranks.size > 1:
            self._time()

    def _time(self) -> None:
        before, self.now = self.now, self.deadline.clock()
        self.step_seconds = self.now - before
        if self.now >= self.bar.due:
            last, position = self.losses.latest(), self.history.position
            self.bar.draw(self.now, epoch=position.epoch + 1, seen=position.seen, loss=last)

    def part_of_window(self) -> AbstractContextManager[Any]:
        """Return a context for a part of a step, after the last of which the ranks share it."""
        done = self.history.position.step + 1
        is_last = done % self.losses.accumulate == 0 or done == self.train.steps
        return self.ranks.adding(last=is_last or self.train.rows is None)

    def out_of_time(self) -> bool:
        """Whether there is no time for another batch and what must follow it; once so, always."""
        self.ended = self.ended or not self.deadline.leaves(self.step_seconds)
        return self.ended

    def keep_best(self) -> None:
        """Remember the weights as the best so far."""
        weights = weights_of(self.model)
        if {n: t.shape for n, t in weights.items()} == {n: t.shape for n, t in self.best.items()}:
            copy_weights(weights, self.best)
        else:
            self.best = {name: weight.clone() for name, weight in weights.items()}

    def leave_best(self, ended_by: type[BaseException] | None, *_: Any) -> None:
        """Put the best weights back at the end of a training; as an exit of a context.

        Ctrl+C is such an end too. After an error the weights stay as they were found.

        Raises:
            UserError: the last step has spoiled the weights, and no validation has shown it.
        """
        if ended_by is None and self.valid is None:
            named, sized = self.model.named_parameters(), weights_of(self.model)
            learned = [name for name, one in named if one.requires_grad and name in sized]
            if broken := [name for name in learned if not all_finite(sized[name])]:
                raise UserError(
                    f"after the last step the weights are not finite: {', '.join(broken[:3])}; try "
                    "a smaller lr, or clip=1"
                )
        if self.best and (ended_by is None or issubclass(ended_by, KeyboardInterrupt)):
            restore_weights(self.model, self.best)

    def save_if_due(self, now: float) -> None:
        """Write the checkpoint if there is one and its time has come."""
        if self.checkpoint and (self.history.stopped or now >= self.checkpoint.due):
            self.losses.read()  # nothing is saved that is not known to be finite
            self.ranks.share_statistics(self.model)
            self.history.position.seconds = self.deadline.elapsed()
            self.deadline.saving = self.checkpoint.save(self.history, self.best)

    def close(self) -> None:
        """Take the hooks away, end the bar and the log, forget the gradients."""
        self.losses.close()
        for handle in self.handles:
            handle.remove()
        self.rates.give_back()
        self.feedback.close()
        self.bar.close(self.history.position.seen)
        if self.board:
            self.board.close()
        self.model.zero_grad()


def open_session(
    trainer: "Trainer", data: Pairs, valid: Pairs | None, resume: bool, ranks: Alone
) -> Session:
    """Open the data, make the optimizer, and stand where the training begins or goes on."""
    clock = ranks.agreed_clock(trainer.clock)
    deadline = Deadline(trainer.minutes, clock=clock)
    read = partial(
        open_source,
        batch_size=trainer.batch_size,
        device=trainer.device,
        workers=trainer.workers,
        ranks=ranks,
    )
    source: Source = read(data, part="training data", seed=trainer.seed)
    train = Augmented(source, trainer.augment) if trainer.augment else source
    if train.steps is None and trainer.epochs == 1 and trainer.minutes is None:
        raise UserError(
            "the training data has no length, and with epochs=1 the learning rate cannot know "
            "where in its cycle it is: give the data a __len__, or the training minutes="
        )
    validation = _validation_of(trainer, valid, read, deadline, ranks)
    optimizer = _optimizer_of(trainer)
    rates = LearningRates(optimizer)

    history = History(position=Position(steps=train.steps))
    best: Weights = {}
    generators: dict[str, Tensor] = {}
    checkpoint = None
    own = {"train": train.own} | ({"valid": validation.source.own} if validation else {})
    for name in ("model", "loss", "augment"):
        own[name] = OwnGenerators(getattr(trainer, name), replayed=False)
    each_once(own.values())
    alone = not trainer.workers and ranks.size == 1
    feedback = Feedback(data if alone else None, trainer.model)
    if trainer.checkpoint:
        check_sizes(trainer.model)
        checkpoint = Checkpoint(
            trainer.checkpoint,
            every=trainer.checkpoint_every,
            model=trainer.model,
            loss=trainer.loss,
            optimizer=optimizer,
            device=trainer.device,
            identity=identity_of(trainer, optimizer, train, validation and validation.source),
            own=own,
            feedback=feedback,
            clock=clock,
            ranks=ranks,
        )
        if resume and checkpoint.is_there():
            history, best, generators = checkpoint.load()
    elif resume:
        raise UserError("resume=True needs the checkpoint's path: Trainer(…, checkpoint=PATH)")
    deadline.start -= history.position.seconds
    forward = trainer.forward
    if ranks.size > 1:
        told = trainer.progress is True
        shared = ranks.wrap(trainer.model, trainer.device, compile=trainer.compile, told=told)
        forward = in_bf16(shared, trainer.device) if trainer.bf16 else shared
    board = TensorBoardLog(trainer.tensorboard) if trainer.tensorboard and ranks.first else None
    monitor = partial(SharedLossMonitor, ranks=ranks) if ranks.size > 1 else LossMonitor
    losses = monitor(
        trainer.model,
        trainer.forward,
        trainer.loss,
        optimizer,
        position=history.position,
        device=trainer.device,
        accumulate=trainer.accumulate,
        clock=clock,
    )
    losses.look_at_rows = validation is None and history.position.seen == 0
    return Session(
        model=trainer.model,
        forward=forward,
        ranks=ranks,
        in_parts=trainer.accumulate > 1 or ranks.size > 1,
        train=train,
        valid=validation,
        optimizer=optimizer,
        parameters=parameters_of(optimizer),
        rates=rates,
        losses=losses,
        history=history,
        deadline=deadline,
        checkpoint=checkpoint,
        board=board,
        bar=_bar_of(trainer, train.rows, history.position.seen, ranks),
        best=best,
        generators=generators,
        feedback=feedback,
        handles=refuse_lone_row(trainer.model, advice=train.advice) if train.lone_row else [],
    )


def _validation_of(
    trainer: "Trainer",
    valid: Pairs | None,
    read: Callable[..., Source],
    deadline: Deadline,
    ranks: Alone,
) -> Validation | None:
    if valid is None:
        if trainer.metrics or trainer.patience:
            raise UserError(
                "metrics and patience look at the validation part: fit(…, valid=(X, y))"
            )
        return None
    return Validation(
        read(valid, part="validation data", seed=None),
        model=trainer.model,
        forward=trainer.forward,
        loss=trainer.loss,
        metrics=trainer.metrics,
        seed=trainer.seed,
        deadline=deadline,
        ranks=ranks,
    )


def _bar_of(
    trainer: "Trainer", rows: int | None, done: int, ranks: Alone
) -> ProgressBar | ProgressShare:
    """Return what shows how far a training is, in the terminal or to whoever asked to be told."""
    if callable(trainer.progress) and ranks.first:
        return ProgressShare(trainer.progress, epochs=trainer.epochs, rows=rows)
    shown = bool(trainer.progress) and ranks.first
    return ProgressBar(shown=shown, epochs=trainer.epochs, rows=rows, done=done)


def _optimizer_of(trainer: "Trainer") -> torch.optim.Optimizer:
    check_loss_module(trainer.loss, trainer.model)
    parameters = [p for p in trainer.model.parameters() if p.requires_grad]
    if not parameters:
        raise UserError("the model has no parameters to train")
    trainer.model.zero_grad()  # a gradient from before does not count
    if trainer.optimizer is not None:
        return made_optimizer(trainer.optimizer, parameters, trainer.model)
    return adamw(parameters, lr=trainer.lr, weight_decay=trainer.weight_decay)
