"""The training loop, in plain PyTorch. `fit` and `_train_epoch` are the things to read."""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from common.device import pick_device
from common.errors import UserError
from common.step import early_stopping, training_step
from common.training.batches import Batch, epoch_seed, open_source
from common.training.checkpoint import Checkpoint, State, identity_of
from common.training.checks import check_loss, check_pairing, check_settings
from common.training.guards import NotFinite, explain_non_finite
from common.training.history import History
from common.training.model_state import buffers_of, copy_weights, in_bf16, in_mode, weights_of
from common.training.prediction import Inputs, Unlabelled, predict, predict_batches
from common.training.progress import ProgressBar, TensorBoardLog
from common.training.runtime import keep_freed_memory, reproducible, set_random_state
from common.training.schedule import Deadline, Stepper, adamw
from common.training.validation import Metric, Validation

Pairs = tuple[Inputs, Tensor] | Dataset | Iterable[tuple[Inputs, Tensor]]


class Trainer:
    """Trains a model with any loss, and keeps the weights that did best on the validation part.

    The loss is any callable `(prediction, target) -> scalar`; the model is called with X, or with
    the tensors of X one by one where X is a tuple of them.

    - `lr`: the peak of the one-cycle learning rate. `optimizer` replaces AdamW: a function of the
      list of parameters; then the learning rate of each of its groups is the peak, and `lr` and
      `weight_decay` are not used.
    - `minutes`: a deadline for `fit`, the last validation included. Where it cuts the training
      short, the learning rate still completes its cycle, led by the clock.
    - `patience`: stop after so many epochs without a better `monitor`: "valid_loss" or the name of
      a metric (`higher_is_better` says which way).
    - `metrics`: names, and functions of the predictions and targets of the whole validation part;
      or objects with `reset()`, `update(prediction, target)` for each batch, and `compute()`.
    - `clip`: the largest norm of the gradient. `accumulate`: batches for each step of the
      optimizer, weighted by their rows, so that 4 batches of 64 act as one of 256.
    - `bf16`: the model (not the loss) computes in bfloat16 where autocast finds that safe.
    - `workers`: processes that read a Dataset. With none, everything is reproducible; with some,
      what a Dataset draws at random depends on their number, and on where it was resumed.
    - `checkpoint`: a file for the training's whole state, written at most every
      `checkpoint_every` seconds (0: at every step) and at the end; see `fit(resume=True)`.
    - `deterministic`: choose algorithms that give the same result every time. The order of the
      rows and the draws of dropout come from `seed` either way.
    - `clock`: seconds that only go forward; another one is of use in tests.

    Raises UserError for settings that make no sense, and `checks.NonFiniteLossError` when a loss
    or its gradient is not finite: it names the epoch, the step and the rows.

    >>> X = torch.linspace(-1, 1, 64).unsqueeze(1)
    >>> model = nn.Linear(1, 1)
    >>> trainer = Trainer(model, nn.L1Loss(), lr=0.1, epochs=30, batch_size=8, progress=False)
    >>> history = trainer.fit((X, 3 * X + 1))
    >>> trainer.predict(torch.tensor([[2.0]])).round()
    tensor([[7.]])
    """

    def __init__(
        self,
        model: nn.Module,
        loss: Callable[[Tensor, Tensor], Tensor],
        *,
        lr: float = 1e-3,
        epochs: int = 20,
        batch_size: int = 256,
        device: str | torch.device = "auto",
        seed: int = 0,
        minutes: float | None = None,
        patience: int | None = None,
        metrics: dict[str, Metric] | None = None,
        monitor: str = "valid_loss",
        higher_is_better: bool = False,
        optimizer: Callable[[list[nn.Parameter]], torch.optim.Optimizer] | None = None,
        weight_decay: float = 0.01,
        clip: float | None = None,
        accumulate: int = 1,
        bf16: bool = False,
        workers: int = 0,
        progress: bool = True,
        tensorboard: str | Path | None = None,
        checkpoint: str | Path | None = None,
        checkpoint_every: float = 30.0,
        deterministic: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.device = pick_device(device)
        if self.device.type == "cpu":
            keep_freed_memory()
        self.model, self.loss = model.to(self.device), loss
        self._forward = in_bf16(self.model, self.device) if bf16 else self.model
        for module in (loss, *(metrics or {}).values()):
            if isinstance(module, nn.Module):
                module.to(self.device)
        self.lr, self.epochs, self.batch_size, self.seed = lr, epochs, batch_size, seed
        self.minutes, self.patience, self.metrics = minutes, patience, dict(metrics or {})
        self.monitor, self.higher_is_better = monitor, higher_is_better
        self.optimizer, self.weight_decay, self.clip = optimizer, weight_decay, clip
        self.accumulate, self.bf16, self.workers = accumulate, bf16, workers
        self.progress, self.tensorboard, self.clock = progress, tensorboard, clock
        self.checkpoint, self.checkpoint_every = checkpoint, checkpoint_every
        self.deterministic = deterministic
        self.history = History()
        check_settings(self)

    def fit(self, data: Pairs, *, valid: Pairs | None = None, resume: bool = False) -> History:
        """Train the model on `data` and leave it with the weights that did best on `valid`.

        Both are a pair (X, y), where X is a tensor or a tuple of tensors, or a map-style Dataset
        of pairs (x, y), or anything that yields batches (x, y) each time it is walked through.
        `set_epoch(epoch)` is called on a Dataset or an iterable that has it.

        With `resume` the training goes on from the file `checkpoint` if there is one, exactly as
        if it had never been stopped: on the CPU the weights come out the same, bit for bit.
        Without, it starts anew from the model's weights, and the file is overwritten.

        Raises UserError for data that cannot be trained on, and for a checkpoint of another
        training: other data, another model, other settings.
        """
        self._prepare(data, valid, resume)
        with ExitStack() as stack:
            stack.enter_context(reproducible(self.device, deterministic=self.deterministic))
            stack.enter_context(in_mode(self.model, training=True))
            stack.callback(self._close)
            if self._valid and self.minutes and not self._state.stopped:
                self._deadline.validation = self._valid.estimate()
            while not self._state.stopped:
                self._train_epoch()
                self._finish_epoch()
        if self._best:
            copy_weights(self._best, weights_of(self.model))
        return self.history

    def _train_epoch(self) -> None:
        """Take the batches of one epoch, or those that are left of it."""
        state, clock = self._state, self.clock
        torch.manual_seed(epoch_seed(self.seed, state.epoch))
        batches = self._train.batches(state.epoch, state.step)
        if self._generators and state.step:  # resuming in the middle of an epoch
            set_random_state(self._generators, self.device)
        self._generators = {}
        now = clock()
        for batch in batches:
            state.step += 1
            value, rows = self._learn(batch), len(batch[1])
            del batch  # so that the next one can take its memory
            state.rows, state.seen = state.rows + rows, state.seen + rows
            state.loss_sum += value * rows

            before, now = now, clock()
            if now >= self._bar.due:
                self._bar.draw(now, epoch=state.epoch + 1, seen=state.seen, loss=value)
            if self._checkpoint and not self._stepper.pending and now >= self._checkpoint.due:
                self._save()
            self._step_seconds = now - before
            if not self._deadline.leaves(self._step_seconds):
                self._out_of_time = True
                break
        if self._stepper.pending:
            self._stepper.update()

    def _learn(self, batch: Batch) -> float:
        """Take a training step and return its loss; where that is not finite, undo it and raise."""
        inputs, target, _ = batch
        kept = [buffer.clone() for buffer in self._buffers]
        try:
            training_step(self._forward, self._measure, self._stepper, inputs, target)
        except NotFinite:
            copy_weights(dict(enumerate(kept)), dict(enumerate(self._buffers)))
            value, epoch, step = self._value, self._state.epoch + 1, self._state.step
            raise explain_non_finite(
                self.model, self._forward, self.loss, batch, value=value, epoch=epoch, step=step
            ) from None
        return self._value

    def _measure(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return the loss to be differentiated; raise NotFinite where it is not finite."""
        loss = self.loss(prediction, target)
        if self._state.seen == 0:
            check_loss(loss)
            check_pairing(self.loss, prediction, target)
        self._value = loss.item()
        if not math.isfinite(self._value):
            raise NotFinite
        self._stepper.pending += len(target)
        return loss if self.accumulate == 1 else loss * len(target)

    def _finish_epoch(self) -> None:
        """Validate, write the epoch down, keep the best weights, decide whether to stop."""
        state = self._state
        if state.step == 0:
            raise UserError(f"the training data yields no batches in epoch {state.epoch + 1}")
        row = {"epoch": state.epoch + 1, "lr": self._stepper.rate}
        row["train_loss"] = state.loss_sum / state.rows
        if self._valid:
            row |= self._valid.run(row["epoch"])
        row["seconds"] = self._deadline.elapsed() - sum(self.history.column("seconds"))
        self.history.rows.append(row)
        if self._board:
            self._board.add(row)
        best, hopeless = state.best_epoch, False
        if self._valid:
            watched = self.history.column(self.monitor)
            best, hopeless = early_stopping(
                watched, self.patience, higher_is_better=self.higher_is_better
            )
        if best == row["epoch"]:
            state.best_epoch = best
            if self._best:
                copy_weights(weights_of(self.model), self._best)
            else:
                self._best = {name: w.clone() for name, w in weights_of(self.model).items()}

        state.steps = state.steps or state.step
        state.epoch, state.step, state.rows, state.loss_sum = state.epoch + 1, 0, 0, 0.0
        if state.epoch == self.epochs:
            state.stopped = "epochs"
        elif hopeless:
            state.stopped = "patience"
        elif self._out_of_time or not self._deadline.leaves(self._step_seconds):
            state.stopped = "deadline"
        self.history.best_epoch = state.best_epoch or state.epoch
        self.history.stopped = state.stopped
        if self._checkpoint and (state.stopped or self.clock() >= self._checkpoint.due):
            self._save()

    def predict(self, X: Unlabelled, *, batch_size: int | None = None) -> Tensor:
        """Return the model's output for every row, in order, as one tensor on the CPU.

        X is what the model takes, without targets: a tensor, or a tuple of tensors for a model of
        several inputs; a map-style Dataset of inputs, whose items are tuples if there are several;
        or an iterable of batches of inputs.
        """
        return predict(self.model, X, **self._inference(batch_size))

    def predict_batches(self, X: Unlabelled, *, batch_size: int | None = None) -> Iterator[Tensor]:
        """Yield what `predict` returns batch by batch: memory does not grow with the rows."""
        return predict_batches(self.model, X, **self._inference(batch_size))

    def _inference(self, batch_size: int | None) -> dict[str, Any]:
        size = batch_size or self.batch_size
        settings = {"device": self.device, "workers": self.workers, "bf16": self.bf16}
        return {"batch_size": size, **settings}

    def _prepare(self, data: Pairs, valid: Pairs | None, resume: bool) -> None:
        """Open the data, make the optimizer, and stand where the training begins or goes on."""
        self._deadline = Deadline(self.minutes, clock=self.clock)
        self._open_data(data, valid)
        self._parameters = [p for p in self.model.parameters() if p.requires_grad]
        if not self._parameters:
            raise UserError("the model has no parameters to train")
        self._buffers = list(buffers_of(self.model).values())
        make = self.optimizer or partial(adamw, lr=self.lr, weight_decay=self.weight_decay)
        self._stepper = Stepper(
            make(self._parameters),
            self._parameters,
            epochs=self.epochs,
            accumulate=self.accumulate,
            clip=self.clip,
            deadline=self._deadline,
        )
        self._stepper.forget_gradients()
        self._state, self._best, self._generators = State(steps=self._train.steps), {}, {}
        self._step_seconds, self._out_of_time = 0.0, False
        self._open_checkpoint(resume)
        self._stepper.state = state = self._state
        self._deadline.start -= state.seconds
        self.history = History(state.history, state.best_epoch, state.stopped)
        self._board = TensorBoardLog(self.tensorboard) if self.tensorboard else None
        rows, done = self._train.rows, state.seen
        self._bar = ProgressBar(shown=self.progress, epochs=self.epochs, rows=rows, done=done)

    def _open_data(self, data: Pairs, valid: Pairs | None) -> None:
        read = partial(
            open_source, batch_size=self.batch_size, device=self.device, workers=self.workers
        )
        self._train, self._valid = read(data, part="training data", seed=self.seed), None
        if valid is not None:
            self._valid = Validation(
                read(valid, part="validation data", seed=None),
                model=self.model,
                forward=self._forward,
                loss=self.loss,
                metrics=self.metrics,
                seed=self.seed,
                deadline=self._deadline,
            )
        elif self.metrics or self.patience:
            raise UserError(
                "metrics and patience look at the validation part: fit(…, valid=(X, y))"
            )

    def _open_checkpoint(self, resume: bool) -> None:
        self._checkpoint = None
        if self.checkpoint:
            self._checkpoint = Checkpoint(
                self.checkpoint,
                every=self.checkpoint_every,
                model=self.model,
                optimizer=self._stepper.optimizer,
                device=self.device,
                identity=identity_of(self, self._train, self._valid and self._valid.source),
                clock=self.clock,
            )
            if resume and self._checkpoint.path.exists():
                self._state, self._best, self._generators = self._checkpoint.load()
        elif resume:
            raise UserError("resume=True needs the checkpoint's path: Trainer(…, checkpoint=PATH)")

    def _save(self) -> None:
        self._state.seconds = self._deadline.elapsed()
        self._deadline.saving = self._checkpoint.save(self._state, self._best)

    def _close(self) -> None:
        self._bar.close(self._state.seen)
        if self._board:
            self._board.close()
        self._stepper.forget_gradients()
